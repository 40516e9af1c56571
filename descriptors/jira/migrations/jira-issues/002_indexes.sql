-- From the mapping of jira-issues, by: ferrule migrations generate
-- What else it needs stands in files of its own, from 003_….sql on.

-- "jira_issue", newest first.
CREATE INDEX IF NOT EXISTS "entities_jira_issue_time"
    ON ferrule.entities (ferrule.moment(signal ->> 'timestamp') DESC, external_id)
    WHERE collection_key = 'jira_issue';

-- "jira_project", newest first.
CREATE INDEX IF NOT EXISTS "entities_jira_project_time"
    ON ferrule.entities (ferrule.moment(signal ->> 'timestamp') DESC, external_id)
    WHERE collection_key = 'jira_project';
