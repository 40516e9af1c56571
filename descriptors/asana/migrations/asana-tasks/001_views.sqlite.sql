-- From the mapping of asana-tasks, by: ferrule migrations generate
-- What else it needs stands in files of its own, from 003_….sql on.

-- "asana_project", written by projects.
DROP VIEW IF EXISTS "ferrule_asana_project";
CREATE VIEW "ferrule_asana_project" AS
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
    WHERE source.collection_key = 'asana_project'
);

-- "asana_task", written by tasks.
DROP VIEW IF EXISTS "ferrule_asana_task";
CREATE VIEW "ferrule_asana_task" AS
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
    CASE json_type(document, '$.fields.project') WHEN 'text' THEN json_extract(document, '$.fields.project') END AS "field_project",
    CASE json_type(document, '$.fields.due') WHEN 'text' THEN json_extract(document, '$.fields.due') END AS "due"
FROM (
    SELECT signal.*, source.project, source.connection,
        CASE WHEN json_valid(signal.signal) THEN signal.signal END AS document,
        CASE WHEN json_valid(signal.raw_payload) THEN signal.raw_payload END AS item
    FROM signal JOIN source ON source.id = signal.source
    WHERE source.collection_key = 'asana_task'
);
