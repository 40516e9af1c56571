-- From the mapping of slack-events, by: ferrule migrations generate
-- What else it needs stands in files of its own, from 003_….sql on.

-- "slack_received_message", written by messages.
DROP VIEW IF EXISTS "ferrule_slack_received_message";
CREATE VIEW "ferrule_slack_received_message" AS
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
    CASE WHEN json_type(document, '$.fields.channel') IN ('true', 'false') THEN json_type(document, '$.fields.channel') WHEN json_type(document, '$.fields.channel') IN ('object', 'array') THEN json_extract(document, '$.fields.channel') WHEN json_type(document, '$.fields.channel') <> 'null' THEN json_quote(json_extract(document, '$.fields.channel')) END AS "channel",
    CASE WHEN json_type(document, '$.fields.thread') IN ('true', 'false') THEN json_type(document, '$.fields.thread') WHEN json_type(document, '$.fields.thread') IN ('object', 'array') THEN json_extract(document, '$.fields.thread') WHEN json_type(document, '$.fields.thread') <> 'null' THEN json_quote(json_extract(document, '$.fields.thread')) END AS "thread"
FROM (
    SELECT signal.*, source.project, source.connection,
        CASE WHEN json_valid(signal.signal) THEN signal.signal END AS document,
        CASE WHEN json_valid(signal.raw_payload) THEN signal.raw_payload END AS item
    FROM signal JOIN source ON source.id = signal.source
    WHERE source.collection_key = 'slack_received_message'
);

-- "slack_mention", written by mentions.
DROP VIEW IF EXISTS "ferrule_slack_mention";
CREATE VIEW "ferrule_slack_mention" AS
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
    CASE WHEN json_type(document, '$.fields.channel') IN ('true', 'false') THEN json_type(document, '$.fields.channel') WHEN json_type(document, '$.fields.channel') IN ('object', 'array') THEN json_extract(document, '$.fields.channel') WHEN json_type(document, '$.fields.channel') <> 'null' THEN json_quote(json_extract(document, '$.fields.channel')) END AS "channel",
    CASE WHEN json_type(document, '$.fields.thread') IN ('true', 'false') THEN json_type(document, '$.fields.thread') WHEN json_type(document, '$.fields.thread') IN ('object', 'array') THEN json_extract(document, '$.fields.thread') WHEN json_type(document, '$.fields.thread') <> 'null' THEN json_quote(json_extract(document, '$.fields.thread')) END AS "thread"
FROM (
    SELECT signal.*, source.project, source.connection,
        CASE WHEN json_valid(signal.signal) THEN signal.signal END AS document,
        CASE WHEN json_valid(signal.raw_payload) THEN signal.raw_payload END AS item
    FROM signal JOIN source ON source.id = signal.source
    WHERE source.collection_key = 'slack_mention'
);

-- "slack_reaction", written by reactions.
DROP VIEW IF EXISTS "ferrule_slack_reaction";
CREATE VIEW "ferrule_slack_reaction" AS
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
    CASE WHEN json_type(document, '$.fields.channel') IN ('true', 'false') THEN json_type(document, '$.fields.channel') WHEN json_type(document, '$.fields.channel') IN ('object', 'array') THEN json_extract(document, '$.fields.channel') WHEN json_type(document, '$.fields.channel') <> 'null' THEN json_quote(json_extract(document, '$.fields.channel')) END AS "channel",
    CASE WHEN json_type(document, '$.fields.message') IN ('true', 'false') THEN json_type(document, '$.fields.message') WHEN json_type(document, '$.fields.message') IN ('object', 'array') THEN json_extract(document, '$.fields.message') WHEN json_type(document, '$.fields.message') <> 'null' THEN json_quote(json_extract(document, '$.fields.message')) END AS "message"
FROM (
    SELECT signal.*, source.project, source.connection,
        CASE WHEN json_valid(signal.signal) THEN signal.signal END AS document,
        CASE WHEN json_valid(signal.raw_payload) THEN signal.raw_payload END AS item
    FROM signal JOIN source ON source.id = signal.source
    WHERE source.collection_key = 'slack_reaction'
);

-- "slack_command", written by commands.
DROP VIEW IF EXISTS "ferrule_slack_command";
CREATE VIEW "ferrule_slack_command" AS
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
    CASE WHEN json_type(document, '$.fields.channel') IN ('true', 'false') THEN json_type(document, '$.fields.channel') WHEN json_type(document, '$.fields.channel') IN ('object', 'array') THEN json_extract(document, '$.fields.channel') WHEN json_type(document, '$.fields.channel') <> 'null' THEN json_quote(json_extract(document, '$.fields.channel')) END AS "channel",
    CASE WHEN json_type(document, '$.fields.text') IN ('true', 'false') THEN json_type(document, '$.fields.text') WHEN json_type(document, '$.fields.text') IN ('object', 'array') THEN json_extract(document, '$.fields.text') WHEN json_type(document, '$.fields.text') <> 'null' THEN json_quote(json_extract(document, '$.fields.text')) END AS "text",
    CASE WHEN json_type(document, '$.fields.responseUrl') IN ('true', 'false') THEN json_type(document, '$.fields.responseUrl') WHEN json_type(document, '$.fields.responseUrl') IN ('object', 'array') THEN json_extract(document, '$.fields.responseUrl') WHEN json_type(document, '$.fields.responseUrl') <> 'null' THEN json_quote(json_extract(document, '$.fields.responseUrl')) END AS "response_url"
FROM (
    SELECT signal.*, source.project, source.connection,
        CASE WHEN json_valid(signal.signal) THEN signal.signal END AS document,
        CASE WHEN json_valid(signal.raw_payload) THEN signal.raw_payload END AS item
    FROM signal JOIN source ON source.id = signal.source
    WHERE source.collection_key = 'slack_command'
);
