-- From the mapping of pagerduty-incidents, by: ferrule migrations generate
-- What else it needs stands in files of its own, from 003_….sql on.

-- "pagerduty_incident", newest first.
CREATE INDEX IF NOT EXISTS "entities_pagerduty_incident_time"
    ON ferrule.entities (ferrule.moment(signal ->> 'timestamp') DESC, external_id)
    WHERE collection_key = 'pagerduty_incident';
