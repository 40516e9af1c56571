-- From the mapping of confluence-pages, by: ferrule migrations generate
-- What else it needs stands in files of its own, from 003_….sql on.

-- "confluence_page", newest first.
CREATE INDEX IF NOT EXISTS "entities_confluence_page_time"
    ON ferrule.entities (ferrule.moment(signal ->> 'timestamp') DESC, external_id)
    WHERE collection_key = 'confluence_page';

-- "confluence_comment", newest first.
CREATE INDEX IF NOT EXISTS "entities_confluence_comment_time"
    ON ferrule.entities (ferrule.moment(signal ->> 'timestamp') DESC, external_id)
    WHERE collection_key = 'confluence_comment';
