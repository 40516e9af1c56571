-- From the mapping of slack-events, by: ferrule migrations generate
-- What else it needs stands in files of its own, from 003_….sql on.

-- "slack_received_message", written by messages.
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
            (16, 'channel', 'jsonb'),
            (17, 'thread', 'jsonb')
        ) AS wanted (place, name, type)
            ON wanted.place = old.attnum AND wanted.name = old.attname
            AND wanted.type = format_type(old.atttypid, old.atttypmod)
        WHERE old.attrelid = to_regclass('ferrule."slack_received_message"')
            AND old.attnum > 0 AND wanted.place IS NULL
    ) THEN
        DROP VIEW ferrule."slack_received_message";
    END IF;
END
$ferrule$;
CREATE OR REPLACE VIEW ferrule."slack_received_message" WITH (security_invoker = true) AS
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
    NULLIF(signal -> 'fields' -> 'channel', 'null'::jsonb) AS "channel",
    NULLIF(signal -> 'fields' -> 'thread', 'null'::jsonb) AS "thread"
FROM ferrule.entities
WHERE collection_key = 'slack_received_message';

-- "slack_mention", written by mentions.
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
            (16, 'channel', 'jsonb'),
            (17, 'thread', 'jsonb')
        ) AS wanted (place, name, type)
            ON wanted.place = old.attnum AND wanted.name = old.attname
            AND wanted.type = format_type(old.atttypid, old.atttypmod)
        WHERE old.attrelid = to_regclass('ferrule."slack_mention"')
            AND old.attnum > 0 AND wanted.place IS NULL
    ) THEN
        DROP VIEW ferrule."slack_mention";
    END IF;
END
$ferrule$;
CREATE OR REPLACE VIEW ferrule."slack_mention" WITH (security_invoker = true) AS
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
    NULLIF(signal -> 'fields' -> 'channel', 'null'::jsonb) AS "channel",
    NULLIF(signal -> 'fields' -> 'thread', 'null'::jsonb) AS "thread"
FROM ferrule.entities
WHERE collection_key = 'slack_mention';

-- "slack_reaction", written by reactions.
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
            (16, 'channel', 'jsonb'),
            (17, 'message', 'jsonb')
        ) AS wanted (place, name, type)
            ON wanted.place = old.attnum AND wanted.name = old.attname
            AND wanted.type = format_type(old.atttypid, old.atttypmod)
        WHERE old.attrelid = to_regclass('ferrule."slack_reaction"')
            AND old.attnum > 0 AND wanted.place IS NULL
    ) THEN
        DROP VIEW ferrule."slack_reaction";
    END IF;
END
$ferrule$;
CREATE OR REPLACE VIEW ferrule."slack_reaction" WITH (security_invoker = true) AS
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
    NULLIF(signal -> 'fields' -> 'channel', 'null'::jsonb) AS "channel",
    NULLIF(signal -> 'fields' -> 'message', 'null'::jsonb) AS "message"
FROM ferrule.entities
WHERE collection_key = 'slack_reaction';

-- "slack_command", written by commands.
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
            (16, 'channel', 'jsonb'),
            (17, 'text', 'jsonb'),
            (18, 'response_url', 'jsonb')
        ) AS wanted (place, name, type)
            ON wanted.place = old.attnum AND wanted.name = old.attname
            AND wanted.type = format_type(old.atttypid, old.atttypmod)
        WHERE old.attrelid = to_regclass('ferrule."slack_command"')
            AND old.attnum > 0 AND wanted.place IS NULL
    ) THEN
        DROP VIEW ferrule."slack_command";
    END IF;
END
$ferrule$;
CREATE OR REPLACE VIEW ferrule."slack_command" WITH (security_invoker = true) AS
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
    NULLIF(signal -> 'fields' -> 'channel', 'null'::jsonb) AS "channel",
    NULLIF(signal -> 'fields' -> 'text', 'null'::jsonb) AS "text",
    NULLIF(signal -> 'fields' -> 'responseUrl', 'null'::jsonb) AS "response_url"
FROM ferrule.entities
WHERE collection_key = 'slack_command';
