-- From the mapping of slack-messages, by: ferrule migrations generate
-- What else it needs stands in files of its own, from 003_….sql on.

-- "slack_channel", newest first.
CREATE INDEX IF NOT EXISTS "entities_slack_channel_time"
    ON ferrule.entities (ferrule.moment(signal ->> 'timestamp') DESC, external_id)
    WHERE collection_key = 'slack_channel';

-- "slack_message", newest first.
CREATE INDEX IF NOT EXISTS "entities_slack_message_time"
    ON ferrule.entities (ferrule.moment(signal ->> 'timestamp') DESC, external_id)
    WHERE collection_key = 'slack_message';
