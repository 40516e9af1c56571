-- From the mapping of generic-webhook, by: ferrule migrations generate
-- What else it needs stands in files of its own, from 003_….sql on.

-- "webhook_event", newest first.
CREATE INDEX IF NOT EXISTS "entities_webhook_event_time"
    ON ferrule.entities (ferrule.moment(signal ->> 'timestamp') DESC, external_id)
    WHERE collection_key = 'webhook_event';
