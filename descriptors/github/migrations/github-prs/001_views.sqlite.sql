-- From the mapping of github-prs, by: ferrule migrations generate
-- What else it needs stands in files of its own, from 003_….sql on.

-- "github_pull_request", written by pulls.
DROP VIEW IF EXISTS "ferrule_github_pull_request";
CREATE VIEW "ferrule_github_pull_request" AS
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
    CASE json_type(document, '$.fields.branch') WHEN 'text' THEN json_extract(document, '$.fields.branch') END AS "branch",
    CASE json_type(document, '$.fields.target') WHEN 'text' THEN json_extract(document, '$.fields.target') END AS "target",
    CASE json_type(document, '$.fields.draft') WHEN 'true' THEN 1 WHEN 'false' THEN 0 END AS "draft"
FROM (
    SELECT signal.*, source.project, source.connection,
        CASE WHEN json_valid(signal.signal) THEN signal.signal END AS document,
        CASE WHEN json_valid(signal.raw_payload) THEN signal.raw_payload END AS item
    FROM signal JOIN source ON source.id = signal.source
    WHERE source.collection_key = 'github_pull_request'
);

-- "github_pull_request_review", written by reviews.
DROP VIEW IF EXISTS "ferrule_github_pull_request_review";
CREATE VIEW "ferrule_github_pull_request_review" AS
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
    CASE json_type(document, '$.fields.state') WHEN 'text' THEN json_extract(document, '$.fields.state') END AS "state",
    CASE json_type(document, '$.fields.pull') WHEN 'text' THEN json_extract(document, '$.fields.pull') END AS "pull"
FROM (
    SELECT signal.*, source.project, source.connection,
        CASE WHEN json_valid(signal.signal) THEN signal.signal END AS document,
        CASE WHEN json_valid(signal.raw_payload) THEN signal.raw_payload END AS item
    FROM signal JOIN source ON source.id = signal.source
    WHERE source.collection_key = 'github_pull_request_review'
);
