-- From the mapping of datadog-monitors, by: ferrule migrations generate
-- What else it needs stands in files of its own, from 003_….sql on.

-- "datadog_monitor", newest first.
CREATE INDEX IF NOT EXISTS "entities_datadog_monitor_time"
    ON ferrule.entities (ferrule.moment(signal ->> 'timestamp') DESC, external_id)
    WHERE collection_key = 'datadog_monitor';
