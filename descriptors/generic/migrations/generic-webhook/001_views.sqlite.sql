-- From the mapping of generic-webhook, by: ferrule migrations generate
-- What else it needs stands in files of its own, from 003_….sql on.

-- "webhook_event", written by webhook_event.
DROP VIEW IF EXISTS "ferrule_webhook_event";
CREATE VIEW "ferrule_webhook_event" AS
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
    CASE WHEN json_type(document, '$.fields.event') IN ('true', 'false') THEN json_type(document, '$.fields.event') WHEN json_type(document, '$.fields.event') IN ('object', 'array') THEN json_extract(document, '$.fields.event') WHEN json_type(document, '$.fields.event') <> 'null' THEN json_quote(json_extract(document, '$.fields.event')) END AS "event"
FROM (
    SELECT signal.*, source.project, source.connection,
        CASE WHEN json_valid(signal.signal) THEN signal.signal END AS document,
        CASE WHEN json_valid(signal.raw_payload) THEN signal.raw_payload END AS item
    FROM signal JOIN source ON source.id = signal.source
    WHERE source.collection_key = 'webhook_event'
);
