-- From the mapping of sandbox-oauth, by: ferrule migrations generate
-- What else it needs stands in files of its own, from 003_….sql on.

-- "sandbox_oauth_issue", newest first.
CREATE INDEX IF NOT EXISTS "entities_sandbox_oauth_issue_time"
    ON ferrule.entities (ferrule.moment(signal ->> 'timestamp') DESC, external_id)
    WHERE collection_key = 'sandbox_oauth_issue';

-- "sandbox_oauth_issue_comment", newest first.
CREATE INDEX IF NOT EXISTS "entities_sandbox_oauth_issue_comment_time"
    ON ferrule.entities (ferrule.moment(signal ->> 'timestamp') DESC, external_id)
    WHERE collection_key = 'sandbox_oauth_issue_comment';
