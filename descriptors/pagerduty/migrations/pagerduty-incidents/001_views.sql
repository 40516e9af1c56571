-- From the mapping of pagerduty-incidents, by: ferrule migrations generate
-- What else it needs stands in files of its own, from 003_….sql on.

-- "pagerduty_incident", written by pagerduty_incident.
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
            (16, 'status', 'jsonb'),
            (17, 'urgency', 'jsonb'),
            (18, 'service', 'jsonb')
        ) AS wanted (place, name, type)
            ON wanted.place = old.attnum AND wanted.name = old.attname
            AND wanted.type = format_type(old.atttypid, old.atttypmod)
        WHERE old.attrelid = to_regclass('ferrule."pagerduty_incident"')
            AND old.attnum > 0 AND wanted.place IS NULL
    ) THEN
        DROP VIEW ferrule."pagerduty_incident";
    END IF;
END
$ferrule$;
CREATE OR REPLACE VIEW ferrule."pagerduty_incident" WITH (security_invoker = true) AS
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
    NULLIF(signal -> 'fields' -> 'status', 'null'::jsonb) AS "status",
    NULLIF(signal -> 'fields' -> 'urgency', 'null'::jsonb) AS "urgency",
    NULLIF(signal -> 'fields' -> 'service', 'null'::jsonb) AS "service"
FROM ferrule.entities
WHERE collection_key = 'pagerduty_incident';
