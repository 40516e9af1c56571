-- From the mapping of slack-events, by: ferrule migrations generate
-- What else it needs stands in files of its own, from 003_….sql on.

-- "slack_received_message", newest first.
CREATE INDEX IF NOT EXISTS "entities_slack_received_message_time"
    ON ferrule.entities (ferrule.moment(signal ->> 'timestamp') DESC, external_id)
    WHERE collection_key = 'slack_received_message';

-- "slack_mention", newest first.
CREATE INDEX IF NOT EXISTS "entities_slack_mention_time"
    ON ferrule.entities (ferrule.moment(signal ->> 'timestamp') DESC, external_id)
    WHERE collection_key = 'slack_mention';

-- "slack_reaction", newest first.
CREATE INDEX IF NOT EXISTS "entities_slack_reaction_time"
    ON ferrule.entities (ferrule.moment(signal ->> 'timestamp') DESC, external_id)
    WHERE collection_key = 'slack_reaction';

-- "slack_command", newest first.
CREATE INDEX IF NOT EXISTS "entities_slack_command_time"
    ON ferrule.entities (ferrule.moment(signal ->> 'timestamp') DESC, external_id)
    WHERE collection_key = 'slack_command';
