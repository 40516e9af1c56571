-- From the mapping of notion-pages, by: ferrule migrations generate
-- What else it needs stands in files of its own, from 003_….sql on.

-- "notion_page", written by pages.
DROP VIEW IF EXISTS "ferrule_notion_page";
CREATE VIEW "ferrule_notion_page" AS
SELECT
    json_extract(document, '$.id') AS "id",
    "project",
    "connection",
    "external_id",
    "stream",
    "type",
    "timestamp",
    "created_at",
    "archived_at",
    "priority",
    "summary",
    json_extract(document, '$.participants') AS "participants",
    json_extract(document, '$.tags') AS "tags",
    json_extract(document, '$.relatedItems') AS "related_items",
    "raw_payload"
FROM (
    SELECT signal.*, source.project, source.connection,
        CASE WHEN json_valid(signal.signal) THEN signal.signal END AS document,
        CASE WHEN json_valid(signal.raw_payload) THEN signal.raw_payload END AS item
    FROM signal JOIN source ON source.id = signal.source
    WHERE source.collection_key = 'notion_page'
);

-- "notion_database", written by databases.
DROP VIEW IF EXISTS "ferrule_notion_database";
CREATE VIEW "ferrule_notion_database" AS
SELECT
    json_extract(document, '$.id') AS "id",
    "project",
    "connection",
    "external_id",
    "stream",
    "type",
    "timestamp",
    "created_at",
    "archived_at",
    "priority",
    "summary",
    json_extract(document, '$.participants') AS "participants",
    json_extract(document, '$.tags') AS "tags",
    json_extract(document, '$.relatedItems') AS "related_items",
    "raw_payload",
    CASE json_type(document, '$.fields.database') WHEN 'text' THEN json_extract(document, '$.fields.database') END AS "database"
FROM (
    SELECT signal.*, source.project, source.connection,
        CASE WHEN json_valid(signal.signal) THEN signal.signal END AS document,
        CASE WHEN json_valid(signal.raw_payload) THEN signal.raw_payload END AS item
    FROM signal JOIN source ON source.id = signal.source
    WHERE source.collection_key = 'notion_database'
);

-- "notion_entry", written by entries.
DROP VIEW IF EXISTS "ferrule_notion_entry";
CREATE VIEW "ferrule_notion_entry" AS
SELECT
    json_extract(document, '$.id') AS "id",
    "project",
    "connection",
    "external_id",
    "stream",
    "type",
    "timestamp",
    "created_at",
    "archived_at",
    "priority",
    "summary",
    json_extract(document, '$.participants') AS "participants",
    json_extract(document, '$.tags') AS "tags",
    json_extract(document, '$.relatedItems') AS "related_items",
    "raw_payload",
    CASE json_type(document, '$.fields.status') WHEN 'text' THEN json_extract(document, '$.fields.status') END AS "status"
FROM (
    SELECT signal.*, source.project, source.connection,
        CASE WHEN json_valid(signal.signal) THEN signal.signal END AS document,
        CASE WHEN json_valid(signal.raw_payload) THEN signal.raw_payload END AS item
    FROM signal JOIN source ON source.id = signal.source
    WHERE source.collection_key = 'notion_entry'
);
