-- From the mapping of slack-messages, by: ferrule migrations generate
-- What else it needs stands in files of its own, from 003_….sql on.

-- "slack_channel", written by channels.
DROP VIEW IF EXISTS "ferrule_slack_channel";
CREATE VIEW "ferrule_slack_channel" AS
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
    CASE json_type(document, '$.fields.topic') WHEN 'text' THEN json_extract(document, '$.fields.topic') END AS "topic",
    CASE WHEN json_type(document, '$.fields.members') IN ('integer', 'real') THEN json_extract(document, '$.fields.members') END AS "members"
FROM (
    SELECT signal.*, source.project, source.connection,
        CASE WHEN json_valid(signal.signal) THEN signal.signal END AS document,
        CASE WHEN json_valid(signal.raw_payload) THEN signal.raw_payload END AS item
    FROM signal JOIN source ON source.id = signal.source
    WHERE source.collection_key = 'slack_channel'
);

-- "slack_message", written by messages.
DROP VIEW IF EXISTS "ferrule_slack_message";
CREATE VIEW "ferrule_slack_message" AS
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
    "raw_payload"
FROM (
    SELECT signal.*, source.project, source.connection,
        CASE WHEN json_valid(signal.signal) THEN signal.signal END AS document,
        CASE WHEN json_valid(signal.raw_payload) THEN signal.raw_payload END AS item
    FROM signal JOIN source ON source.id = signal.source
    WHERE source.collection_key = 'slack_message'
);
