-- From the mapping of stripe-events, by: ferrule migrations generate
-- What else it needs stands in files of its own, from 003_….sql on.

-- "stripe_payment", written by payments.
DO $ferrule$
BEGIN
    IF EXISTS (
        SELECT FROM pg_catalog.pg_attribute AS old
        LEFT JOIN (VALUES
            (1, 'id', 'text'),
            (2, 'project', 'text'),
            (3, 'connection', 'text'),
            (4, 'external_id', 'text'),
            (5, 'stream', 'text'),
            (6, 'type', 'text'),
            (7, 'timestamp', 'timestamp with time zone'),
            (8, 'created_at', 'timestamp with time zone'),
            (9, 'archived_at', 'timestamp with time zone'),
            (10, 'priority', 'text'),
            (11, 'summary', 'text'),
            (12, 'participants', 'jsonb'),
            (13, 'tags', 'jsonb'),
            (14, 'related_items', 'jsonb'),
            (15, 'raw_payload', 'jsonb'),
            (16, 'amount', 'numeric'),
            (17, 'currency', 'jsonb'),
            (18, 'status', 'jsonb'),
            (19, 'live', 'boolean')
        ) AS wanted (place, name, type)
            ON wanted.place = old.attnum AND wanted.name = old.attname
            AND wanted.type = format_type(old.atttypid, old.atttypmod)
        WHERE old.attrelid = to_regclass('ferrule."stripe_payment"')
            AND old.attnum > 0 AND wanted.place IS NULL
    ) THEN
        DROP VIEW ferrule."stripe_payment";
    END IF;
END
$ferrule$;
CREATE OR REPLACE VIEW ferrule."stripe_payment" WITH (security_invoker = true) AS
SELECT
    "id",
    "project",
    app_key AS "connection",
    "external_id",
    signal ->> 'stream' AS "stream",
    signal ->> 'type' AS "type",
    ferrule.moment(signal ->> 'timestamp') AS "timestamp",
    ferrule.moment(signal ->> 'createdAt') AS "created_at",
    "archived_at",
    signal ->> 'priority' AS "priority",
    signal ->> 'summary' AS "summary",
    signal -> 'participants' AS "participants",
    signal -> 'tags' AS "tags",
    signal -> 'relatedItems' AS "related_items",
    "raw_payload",
    CASE jsonb_typeof(signal -> 'fields' -> 'amount') WHEN 'number' THEN (signal -> 'fields' -> 'amount')::numeric END AS "amount",
    NULLIF(signal -> 'fields' -> 'currency', 'null'::jsonb) AS "currency",
    NULLIF(signal -> 'fields' -> 'status', 'null'::jsonb) AS "status",
    CASE jsonb_typeof(signal -> 'fields' -> 'live') WHEN 'boolean' THEN (signal -> 'fields' -> 'live')::boolean END AS "live"
FROM ferrule.entities
WHERE collection_key = 'stripe_payment';

-- "stripe_charge", written by charges.
DO $ferrule$
BEGIN
    IF EXISTS (
        SELECT FROM pg_catalog.pg_attribute AS old
        LEFT JOIN (VALUES
            (1, 'id', 'text'),
            (2, 'project', 'text'),
            (3, 'connection', 'text'),
            (4, 'external_id', 'text'),
            (5, 'stream', 'text'),
            (6, 'type', 'text'),
            (7, 'timestamp', 'timestamp with time zone'),
            (8, 'created_at', 'timestamp with time zone'),
            (9, 'archived_at', 'timestamp with time zone'),
            (10, 'priority', 'text'),
            (11, 'summary', 'text'),
            (12, 'participants', 'jsonb'),
            (13, 'tags', 'jsonb'),
            (14, 'related_items', 'jsonb'),
            (15, 'raw_payload', 'jsonb'),
            (16, 'amount', 'numeric'),
            (17, 'currency', 'jsonb'),
            (18, 'status', 'jsonb'),
            (19, 'live', 'boolean'),
            (20, 'refunded', 'numeric')
        ) AS wanted (place, name, type)
            ON wanted.place = old.attnum AND wanted.name = old.attname
            AND wanted.type = format_type(old.atttypid, old.atttypmod)
        WHERE old.attrelid = to_regclass('ferrule."stripe_charge"')
            AND old.attnum > 0 AND wanted.place IS NULL
    ) THEN
        DROP VIEW ferrule."stripe_charge";
    END IF;
END
$ferrule$;
CREATE OR REPLACE VIEW ferrule."stripe_charge" WITH (security_invoker = true) AS
SELECT
    "id",
    "project",
    app_key AS "connection",
    "external_id",
    signal ->> 'stream' AS "stream",
    signal ->> 'type' AS "type",
    ferrule.moment(signal ->> 'timestamp') AS "timestamp",
    ferrule.moment(signal ->> 'createdAt') AS "created_at",
    "archived_at",
    signal ->> 'priority' AS "priority",
    signal ->> 'summary' AS "summary",
    signal -> 'participants' AS "participants",
    signal -> 'tags' AS "tags",
    signal -> 'relatedItems' AS "related_items",
    "raw_payload",
    CASE jsonb_typeof(signal -> 'fields' -> 'amount') WHEN 'number' THEN (signal -> 'fields' -> 'amount')::numeric END AS "amount",
    NULLIF(signal -> 'fields' -> 'currency', 'null'::jsonb) AS "currency",
    NULLIF(signal -> 'fields' -> 'status', 'null'::jsonb) AS "status",
    CASE jsonb_typeof(signal -> 'fields' -> 'live') WHEN 'boolean' THEN (signal -> 'fields' -> 'live')::boolean END AS "live",
    CASE jsonb_typeof(signal -> 'fields' -> 'refunded') WHEN 'number' THEN (signal -> 'fields' -> 'refunded')::numeric END AS "refunded"
FROM ferrule.entities
WHERE collection_key = 'stripe_charge';

-- "stripe_payout", written by payouts.
DO $ferrule$
BEGIN
    IF EXISTS (
        SELECT FROM pg_catalog.pg_attribute AS old
        LEFT JOIN (VALUES
            (1, 'id', 'text'),
            (2, 'project', 'text'),
            (3, 'connection', 'text'),
            (4, 'external_id', 'text'),
            (5, 'stream', 'text'),
            (6, 'type', 'text'),
            (7, 'timestamp', 'timestamp with time zone'),
            (8, 'created_at', 'timestamp with time zone'),
            (9, 'archived_at', 'timestamp with time zone'),
            (10, 'priority', 'text'),
            (11, 'summary', 'text'),
            (12, 'participants', 'jsonb'),
            (13, 'tags', 'jsonb'),
            (14, 'related_items', 'jsonb'),
            (15, 'raw_payload', 'jsonb'),
            (16, 'amount', 'numeric'),
            (17, 'currency', 'jsonb'),
            (18, 'status', 'jsonb'),
            (19, 'live', 'boolean'),
            (20, 'arrives', 'timestamp with time zone')
        ) AS wanted (place, name, type)
            ON wanted.place = old.attnum AND wanted.name = old.attname
            AND wanted.type = format_type(old.atttypid, old.atttypmod)
        WHERE old.attrelid = to_regclass('ferrule."stripe_payout"')
            AND old.attnum > 0 AND wanted.place IS NULL
    ) THEN
        DROP VIEW ferrule."stripe_payout";
    END IF;
END
$ferrule$;
CREATE OR REPLACE VIEW ferrule."stripe_payout" WITH (security_invoker = true) AS
SELECT
    "id",
    "project",
    app_key AS "connection",
    "external_id",
    signal ->> 'stream' AS "stream",
    signal ->> 'type' AS "type",
    ferrule.moment(signal ->> 'timestamp') AS "timestamp",
    ferrule.moment(signal ->> 'createdAt') AS "created_at",
    "archived_at",
    signal ->> 'priority' AS "priority",
    signal ->> 'summary' AS "summary",
    signal -> 'participants' AS "participants",
    signal -> 'tags' AS "tags",
    signal -> 'relatedItems' AS "related_items",
    "raw_payload",
    CASE jsonb_typeof(signal -> 'fields' -> 'amount') WHEN 'number' THEN (signal -> 'fields' -> 'amount')::numeric END AS "amount",
    NULLIF(signal -> 'fields' -> 'currency', 'null'::jsonb) AS "currency",
    NULLIF(signal -> 'fields' -> 'status', 'null'::jsonb) AS "status",
    CASE jsonb_typeof(signal -> 'fields' -> 'live') WHEN 'boolean' THEN (signal -> 'fields' -> 'live')::boolean END AS "live",
    ferrule.moment(signal -> 'fields' ->> 'arrives') AS "arrives"
FROM ferrule.entities
WHERE collection_key = 'stripe_payout';
