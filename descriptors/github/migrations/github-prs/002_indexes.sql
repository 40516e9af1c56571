-- From the mapping of github-prs, by: ferrule migrations generate
-- What else it needs stands in files of its own, from 003_….sql on.

-- "github_pull_request", newest first.
CREATE INDEX IF NOT EXISTS "entities_github_pull_request_time"
    ON ferrule.entities (ferrule.moment(signal ->> 'timestamp') DESC, external_id)
    WHERE collection_key = 'github_pull_request';

-- "github_pull_request_review", newest first.
CREATE INDEX IF NOT EXISTS "entities_github_pull_request_review_time"
    ON ferrule.entities (ferrule.moment(signal ->> 'timestamp') DESC, external_id)
    WHERE collection_key = 'github_pull_request_review';
