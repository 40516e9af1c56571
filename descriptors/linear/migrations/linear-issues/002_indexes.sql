-- From the mapping of linear-issues, by: ferrule migrations generate
-- What else it needs stands in files of its own, from 003_….sql on.

-- "linear_issue", newest first.
CREATE INDEX IF NOT EXISTS "entities_linear_issue_time"
    ON ferrule.entities (ferrule.moment(signal ->> 'timestamp') DESC, external_id)
    WHERE collection_key = 'linear_issue';

-- "linear_comment", newest first.
CREATE INDEX IF NOT EXISTS "entities_linear_comment_time"
    ON ferrule.entities (ferrule.moment(signal ->> 'timestamp') DESC, external_id)
    WHERE collection_key = 'linear_comment';

-- "linear_project", newest first.
CREATE INDEX IF NOT EXISTS "entities_linear_project_time"
    ON ferrule.entities (ferrule.moment(signal ->> 'timestamp') DESC, external_id)
    WHERE collection_key = 'linear_project';

-- "linear_cycle", newest first.
CREATE INDEX IF NOT EXISTS "entities_linear_cycle_time"
    ON ferrule.entities (ferrule.moment(signal ->> 'timestamp') DESC, external_id)
    WHERE collection_key = 'linear_cycle';
