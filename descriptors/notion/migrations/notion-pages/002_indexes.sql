-- From the mapping of notion-pages, by: ferrule migrations generate
-- What else it needs stands in files of its own, from 003_….sql on.

-- "notion_page", newest first.
CREATE INDEX IF NOT EXISTS "entities_notion_page_time"
    ON ferrule.entities (ferrule.moment(signal ->> 'timestamp') DESC, external_id)
    WHERE collection_key = 'notion_page';

-- "notion_database", newest first.
CREATE INDEX IF NOT EXISTS "entities_notion_database_time"
    ON ferrule.entities (ferrule.moment(signal ->> 'timestamp') DESC, external_id)
    WHERE collection_key = 'notion_database';

-- "notion_entry", newest first.
CREATE INDEX IF NOT EXISTS "entities_notion_entry_time"
    ON ferrule.entities (ferrule.moment(signal ->> 'timestamp') DESC, external_id)
    WHERE collection_key = 'notion_entry';
