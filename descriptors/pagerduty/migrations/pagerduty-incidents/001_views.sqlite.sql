-- From the mapping of pagerduty-incidents, by: ferrule migrations generate
-- What else it needs stands in files of its own, from 003_….sql on.

-- "pagerduty_incident", written by pagerduty_incident.
DROP VIEW IF EXISTS "ferrule_pagerduty_incident";
CREATE VIEW "ferrule_pagerduty_incident" AS
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
    CASE WHEN json_type(document, '$.fields.urgency') IN ('true', 'false') THEN json_type(document, '$.fields.urgency') WHEN json_type(document, '$.fields.urgency') IN ('object', 'array') THEN json_extract(document, '$.fields.urgency') WHEN json_type(document, '$.fields.urgency') <> 'null' THEN json_quote(json_extract(document, '$.fields.urgency')) END AS "urgency",
    CASE WHEN json_type(document, '$.fields.service') IN ('true', 'false') THEN json_type(document, '$.fields.service') WHEN json_type(document, '$.fields.service') IN ('object', 'array') THEN json_extract(document, '$.fields.service') WHEN json_type(document, '$.fields.service') <> 'null' THEN json_quote(json_extract(document, '$.fields.service')) END AS "service"
FROM (
    SELECT signal.*, source.project, source.connection,
        CASE WHEN json_valid(signal.signal) THEN signal.signal END AS document,
        CASE WHEN json_valid(signal.raw_payload) THEN signal.raw_payload END AS item
    FROM signal JOIN source ON source.id = signal.source
    WHERE source.collection_key = 'pagerduty_incident'
);
