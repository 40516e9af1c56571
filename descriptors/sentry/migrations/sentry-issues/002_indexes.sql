-- From the mapping of sentry-issues, by: ferrule migrations generate
-- What else it needs stands in files of its own, from 003_….sql on.

-- "sentry_issue", newest first.
CREATE INDEX IF NOT EXISTS "entities_sentry_issue_time"
    ON ferrule.entities (ferrule.moment(signal ->> 'timestamp') DESC, external_id)
    WHERE collection_key = 'sentry_issue';
