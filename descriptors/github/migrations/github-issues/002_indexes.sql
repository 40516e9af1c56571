-- From the mapping of github-issues, by: ferrule migrations generate
-- What else it needs stands in files of its own, from 003_….sql on.

-- "github_issue", newest first.
CREATE INDEX IF NOT EXISTS "entities_github_issue_time"
    ON ferrule.entities (ferrule.moment(signal ->> 'timestamp') DESC, external_id)
    WHERE collection_key = 'github_issue';

-- "github_issue_comment", newest first.
CREATE INDEX IF NOT EXISTS "entities_github_issue_comment_time"
    ON ferrule.entities (ferrule.moment(signal ->> 'timestamp') DESC, external_id)
    WHERE collection_key = 'github_issue_comment';
