-- From the mapping of github-prs, by: ferrule migrations generate
-- What else it needs stands in files of its own, from 003_….sql on.

-- "github_pull_request", written by pulls.
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
            (16, 'branch', 'text'),
            (17, 'target', 'text'),
            (18, 'draft', 'boolean')
        ) AS wanted (place, name, type)
            ON wanted.place = old.attnum AND wanted.name = old.attname
            AND wanted.type = format_type(old.atttypid, old.atttypmod)
        WHERE old.attrelid = to_regclass('ferrule."github_pull_request"')
            AND old.attnum > 0 AND wanted.place IS NULL
    ) THEN
        DROP VIEW ferrule."github_pull_request";
    END IF;
END
$ferrule$;
CREATE OR REPLACE VIEW ferrule."github_pull_request" WITH (security_invoker = true) AS
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
    CASE jsonb_typeof(signal -> 'fields' -> 'branch') WHEN 'string' THEN (signal -> 'fields' -> 'branch') #>> '{}' END AS "branch",
    CASE jsonb_typeof(signal -> 'fields' -> 'target') WHEN 'string' THEN (signal -> 'fields' -> 'target') #>> '{}' END AS "target",
    CASE jsonb_typeof(signal -> 'fields' -> 'draft') WHEN 'boolean' THEN (signal -> 'fields' -> 'draft')::boolean END AS "draft"
FROM ferrule.entities
WHERE collection_key = 'github_pull_request';

-- "github_pull_request_review", written by reviews.
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
            (16, 'state', 'text'),
            (17, 'pull', 'text')
        ) AS wanted (place, name, type)
            ON wanted.place = old.attnum AND wanted.name = old.attname
            AND wanted.type = format_type(old.atttypid, old.atttypmod)
        WHERE old.attrelid = to_regclass('ferrule."github_pull_request_review"')
            AND old.attnum > 0 AND wanted.place IS NULL
    ) THEN
        DROP VIEW ferrule."github_pull_request_review";
    END IF;
END
$ferrule$;
CREATE OR REPLACE VIEW ferrule."github_pull_request_review" WITH (security_invoker = true) AS
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
    CASE jsonb_typeof(signal -> 'fields' -> 'state') WHEN 'string' THEN (signal -> 'fields' -> 'state') #>> '{}' END AS "state",
    CASE jsonb_typeof(signal -> 'fields' -> 'pull') WHEN 'string' THEN (signal -> 'fields' -> 'pull') #>> '{}' END AS "pull"
FROM ferrule.entities
WHERE collection_key = 'github_pull_request_review';
