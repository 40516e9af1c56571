-- From the mapping of jira-issues, by: ferrule migrations generate
-- What else it needs stands in files of its own, from 003_….sql on.

-- "jira_issue", written by issues.
DROP VIEW IF EXISTS "ferrule_jira_issue";
CREATE VIEW "ferrule_jira_issue" AS
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
    CASE json_type(document, '$.fields.status') WHEN 'text' THEN json_extract(document, '$.fields.status') END AS "status",
    CASE json_type(document, '$.fields.type') WHEN 'text' THEN json_extract(document, '$.fields.type') END AS "field_type",
    CASE json_type(document, '$.fields.project') WHEN 'text' THEN json_extract(document, '$.fields.project') END AS "field_project"
FROM (
    SELECT signal.*, source.project, source.connection,
        CASE WHEN json_valid(signal.signal) THEN signal.signal END AS document,
        CASE WHEN json_valid(signal.raw_payload) THEN signal.raw_payload END AS item
    FROM signal JOIN source ON source.id = signal.source
    WHERE source.collection_key = 'jira_issue'
);

-- "jira_project", written by projects.
DROP VIEW IF EXISTS "ferrule_jira_project";
CREATE VIEW "ferrule_jira_project" AS
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
    CASE WHEN json_type(document, '$.fields.issues') IN ('integer', 'real') THEN json_extract(document, '$.fields.issues') END AS "issues"
FROM (
    SELECT signal.*, source.project, source.connection,
        CASE WHEN json_valid(signal.signal) THEN signal.signal END AS document,
        CASE WHEN json_valid(signal.raw_payload) THEN signal.raw_payload END AS item
    FROM signal JOIN source ON source.id = signal.source
    WHERE source.collection_key = 'jira_project'
);
