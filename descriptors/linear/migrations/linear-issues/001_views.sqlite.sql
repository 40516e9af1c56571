-- From the mapping of linear-issues, by: ferrule migrations generate
-- What else it needs stands in files of its own, from 003_….sql on.

-- "linear_issue", written by issues.
DROP VIEW IF EXISTS "ferrule_linear_issue";
CREATE VIEW "ferrule_linear_issue" AS
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
    WHERE source.collection_key = 'linear_issue'
);

-- "linear_comment", written by comments.
DROP VIEW IF EXISTS "ferrule_linear_comment";
CREATE VIEW "ferrule_linear_comment" AS
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
    WHERE source.collection_key = 'linear_comment'
);

-- "linear_project", written by projects.
DROP VIEW IF EXISTS "ferrule_linear_project";
CREATE VIEW "ferrule_linear_project" AS
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
    WHERE source.collection_key = 'linear_project'
);

-- "linear_cycle", written by cycles.
DROP VIEW IF EXISTS "ferrule_linear_cycle";
CREATE VIEW "ferrule_linear_cycle" AS
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
    CASE WHEN json_type(document, '$.fields.startsAt') = 'text' AND json_extract(document, '$.fields.startsAt') GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:*Z' THEN json_extract(document, '$.fields.startsAt') END AS "starts_at",
    CASE WHEN json_type(document, '$.fields.endsAt') = 'text' AND json_extract(document, '$.fields.endsAt') GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:*Z' THEN json_extract(document, '$.fields.endsAt') END AS "ends_at"
FROM (
    SELECT signal.*, source.project, source.connection,
        CASE WHEN json_valid(signal.signal) THEN signal.signal END AS document,
        CASE WHEN json_valid(signal.raw_payload) THEN signal.raw_payload END AS item
    FROM signal JOIN source ON source.id = signal.source
    WHERE source.collection_key = 'linear_cycle'
);
