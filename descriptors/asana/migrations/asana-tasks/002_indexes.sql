-- From the mapping of asana-tasks, by: ferrule migrations generate
-- What else it needs stands in files of its own, from 003_….sql on.

-- "asana_project", newest first.
CREATE INDEX IF NOT EXISTS "entities_asana_project_time"
    ON ferrule.entities (ferrule.moment(signal ->> 'timestamp') DESC, external_id)
    WHERE collection_key = 'asana_project';

-- "asana_task", newest first.
CREATE INDEX IF NOT EXISTS "entities_asana_task_time"
    ON ferrule.entities (ferrule.moment(signal ->> 'timestamp') DESC, external_id)
    WHERE collection_key = 'asana_task';
