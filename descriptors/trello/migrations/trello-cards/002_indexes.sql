-- From the mapping of trello-cards, by: ferrule migrations generate
-- What else it needs stands in files of its own, from 003_….sql on.

-- "trello_action", newest first.
CREATE INDEX IF NOT EXISTS "entities_trello_action_time"
    ON ferrule.entities (ferrule.moment(signal ->> 'timestamp') DESC, external_id)
    WHERE collection_key = 'trello_action';
