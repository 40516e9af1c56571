-- From the mapping of linear-issues, by: ferrule migrations generate
-- What else it needs stands in files of its own, from 003_….sql on.

-- "linear_issue", written by issues.
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
            (15, 'raw_payload', 'jsonb')
        ) AS wanted (place, name, type)
            ON wanted.place = old.attnum AND wanted.name = old.attname
            AND wanted.type = format_type(old.atttypid, old.atttypmod)
        WHERE old.attrelid = to_regclass('ferrule."linear_issue"')
            AND old.attnum > 0 AND wanted.place IS NULL
    ) THEN
        DROP VIEW ferrule."linear_issue";
    END IF;
END
$ferrule$;
CREATE OR REPLACE VIEW ferrule."linear_issue" WITH (security_invoker = true) AS
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
    "raw_payload"
FROM ferrule.entities
WHERE collection_key = 'linear_issue';

-- "linear_comment", written by comments.
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
            (15, 'raw_payload', 'jsonb')
        ) AS wanted (place, name, type)
            ON wanted.place = old.attnum AND wanted.name = old.attname
            AND wanted.type = format_type(old.atttypid, old.atttypmod)
        WHERE old.attrelid = to_regclass('ferrule."linear_comment"')
            AND old.attnum > 0 AND wanted.place IS NULL
    ) THEN
        DROP VIEW ferrule."linear_comment";
    END IF;
END
$ferrule$;
CREATE OR REPLACE VIEW ferrule."linear_comment" WITH (security_invoker = true) AS
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
    "raw_payload"
FROM ferrule.entities
WHERE collection_key = 'linear_comment';

-- "linear_project", written by projects.
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
            (15, 'raw_payload', 'jsonb')
        ) AS wanted (place, name, type)
            ON wanted.place = old.attnum AND wanted.name = old.attname
            AND wanted.type = format_type(old.atttypid, old.atttypmod)
        WHERE old.attrelid = to_regclass('ferrule."linear_project"')
            AND old.attnum > 0 AND wanted.place IS NULL
    ) THEN
        DROP VIEW ferrule."linear_project";
    END IF;
END
$ferrule$;
CREATE OR REPLACE VIEW ferrule."linear_project" WITH (security_invoker = true) AS
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
    "raw_payload"
FROM ferrule.entities
WHERE collection_key = 'linear_project';

-- "linear_cycle", written by cycles.
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
            (16, 'starts_at', 'timestamp with time zone'),
            (17, 'ends_at', 'timestamp with time zone')
        ) AS wanted (place, name, type)
            ON wanted.place = old.attnum AND wanted.name = old.attname
            AND wanted.type = format_type(old.atttypid, old.atttypmod)
        WHERE old.attrelid = to_regclass('ferrule."linear_cycle"')
            AND old.attnum > 0 AND wanted.place IS NULL
    ) THEN
        DROP VIEW ferrule."linear_cycle";
    END IF;
END
$ferrule$;
CREATE OR REPLACE VIEW ferrule."linear_cycle" WITH (security_invoker = true) AS
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
    ferrule.moment(signal -> 'fields' ->> 'startsAt') AS "starts_at",
    ferrule.moment(signal -> 'fields' ->> 'endsAt') AS "ends_at"
FROM ferrule.entities
WHERE collection_key = 'linear_cycle';
