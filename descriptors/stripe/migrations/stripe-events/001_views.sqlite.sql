-- From the mapping of stripe-events, by: ferrule migrations generate
-- What else it needs stands in files of its own, from 003_….sql on.

-- "stripe_payment", written by payments.
DROP VIEW IF EXISTS "ferrule_stripe_payment";
CREATE VIEW "ferrule_stripe_payment" AS
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
    CASE WHEN json_type(document, '$.fields.amount') IN ('integer', 'real') THEN json_extract(document, '$.fields.amount') END AS "amount",
    CASE WHEN json_type(document, '$.fields.currency') IN ('true', 'false') THEN json_type(document, '$.fields.currency') WHEN json_type(document, '$.fields.currency') IN ('object', 'array') THEN json_extract(document, '$.fields.currency') WHEN json_type(document, '$.fields.currency') <> 'null' THEN json_quote(json_extract(document, '$.fields.currency')) END AS "currency",
    CASE WHEN json_type(document, '$.fields.status') IN ('true', 'false') THEN json_type(document, '$.fields.status') WHEN json_type(document, '$.fields.status') IN ('object', 'array') THEN json_extract(document, '$.fields.status') WHEN json_type(document, '$.fields.status') <> 'null' THEN json_quote(json_extract(document, '$.fields.status')) END AS "status",
    CASE json_type(document, '$.fields.live') WHEN 'true' THEN 1 WHEN 'false' THEN 0 END AS "live"
FROM (
    SELECT signal.*, source.project, source.connection,
        CASE WHEN json_valid(signal.signal) THEN signal.signal END AS document,
        CASE WHEN json_valid(signal.raw_payload) THEN signal.raw_payload END AS item
    FROM signal JOIN source ON source.id = signal.source
    WHERE source.collection_key = 'stripe_payment'
);

-- "stripe_charge", written by charges.
DROP VIEW IF EXISTS "ferrule_stripe_charge";
CREATE VIEW "ferrule_stripe_charge" AS
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
    CASE WHEN json_type(document, '$.fields.amount') IN ('integer', 'real') THEN json_extract(document, '$.fields.amount') END AS "amount",
    CASE WHEN json_type(document, '$.fields.currency') IN ('true', 'false') THEN json_type(document, '$.fields.currency') WHEN json_type(document, '$.fields.currency') IN ('object', 'array') THEN json_extract(document, '$.fields.currency') WHEN json_type(document, '$.fields.currency') <> 'null' THEN json_quote(json_extract(document, '$.fields.currency')) END AS "currency",
    CASE WHEN json_type(document, '$.fields.status') IN ('true', 'false') THEN json_type(document, '$.fields.status') WHEN json_type(document, '$.fields.status') IN ('object', 'array') THEN json_extract(document, '$.fields.status') WHEN json_type(document, '$.fields.status') <> 'null' THEN json_quote(json_extract(document, '$.fields.status')) END AS "status",
    CASE json_type(document, '$.fields.live') WHEN 'true' THEN 1 WHEN 'false' THEN 0 END AS "live",
    CASE WHEN json_type(document, '$.fields.refunded') IN ('integer', 'real') THEN json_extract(document, '$.fields.refunded') END AS "refunded"
FROM (
    SELECT signal.*, source.project, source.connection,
        CASE WHEN json_valid(signal.signal) THEN signal.signal END AS document,
        CASE WHEN json_valid(signal.raw_payload) THEN signal.raw_payload END AS item
    FROM signal JOIN source ON source.id = signal.source
    WHERE source.collection_key = 'stripe_charge'
);

-- "stripe_payout", written by payouts.
DROP VIEW IF EXISTS "ferrule_stripe_payout";
CREATE VIEW "ferrule_stripe_payout" AS
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
    CASE WHEN json_type(document, '$.fields.amount') IN ('integer', 'real') THEN json_extract(document, '$.fields.amount') END AS "amount",
    CASE WHEN json_type(document, '$.fields.currency') IN ('true', 'false') THEN json_type(document, '$.fields.currency') WHEN json_type(document, '$.fields.currency') IN ('object', 'array') THEN json_extract(document, '$.fields.currency') WHEN json_type(document, '$.fields.currency') <> 'null' THEN json_quote(json_extract(document, '$.fields.currency')) END AS "currency",
    CASE WHEN json_type(document, '$.fields.status') IN ('true', 'false') THEN json_type(document, '$.fields.status') WHEN json_type(document, '$.fields.status') IN ('object', 'array') THEN json_extract(document, '$.fields.status') WHEN json_type(document, '$.fields.status') <> 'null' THEN json_quote(json_extract(document, '$.fields.status')) END AS "status",
    CASE json_type(document, '$.fields.live') WHEN 'true' THEN 1 WHEN 'false' THEN 0 END AS "live",
    CASE WHEN json_type(document, '$.fields.arrives') = 'text' AND json_extract(document, '$.fields.arrives') GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:*Z' THEN json_extract(document, '$.fields.arrives') END AS "arrives"
FROM (
    SELECT signal.*, source.project, source.connection,
        CASE WHEN json_valid(signal.signal) THEN signal.signal END AS document,
        CASE WHEN json_valid(signal.raw_payload) THEN signal.raw_payload END AS item
    FROM signal JOIN source ON source.id = signal.source
    WHERE source.collection_key = 'stripe_payout'
);
