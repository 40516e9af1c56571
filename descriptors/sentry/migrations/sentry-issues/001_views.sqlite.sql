-- From the mapping of sentry-issues, by: ferrule migrations generate
-- What else it needs stands in files of its own, from 003_….sql on.

-- "sentry_issue", written by sentry_issue.
DROP VIEW IF EXISTS "ferrule_sentry_issue";
CREATE VIEW "ferrule_sentry_issue" AS
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
    CASE WHEN json_type(document, '$.fields.status') IN ('true', 'false') THEN json_type(document, '$.fields.status') WHEN json_type(document, '$.fields.status') IN ('object', 'array') THEN json_extract(document, '$.fields.status') WHEN json_type(document, '$.fields.status') <> 'null' THEN json_quote(json_extract(document, '$.fields.status')) END AS "status",
    CASE WHEN json_type(document, '$.fields.culprit') IN ('true', 'false') THEN json_type(document, '$.fields.culprit') WHEN json_type(document, '$.fields.culprit') IN ('object', 'array') THEN json_extract(document, '$.fields.culprit') WHEN json_type(document, '$.fields.culprit') <> 'null' THEN json_quote(json_extract(document, '$.fields.culprit')) END AS "culprit",
    CASE WHEN json_type(document, '$.fields.seen') IN ('integer', 'real') THEN json_extract(document, '$.fields.seen') END AS "seen"
FROM (
    SELECT signal.*, source.project, source.connection,
        CASE WHEN json_valid(signal.signal) THEN signal.signal END AS document,
        CASE WHEN json_valid(signal.raw_payload) THEN signal.raw_payload END AS item
    FROM signal JOIN source ON source.id = signal.source
    WHERE source.collection_key = 'sentry_issue'
);
