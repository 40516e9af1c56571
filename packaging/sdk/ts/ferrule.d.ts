// Types of Ferrule's descriptors, bundles and signals.
// Made from the published JSON Schema by `python -m ferrule.scaffold.types`.

/** Any JSON value. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [name: string]: Json;
}

/** What a call that was taken is answered with. */
export interface Acceptance {
  readonly status: 200 | 202 | 204;
  /** As it is, at most 1 kB; without it nothing */
  readonly text?: string | null;
}

export interface AcceptancePatch {
  readonly status?: 200 | 202 | 204 | null;
  readonly text?: string | null;
}

/** True when every one of its conditions is true. */
export interface AllOf {
  /** Every one of these must hold. */
  readonly all: readonly (Condition | AllOf | AnyOf | NotOf)[];
}

export interface AllOfOrAnyOfOrConditionOrNotOfPatch {
  readonly when?: string | null;
  readonly operator?: "equals" | "not_equals" | "contains" | "exists" | "missing" | "matches" | "in" | "gt" | "gte" | "lt" | "lte" | null;
  readonly value?: Json;
  readonly valuePath?: string | null;
  readonly all?: readonly (Condition | AllOf | AnyOf | NotOf)[] | null;
  readonly any?: readonly (Condition | AllOf | AnyOf | NotOf)[] | null;
  readonly not?: AllOfOrAnyOfOrConditionOrNotOfPatch | null;
}

/** Notes that tools keep in a descriptor. */
export interface Annotations {
  readonly tested?: { readonly [name: string]: Tested } | null;
}

export interface AnnotationsPatch {
  readonly tested?: { readonly [name: string]: TestedPatch | null } | null;
}

/** True when one of its conditions is true. */
export interface AnyOf {
  /** One of these must hold. */
  readonly any: readonly (Condition | AllOf | AnyOf | NotOf)[];
}

/** Sign in with an API key. */
export interface ApiKeyAuth {
  /** Where several are */
  readonly label?: string | null;
  readonly method: "api_key";
  readonly config: ApiKeyConfig;
}

export interface ApiKeyAuthOrBasicAuthOrJwtAuthOrNoAuthOrOAuth1AuthOrOAuth2AuthOrPatAuthOrSessionTokenAuthOrSshKeyAuthOrWebhookSecretAuthPatch {
  readonly label?: string | null;
  readonly method?: "none" | "api_key" | "pat" | "basic" | "oauth2" | "oauth1" | "session_token" | "jwt" | "ssh_key" | "webhook_secret" | null;
  readonly config?: ApiKeyConfigPatch | PatConfigPatch | BasicAuthConfigPatch | AuthorizationCodeOrOtherGrantPatch | OAuth1ConfigPatch | SessionTokenConfigPatch | JwtConfigPatch | CredentialConfigPatch | WebhookSecretConfigPatch | null;
}

/** Where the key goes and under which name (seed 001, section 4.1). */
export interface ApiKeyConfig {
  /** What the person is asked for */
  readonly credentialFields: readonly InputField[];
  /** P30D, P6M, P1Y: days, months, years */
  readonly rotateAfter?: string | null;
  readonly delivery: "header" | "query" | "bearer" | "body" | "cookie";
  /** Header or parameter name */
  readonly paramName: string;
  /** Default: the key as it is */
  readonly valueTemplate?: string | null;
  /** Further values, such as a second key */
  readonly also?: readonly Deliver[];
}

export interface ApiKeyConfigPatch {
  readonly credentialFields?: readonly InputField[] | null;
  readonly rotateAfter?: string | null;
  readonly delivery?: "header" | "query" | "bearer" | "body" | "cookie" | null;
  readonly paramName?: string | null;
  readonly valueTemplate?: string | null;
  readonly also?: readonly Deliver[] | null;
}

/** One version of the service's API; its overrides are a merge patch. */
export interface ApiVersion {
  readonly id: string;
  readonly label: string;
  readonly status: "stable" | "deprecated" | "experimental";
  readonly default?: boolean | null;
  readonly changelog?: string | null;
  readonly deprecatedAt?: string | null;
  readonly sunsetAt?: string | null;
  readonly migrationGuide?: string | null;
  readonly overrides?: ConnectorPatch | null;
}

/** Wait as long as the answer itself asks for. */
export interface AskedBackoff {
  /** Read from the answer */
  readonly type: "from";
  /** Where the answer says it: header:X or a path */
  readonly source: string;
  /** What the value there means */
  readonly as: "seconds" | "ms" | "http_date" | "epoch_s" | "epoch_ms";
  /** Its first group is the value (RE2) */
  readonly regex?: string | null;
  /** Never wait less */
  readonly minMs?: number | null;
  /** A longer wait fails the request instead */
  readonly giveUpAfterMs?: number | null;
}

/** A report that is ordered, waited for and fetched. */
export interface AsyncJob {
  readonly create: RequestTemplate;
  readonly idPath?: string | null;
  readonly poll: RequestTemplate;
  readonly statusPath: string;
  readonly done: readonly string[];
  readonly failed: readonly string[];
  readonly skipped?: readonly string[] | null;
  readonly intervalMs: number;
  readonly timeoutMs: number;
  readonly downloadUrlPath?: string | null;
  readonly download?: RequestTemplate | null;
  readonly cancel?: RequestTemplate | null;
  readonly delete?: RequestTemplate | null;
  readonly response?: ResponseFormat | null;
}

export interface AsyncJobPatch {
  readonly create?: RequestTemplatePatch | null;
  readonly idPath?: string | null;
  readonly poll?: RequestTemplatePatch | null;
  readonly statusPath?: string | null;
  readonly done?: readonly string[] | null;
  readonly failed?: readonly string[] | null;
  readonly skipped?: readonly string[] | null;
  readonly intervalMs?: number | null;
  readonly timeoutMs?: number | null;
  readonly downloadUrlPath?: string | null;
  readonly download?: RequestTemplatePatch | null;
  readonly cancel?: RequestTemplatePatch | null;
  readonly delete?: RequestTemplatePatch | null;
  readonly response?: ResponseFormatPatch | null;
}

/** The code grant with PKCE in the system's browser. */
export interface AuthorizationCode {
  /** What the person is asked for */
  readonly credentialFields: readonly InputField[];
  /** P30D, P6M, P1Y: days, months, years */
  readonly rotateAfter?: string | null;
  readonly tokenUrl: string;
  readonly scopes: readonly string[];
  readonly scopeSeparator?: string | null;
  readonly clientAuth?: "body" | "basic" | "private_key_jwt" | null;
  readonly tokenParams?: { readonly [name: string]: string } | null;
  readonly tokenHeaders?: { readonly [name: string]: string } | null;
  readonly tokenBody?: "form" | "json" | null;
  readonly refreshUrl?: string | null;
  readonly refreshParams?: { readonly [name: string]: string } | null;
  readonly rotatesRefreshToken?: boolean | null;
  readonly tokenPath?: string | null;
  readonly expiresPath?: string | null;
  readonly refreshTokenPath?: string | null;
  readonly lifetime?: string | null;
  /** Config keys taken from the answers */
  readonly capture?: { readonly [name: string]: string } | null;
  readonly deliver?: Deliver | null;
  /** Where its published metadata is */
  readonly issuer?: string | null;
  readonly revokeUrl?: string | null;
  readonly grant?: "authorization_code";
  readonly authoriseUrl: string;
  readonly authoriseParams?: { readonly [name: string]: string } | null;
  readonly pkce?: "required" | "omit_and_warn" | null;
  readonly redirect?: Redirect | null;
  readonly deviceUrl?: string | null;
}

export interface AuthorizationCodeOrOtherGrantPatch {
  readonly credentialFields?: readonly InputField[] | null;
  readonly rotateAfter?: string | null;
  readonly tokenUrl?: string | null;
  readonly scopes?: readonly string[] | null;
  readonly scopeSeparator?: string | null;
  readonly clientAuth?: "body" | "basic" | "private_key_jwt" | null;
  readonly tokenParams?: { readonly [name: string]: string | null } | null;
  readonly tokenHeaders?: { readonly [name: string]: string | null } | null;
  readonly tokenBody?: "form" | "json" | null;
  readonly refreshUrl?: string | null;
  readonly refreshParams?: { readonly [name: string]: string | null } | null;
  readonly rotatesRefreshToken?: boolean | null;
  readonly tokenPath?: string | null;
  readonly expiresPath?: string | null;
  readonly refreshTokenPath?: string | null;
  readonly lifetime?: string | null;
  readonly capture?: { readonly [name: string]: string | null } | null;
  readonly deliver?: DeliverPatch | null;
  readonly issuer?: string | null;
  readonly revokeUrl?: string | null;
  readonly grant?: "authorization_code" | "client_credentials" | "jwt_bearer" | "refresh_token" | "device_code" | null;
  readonly authoriseUrl?: string | null;
  readonly authoriseParams?: { readonly [name: string]: string | null } | null;
  readonly pkce?: "required" | "omit_and_warn" | null;
  readonly redirect?: RedirectPatch | null;
  readonly deviceUrl?: string | null;
}

/** Sign in with a user name and a password. */
export interface BasicAuth {
  /** Where several are */
  readonly label?: string | null;
  readonly method: "basic";
  readonly config: BasicAuthConfig;
}

/** Which fields are the user name and the password. Without templates they are the fields `username` and `password`, else the first and the second field. */
export interface BasicAuthConfig {
  /** What the person is asked for */
  readonly credentialFields: readonly InputField[];
  /** P30D, P6M, P1Y: days, months, years */
  readonly rotateAfter?: string | null;
  readonly usernameTemplate?: string | null;
  /** May be empty: some services want only one */
  readonly passwordTemplate?: string | null;
}

export interface BasicAuthConfigPatch {
  readonly credentialFields?: readonly InputField[] | null;
  readonly rotateAfter?: string | null;
  readonly usernameTemplate?: string | null;
  readonly passwordTemplate?: string | null;
}

/** What a bundle is and what is in it. */
export interface BundleManifest {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly provider: string;
  readonly version: string;
  readonly icon?: string | null;
  readonly author?: string | null;
  readonly auth?: NoAuth | ApiKeyAuth | PatAuth | BasicAuth | OAuth2Auth | OAuth1Auth | SessionTokenAuth | JwtAuth | SshKeyAuth | WebhookSecretAuth | null;
  readonly connectors: readonly BundledConnector[];
  readonly fixtures?: readonly string[] | null;
  readonly migrations?: readonly string[] | null;
  readonly docs?: readonly string[] | null;
}

/** One connector of a bundle and the file that describes it. */
export interface BundledConnector {
  readonly id: string;
  readonly version: string;
  readonly file: string;
}

/** Cast members to what the schema says. */
export interface CastToSchema {
  readonly op: "cast";
  /** Texts become numbers, dates … */
  readonly toSchema: true;
}

/** A question that a service asks before it calls. */
export interface Challenge {
  readonly when: Condition | AllOf | AnyOf | NotOf;
  /** Without it the answer's body is empty */
  readonly respond?: string | null;
  /** Such as X-Hook-Secret: {{headers.x-hook-secret}} */
  readonly respondHeaders?: { readonly [name: string]: string } | null;
  readonly unsigned?: boolean | null;
}

export interface ChallengePatch {
  readonly when?: AllOfOrAnyOfOrConditionOrNotOfPatch | null;
  readonly respond?: string | null;
  readonly respondHeaders?: { readonly [name: string]: string | null } | null;
  readonly unsigned?: boolean | null;
}

/** Send nothing for a while after too many failures in a row. */
export interface CircuitBreaker {
  /** Failures in a row that open the breaker */
  readonly failureThreshold: number;
  /** How long nothing is sent */
  readonly resetTimeoutMs: number;
  /** Requests that may try afterwards */
  readonly halfOpenMax: number;
}

export interface CircuitBreakerPatch {
  readonly failureThreshold?: number | null;
  readonly resetTimeoutMs?: number | null;
  readonly halfOpenMax?: number | null;
}

/** Compare on this side; newest first stops at the first item that is too old. An item as old as the boundary itself is kept: the store knows it already. One whose time cannot be read is kept too. */
export interface ClientSide {
  /** Default: the mapping's timestamp */
  readonly itemCursorPath?: string | null;
  /** Tried in this order */
  readonly cursorFormats?: readonly string[] | null;
  /** Where the very first run begins */
  readonly start?: string | null;
  /** Overlap with the last run, such as PT5M */
  readonly lookback?: string | null;
  readonly scope?: "stream" | "partition" | null;
  readonly syncFromParam?: string | null;
  readonly type: "client_side";
  /** Newest first may stop early */
  readonly order?: "newest_first" | "unordered" | null;
}

export interface ClientSideOrCursorDeltaOrDeltaTokenOrNoDeltaOrSinceIdOrTimestampFilterOrWindowPatch {
  readonly itemCursorPath?: string | null;
  readonly cursorFormats?: readonly string[] | null;
  readonly start?: string | null;
  readonly lookback?: string | null;
  readonly scope?: "stream" | "partition" | null;
  readonly syncFromParam?: string | null;
  readonly type?: "none" | "timestamp_filter" | "cursor" | "since_id" | "delta_token" | "window" | "client_side" | null;
  readonly queryParam?: string | null;
  readonly format?: string | null;
  readonly cursorPath?: string | null;
  readonly cursorParam?: string | null;
  readonly idPath?: string | null;
  readonly idParam?: string | null;
  readonly tokenPath?: string | null;
  readonly tokenParam?: string | null;
  readonly startParam?: string | null;
  readonly endParam?: string | null;
  readonly end?: string | null;
  readonly step?: string | null;
  readonly granularity?: string | null;
  readonly order?: "newest_first" | "unordered" | null;
}

/** Something that is so or not so at one place of an item or a response. */
export interface Condition {
  /** Where the value is: $.state, header:X-Event, status. */
  readonly when: string;
  /** How the value is compared. One matching value suffices. */
  readonly operator: "equals" | "not_equals" | "contains" | "exists" | "missing" | "matches" | "in" | "gt" | "gte" | "lt" | "lte";
  /** What it is compared with; a list for in, a pattern for matches. */
  readonly value?: Json;
  /** Compare with the value at this place instead of a fixed value. */
  readonly valuePath?: string | null;
}

/** Renamed config keys since a version. */
export interface ConfigMove {
  readonly from: string;
  readonly moves: { readonly [name: string]: string };
}

/** A whole connector (seed 001, section 4, and what descriptor.md adds). */
export interface ConnectorDescriptor {
  /** Lower case, such as github-issues */
  readonly id: string;
  readonly name: string;
  /** One line */
  readonly description: string;
  readonly category: string;
  /** A Lucide name */
  readonly icon: string;
  readonly kind: "native" | "generic";
  /** MAJOR.MINOR.PATCH */
  readonly version: string;
  readonly schemaVersion?: 1 | 2 | null;
  readonly provider?: string | null;
  readonly auth: NoAuth | ApiKeyAuth | PatAuth | BasicAuth | OAuth2Auth | OAuth1Auth | SessionTokenAuth | JwtAuth | SshKeyAuth | WebhookSecretAuth;
  readonly authOptions?: readonly (NoAuth | ApiKeyAuth | PatAuth | BasicAuth | OAuth2Auth | OAuth1Auth | SessionTokenAuth | JwtAuth | SshKeyAuth | WebhookSecretAuth)[] | null;
  readonly configFields?: readonly InputField[] | null;
  readonly baseUrl?: string | null;
  readonly ingestion: Polling | Webhook | PollingAndWebhook;
  readonly fieldMapping: FieldMapping;
  readonly healthCheck: HealthCheck;
  readonly streams?: readonly StreamPart[] | null;
  readonly rateLimits?: readonly RateLimit[] | null;
  readonly maxConcurrency?: number | string | null;
  readonly resilience?: Resilience | null;
  readonly maxItemErrorRatio?: number | null;
  readonly tools?: readonly Tool[] | null;
  readonly sinks?: readonly Sink[] | null;
  readonly apiVersions?: readonly ApiVersion[] | null;
  readonly syncFrom?: string | null;
  readonly collectionKey?: string | null;
  readonly subType?: string | null;
  readonly capabilities?: readonly ("source" | "sink" | "bidirectional")[] | null;
  readonly runtime?: "edge" | "pod" | "gpu" | "bridge" | null;
  readonly status?: "planned" | "beta" | "ga" | "deprecated" | null;
  readonly eta?: string | null;
  readonly permissions?: Permissions | null;
  readonly tags?: readonly string[] | null;
  readonly docsUrl?: string | null;
  readonly author?: string | null;
  readonly licence?: string | null;
  readonly configMoves?: readonly ConfigMove[] | null;
  readonly annotations?: Annotations | null;
}

export interface ConnectorPatch {
  readonly id?: string | null;
  readonly name?: string | null;
  readonly description?: string | null;
  readonly category?: string | null;
  readonly icon?: string | null;
  readonly kind?: "native" | "generic" | null;
  readonly version?: string | null;
  readonly schemaVersion?: 1 | 2 | null;
  readonly provider?: string | null;
  readonly auth?: ApiKeyAuthOrBasicAuthOrJwtAuthOrNoAuthOrOAuth1AuthOrOAuth2AuthOrPatAuthOrSessionTokenAuthOrSshKeyAuthOrWebhookSecretAuthPatch | null;
  readonly authOptions?: readonly (NoAuth | ApiKeyAuth | PatAuth | BasicAuth | OAuth2Auth | OAuth1Auth | SessionTokenAuth | JwtAuth | SshKeyAuth | WebhookSecretAuth)[] | null;
  readonly configFields?: readonly InputField[] | null;
  readonly baseUrl?: string | null;
  readonly ingestion?: PollingOrPollingAndWebhookOrWebhookPatch | null;
  readonly fieldMapping?: FieldMappingPatch | null;
  readonly healthCheck?: HealthCheckPatch | null;
  readonly streams?: readonly StreamPart[] | null;
  readonly rateLimits?: readonly RateLimit[] | null;
  readonly maxConcurrency?: number | string | null;
  readonly resilience?: ResiliencePatch | null;
  readonly maxItemErrorRatio?: number | null;
  readonly tools?: readonly Tool[] | null;
  readonly sinks?: readonly Sink[] | null;
  readonly apiVersions?: readonly ApiVersion[] | null;
  readonly syncFrom?: string | null;
  readonly collectionKey?: string | null;
  readonly subType?: string | null;
  readonly capabilities?: readonly ("source" | "sink" | "bidirectional")[] | null;
  readonly runtime?: "edge" | "pod" | "gpu" | "bridge" | null;
  readonly status?: "planned" | "beta" | "ga" | "deprecated" | null;
  readonly eta?: string | null;
  readonly permissions?: PermissionsPatch | null;
  readonly tags?: readonly string[] | null;
  readonly docsUrl?: string | null;
  readonly author?: string | null;
  readonly licence?: string | null;
  readonly configMoves?: readonly ConfigMove[] | null;
  readonly annotations?: AnnotationsPatch | null;
}

/** Wait the same time after each failed attempt. */
export interface ConstantBackoff {
  /** The same wait each time */
  readonly type: "constant";
  /** Before every further attempt */
  readonly delayMs: number;
}

/** The fields of a credential, and how long it should live. */
export interface CredentialConfig {
  /** What the person is asked for */
  readonly credentialFields: readonly InputField[];
  /** P30D, P6M, P1Y: days, months, years */
  readonly rotateAfter?: string | null;
}

export interface CredentialConfigPatch {
  readonly credentialFields?: readonly InputField[] | null;
  readonly rotateAfter?: string | null;
}

/** Send the last cursor that a complete run saw (seed 001, section 4.2). */
export interface CursorDelta {
  /** Default: the mapping's timestamp */
  readonly itemCursorPath?: string | null;
  /** Tried in this order */
  readonly cursorFormats?: readonly string[] | null;
  /** Where the very first run begins */
  readonly start?: string | null;
  /** Overlap with the last run, such as PT5M */
  readonly lookback?: string | null;
  readonly scope?: "stream" | "partition" | null;
  readonly syncFromParam?: string | null;
  readonly type: "cursor";
  readonly cursorPath: string;
  readonly cursorParam: string;
}

/** Send back the cursor of the page before; an empty page is not the end. */
export interface CursorPagination {
  /** Where the response names it */
  readonly nextPath?: string | null;
  /** Parameter that takes it */
  readonly nextParam?: string | null;
  readonly totalPath?: string | null;
  readonly totalUnit?: "items" | "pages" | null;
  /** Parameter for the page size */
  readonly pageSizeParam?: string | null;
  readonly startAt?: number | null;
  /** Default: yes where pages or items are counted */
  readonly sendOnFirst?: boolean | null;
  /** True while there is more */
  readonly hasMorePath?: string | null;
  /** No page follows one that is so */
  readonly stopWhen?: Condition | AllOf | AnyOf | NotOf | null;
  readonly maxPages?: number | null;
  readonly pageSize: number;
  readonly type: "cursor";
}

export interface CursorPaginationOrLinkHeaderPaginationOrNextUrlPaginationOrNoPaginationOrOffsetPaginationOrPagePaginationPatch {
  readonly nextPath?: string | null;
  readonly nextParam?: string | null;
  readonly totalPath?: string | null;
  readonly totalUnit?: "items" | "pages" | null;
  readonly pageSizeParam?: string | null;
  readonly startAt?: number | null;
  readonly sendOnFirst?: boolean | null;
  readonly hasMorePath?: string | null;
  readonly stopWhen?: AllOfOrAnyOfOrConditionOrNotOfPatch | null;
  readonly maxPages?: number | null;
  readonly pageSize?: number | null;
  readonly type?: "none" | "offset" | "page" | "cursor" | "next_url" | "link_header" | null;
}

/** A value made from the credentials, and where it goes. */
export interface Deliver {
  readonly to: string;
  readonly template: string;
}

export interface DeliverPatch {
  readonly to?: string | null;
  readonly template?: string | null;
}

/** Send the token of the last round (seed 001, section 4.2). Services hand it out with the last page of a round. It may be a whole link: then it goes to `url`. One that the service does not know any more asks for a full sync. */
export interface DeltaToken {
  /** Default: the mapping's timestamp */
  readonly itemCursorPath?: string | null;
  /** Tried in this order */
  readonly cursorFormats?: readonly string[] | null;
  /** Where the very first run begins */
  readonly start?: string | null;
  /** Overlap with the last run, such as PT5M */
  readonly lookback?: string | null;
  readonly scope?: "stream" | "partition" | null;
  readonly syncFromParam?: string | null;
  readonly type: "delta_token";
  /** Where the last page holds it */
  readonly tokenPath: string;
  /** url for a token that is a whole link */
  readonly tokenParam: string;
}

/** When an answer looks like this, do that; the first rule that fits decides. */
export interface ErrorRule {
  /** Codes such as 404, or 4xx and 5xx for all */
  readonly status?: readonly (number | "4xx" | "5xx")[] | null;
  /** A condition on the answer, also on a 200 */
  readonly when?: Condition | AllOf | AnyOf | NotOf | null;
  /** Text that stands in the body */
  readonly messageContains?: string | null;
  /** What the run does then */
  readonly action: "retry" | "rate_limited" | "ignore" | "fail" | "refresh_auth" | "split_window" | "shrink_page" | "success";
  /** What the person is told */
  readonly message?: string | null;
  /** Whose fault it usually is */
  readonly cause?: "config" | "transient" | "system" | null;
}

/** Make an item of each element of a member. */
export interface ExpandMember {
  readonly op: "expand";
  /** The list */
  readonly path: string;
  /** Each item is the parent with one element instead of the list */
  readonly keepParent?: boolean | null;
}

/** Wait twice as long after each failed attempt, at most a minute unless told. */
export interface ExponentialBackoff {
  /** Doubles from attempt to attempt */
  readonly type: "exponential";
  /** Before the second attempt */
  readonly baseMs: number;
  /** No wait grows beyond it */
  readonly maxMs?: number | null;
  /** Up to a quarter longer at random, unless false, so that clients do not come in step */
  readonly jitter?: boolean | null;
}

/** How an item becomes a signal (seed 001, section 4.4). */
export interface FieldMapping {
  /** The list of items in the response */
  readonly itemsPath: string;
  /** Unique in an item */
  readonly idPath: string;
  /** When it last changed */
  readonly timestampPath: string;
  readonly timestampFormat?: string | null;
  readonly createdPath?: string | null;
  /** Text with {{field}} in it */
  readonly summaryTemplate: string;
  /** The first that holds names the signal type */
  readonly signalTypeRules: readonly (TypeCondition | TypeIf)[];
  readonly priorityMapping?: readonly (PriorityCondition | PriorityIf)[] | null;
  readonly participantsPath?: string | null;
  readonly tagsPath?: string | null;
  readonly relatedItemsPath?: string | null;
  /** Kept in the signal; default all */
  readonly rawFields?: readonly string[] | null;
  /** The others are left out */
  readonly filter?: Condition | AllOf | AnyOf | NotOf | null;
  /** A list, an object of items by key, [key, item] pairs, or a table */
  readonly itemsShape?: "list" | "object" | "entries" | "columns" | null;
  /** Of a table: each member, and where a row or the table has it */
  readonly columns?: { readonly [name: string]: string } | null;
  /** When it was archived */
  readonly archivedAtPath?: string | null;
  /** Default: when there is such a time */
  readonly archivedWhen?: Condition | AllOf | AnyOf | NotOf | null;
  /** Such an item is removed from the store */
  readonly deletedWhen?: Condition | AllOf | AnyOf | NotOf | null;
  /** Instead of the id where one member does not tell items apart */
  readonly primaryKey?: readonly string[] | null;
  /** What else a signal holds */
  readonly fields?: { readonly [name: string]: MappedField } | null;
  /** Changes to an item before all the rest */
  readonly transforms?: readonly (SetMember | RemoveMembers | RenameMember | FlattenMembers | RenameKeys | ExpandMember | CastToSchema)[] | null;
  /** JSON Schema; an item that does not fit is an error */
  readonly schema?: { readonly [name: string]: Json } | null;
}

export interface FieldMappingPatch {
  readonly itemsPath?: string | null;
  readonly idPath?: string | null;
  readonly timestampPath?: string | null;
  readonly timestampFormat?: string | null;
  readonly createdPath?: string | null;
  readonly summaryTemplate?: string | null;
  readonly signalTypeRules?: readonly (TypeCondition | TypeIf)[] | null;
  readonly priorityMapping?: readonly (PriorityCondition | PriorityIf)[] | null;
  readonly participantsPath?: string | null;
  readonly tagsPath?: string | null;
  readonly relatedItemsPath?: string | null;
  readonly rawFields?: readonly string[] | null;
  readonly filter?: AllOfOrAnyOfOrConditionOrNotOfPatch | null;
  readonly itemsShape?: "list" | "object" | "entries" | "columns" | null;
  readonly columns?: { readonly [name: string]: string | null } | null;
  readonly archivedAtPath?: string | null;
  readonly archivedWhen?: AllOfOrAnyOfOrConditionOrNotOfPatch | null;
  readonly deletedWhen?: AllOfOrAnyOfOrConditionOrNotOfPatch | null;
  readonly primaryKey?: readonly string[] | null;
  readonly fields?: { readonly [name: string]: MappedFieldPatch | null } | null;
  readonly transforms?: readonly (SetMember | RemoveMembers | RenameMember | FlattenMembers | RenameKeys | ExpandMember | CastToSchema)[] | null;
  readonly schema?: { readonly [name: string]: Json } | null;
}

/** Lift nested members up. */
export interface FlattenMembers {
  readonly op: "flatten";
  /** Default: all objects in the item */
  readonly path?: string | null;
  /** Between the names; default _ */
  readonly separator?: string | null;
}

/** One cheap request that says whether the service answers (seed 001, 4.5). */
export interface HealthCheck {
  readonly endpoint: string;
  readonly method: "GET" | "HEAD" | "POST";
  readonly expectStatus: number;
  readonly timeoutMs: number;
  readonly body?: Json;
  readonly expect?: Condition | AllOf | AnyOf | NotOf | null;
  /** Who is signed in, shown after a check */
  readonly identity?: string | null;
  readonly streams?: readonly string[] | null;
}

export interface HealthCheckPatch {
  readonly endpoint?: string | null;
  readonly method?: "GET" | "HEAD" | "POST" | null;
  readonly expectStatus?: number | null;
  readonly timeoutMs?: number | null;
  readonly body?: Json;
  readonly expect?: AllOfOrAnyOfOrConditionOrNotOfPatch | null;
  readonly identity?: string | null;
  readonly streams?: readonly string[] | null;
}

/** A field that a person fills in: its label, its type and its limits. */
export interface InputField {
  /** The name by which templates use the value */
  readonly key: string;
  /** What the form shows */
  readonly label: string;
  /** How it is entered */
  readonly type: "text" | "password" | "url" | "number" | "boolean" | "date" | "datetime" | "select" | "list" | "textarea" | "file";
  readonly required?: boolean;
  readonly placeholder?: string | null;
  /** One plain sentence */
  readonly helpText?: string | null;
  readonly default?: Json;
  /** For a select */
  readonly options?: readonly Option[];
  /** RE2 that the whole value must match */
  readonly pattern?: string | null;
  readonly example?: string | null;
  readonly docUrl?: string | null;
  readonly visibleWhen?: Condition | null;
  readonly group?: string | null;
}

/** Sign in with a self-signed JSON Web Token. */
export interface JwtAuth {
  /** Where several are */
  readonly label?: string | null;
  readonly method: "jwt";
  readonly config: JwtConfig;
}

/** What is signed, with which key, and for how long. A claim or header member that names what is not there is left out. */
export interface JwtConfig {
  /** What the person is asked for */
  readonly credentialFields: readonly InputField[];
  /** P30D, P6M, P1Y: days, months, years */
  readonly rotateAfter?: string | null;
  readonly algorithm: "HS256" | "HS512" | "RS256" | "ES256";
  readonly keyField: string;
  /** Of HS256 and HS512 */
  readonly keyEncoding?: "utf8" | "base64" | "hex" | null;
  readonly header?: { readonly [name: string]: string } | null;
  /** iat and exp are added where they are not named */
  readonly claims: { readonly [name: string]: string };
  readonly lifetime: string;
  readonly deliver?: Deliver | null;
}

export interface JwtConfigPatch {
  readonly credentialFields?: readonly InputField[] | null;
  readonly rotateAfter?: string | null;
  readonly algorithm?: "HS256" | "HS512" | "RS256" | "ES256" | null;
  readonly keyField?: string | null;
  readonly keyEncoding?: "utf8" | "base64" | "hex" | null;
  readonly header?: { readonly [name: string]: string | null } | null;
  readonly claims?: { readonly [name: string]: string | null } | null;
  readonly lifetime?: string | null;
  readonly deliver?: DeliverPatch | null;
}

/** The header is a list of `key=value` members. */
export interface KeyedHeader {
  readonly format: "keyed";
  readonly separator: string;
  readonly assign: string;
  readonly signatureKey: string;
}

export interface KeyedHeaderOrPlainHeaderOrPrefixedHeaderPatch {
  readonly format?: "plain" | "prefixed" | "keyed" | null;
  readonly prefix?: string | null;
  readonly separator?: string | null;
  readonly assign?: string | null;
  readonly signatureKey?: string | null;
}

/** Ask the address that the Link header names as next. */
export interface LinkHeaderPagination {
  /** Where the response names it */
  readonly nextPath?: string | null;
  /** Parameter that takes it */
  readonly nextParam?: string | null;
  readonly totalPath?: string | null;
  readonly totalUnit?: "items" | "pages" | null;
  /** Parameter for the page size */
  readonly pageSizeParam?: string | null;
  readonly startAt?: number | null;
  /** Default: yes where pages or items are counted */
  readonly sendOnFirst?: boolean | null;
  /** True while there is more */
  readonly hasMorePath?: string | null;
  /** No page follows one that is so */
  readonly stopWhen?: Condition | AllOf | AnyOf | NotOf | null;
  readonly maxPages?: number | null;
  readonly pageSize?: number | null;
  readonly type: "link_header";
}

/** One further field of a signal. */
export interface MappedField {
  /** In the item; one that may match many gives a list */
  readonly path: string;
  /** Its type; default as it comes */
  readonly as?: "string" | "integer" | "number" | "boolean" | "datetime" | "json" | null;
}

export interface MappedFieldPatch {
  readonly path?: string | null;
  readonly as?: "string" | "integer" | "number" | "boolean" | "datetime" | "json" | null;
}

/** Ask the address that the page before named, whole or relative. */
export interface NextUrlPagination {
  /** Where the response names it */
  readonly nextPath?: string | null;
  /** Parameter that takes it */
  readonly nextParam?: string | null;
  readonly totalPath?: string | null;
  readonly totalUnit?: "items" | "pages" | null;
  /** Parameter for the page size */
  readonly pageSizeParam?: string | null;
  readonly startAt?: number | null;
  /** Default: yes where pages or items are counted */
  readonly sendOnFirst?: boolean | null;
  /** True while there is more */
  readonly hasMorePath?: string | null;
  /** No page follows one that is so */
  readonly stopWhen?: Condition | AllOf | AnyOf | NotOf | null;
  readonly maxPages?: number | null;
  readonly pageSize?: number | null;
  readonly type: "next_url";
}

/** Send requests as they are. */
export interface NoAuth {
  /** Where several are */
  readonly label?: string | null;
  readonly method: "none";
}

/** Keep no checkpoint. */
export interface NoDelta {
  /** Default: the mapping's timestamp */
  readonly itemCursorPath?: string | null;
  /** Tried in this order */
  readonly cursorFormats?: readonly string[] | null;
  /** Where the very first run begins */
  readonly start?: string | null;
  /** Overlap with the last run, such as PT5M */
  readonly lookback?: string | null;
  readonly scope?: "stream" | "partition" | null;
  readonly syncFromParam?: string | null;
  readonly type: "none";
}

/** Ask once. */
export interface NoPagination {
  /** Where the response names it */
  readonly nextPath?: string | null;
  /** Parameter that takes it */
  readonly nextParam?: string | null;
  readonly totalPath?: string | null;
  readonly totalUnit?: "items" | "pages" | null;
  /** Parameter for the page size */
  readonly pageSizeParam?: string | null;
  readonly startAt?: number | null;
  /** Default: yes where pages or items are counted */
  readonly sendOnFirst?: boolean | null;
  /** True while there is more */
  readonly hasMorePath?: string | null;
  /** No page follows one that is so */
  readonly stopWhen?: Condition | AllOf | AnyOf | NotOf | null;
  readonly maxPages?: number | null;
  readonly pageSize?: number | null;
  readonly type: "none";
}

/** One mapped item, the same for every connector (seed 001, section 6.3). Times are RFC 3339 in UTC. `raw` is what `rawFields` names, or the whole item. `content_hash` is SHA-256 over the canonical JSON of everything mapped. */
export interface NormalisedSignal {
  readonly id: string;
  readonly externalId: string;
  readonly source: string;
  readonly projectId: string;
  readonly connection: string;
  readonly collectionKey: string;
  readonly stream: string;
  readonly type: string;
  readonly timestamp: string;
  readonly summary: string;
  readonly participants: readonly string[];
  readonly tags: readonly string[];
  readonly relatedItems: readonly string[];
  readonly createdAt?: string | null;
  readonly archivedAt?: string | null;
  readonly deleted?: boolean;
  readonly priority?: "critical" | "high" | "low" | "medium" | null;
  readonly fields?: { readonly [name: string]: Json } | null;
  readonly raw?: Json;
  readonly contentHash?: string;
  readonly warnings?: readonly string[] | null;
}

/** True when its condition is not. */
export interface NotOf {
  /** This must not hold. */
  readonly not: Condition | AllOf | AnyOf | NotOf;
}

/** Sign in with OAuth 1.0a. */
export interface OAuth1Auth {
  /** Where several are */
  readonly label?: string | null;
  readonly method: "oauth1";
  readonly config: OAuth1Config;
}

/** The signature, and the three addresses where a person gives leave. */
export interface OAuth1Config {
  /** consumerKey and consumerSecret (privateKey for RSA-SHA1); token and tokenSecret where those are pasted */
  readonly credentialFields: readonly InputField[];
  /** P30D, P6M, P1Y: days, months, years */
  readonly rotateAfter?: string | null;
  readonly requestUrl?: string | null;
  readonly authoriseUrl?: string | null;
  readonly tokenUrl?: string | null;
  readonly signature: "HMAC-SHA1" | "HMAC-SHA256" | "RSA-SHA1" | "PLAINTEXT";
  /** Such as the account's number */
  readonly realm?: string | null;
  readonly redirect?: Redirect | null;
}

export interface OAuth1ConfigPatch {
  readonly credentialFields?: readonly InputField[] | null;
  readonly rotateAfter?: string | null;
  readonly requestUrl?: string | null;
  readonly authoriseUrl?: string | null;
  readonly tokenUrl?: string | null;
  readonly signature?: "HMAC-SHA1" | "HMAC-SHA256" | "RSA-SHA1" | "PLAINTEXT" | null;
  readonly realm?: string | null;
  readonly redirect?: RedirectPatch | null;
}

/** Sign in with OAuth 2. */
export interface OAuth2Auth {
  /** Where several are */
  readonly label?: string | null;
  readonly method: "oauth2";
  readonly config: AuthorizationCode | OtherGrant;
}

/** Ask for items from an offset until a page is short or the total is reached. */
export interface OffsetPagination {
  /** Where the response names it */
  readonly nextPath?: string | null;
  /** Parameter that takes it */
  readonly nextParam?: string | null;
  readonly totalPath?: string | null;
  readonly totalUnit?: "items" | "pages" | null;
  /** Parameter for the page size */
  readonly pageSizeParam?: string | null;
  readonly startAt?: number | null;
  /** Default: yes where pages or items are counted */
  readonly sendOnFirst?: boolean | null;
  /** True while there is more */
  readonly hasMorePath?: string | null;
  /** No page follows one that is so */
  readonly stopWhen?: Condition | AllOf | AnyOf | NotOf | null;
  readonly maxPages?: number | null;
  readonly pageSize: number;
  readonly type: "offset";
}

/** One choice of a select field. */
export interface Option {
  readonly value: string;
  readonly label: string;
}

/** A grant that needs no browser. */
export interface OtherGrant {
  /** What the person is asked for */
  readonly credentialFields: readonly InputField[];
  /** P30D, P6M, P1Y: days, months, years */
  readonly rotateAfter?: string | null;
  readonly tokenUrl: string;
  readonly scopes: readonly string[];
  readonly scopeSeparator?: string | null;
  readonly clientAuth?: "body" | "basic" | "private_key_jwt" | null;
  readonly tokenParams?: { readonly [name: string]: string } | null;
  readonly tokenHeaders?: { readonly [name: string]: string } | null;
  readonly tokenBody?: "form" | "json" | null;
  readonly refreshUrl?: string | null;
  readonly refreshParams?: { readonly [name: string]: string } | null;
  readonly rotatesRefreshToken?: boolean | null;
  readonly tokenPath?: string | null;
  readonly expiresPath?: string | null;
  readonly refreshTokenPath?: string | null;
  readonly lifetime?: string | null;
  /** Config keys taken from the answers */
  readonly capture?: { readonly [name: string]: string } | null;
  readonly deliver?: Deliver | null;
  /** Where its published metadata is */
  readonly issuer?: string | null;
  readonly revokeUrl?: string | null;
  readonly grant: "client_credentials" | "jwt_bearer" | "refresh_token" | "device_code";
  readonly authoriseUrl?: string | null;
  readonly deviceUrl?: string | null;
}

/** Ask for numbered pages until one is short or the total is reached. */
export interface PagePagination {
  /** Where the response names it */
  readonly nextPath?: string | null;
  /** Parameter that takes it */
  readonly nextParam?: string | null;
  readonly totalPath?: string | null;
  readonly totalUnit?: "items" | "pages" | null;
  /** Parameter for the page size */
  readonly pageSizeParam?: string | null;
  readonly startAt?: number | null;
  /** Default: yes where pages or items are counted */
  readonly sendOnFirst?: boolean | null;
  /** True while there is more */
  readonly hasMorePath?: string | null;
  /** No page follows one that is so */
  readonly stopWhen?: Condition | AllOf | AnyOf | NotOf | null;
  readonly maxPages?: number | null;
  readonly pageSize: number;
  readonly type: "page";
}

/** Ask once for each item of the parent stream. */
export interface ParentPartition {
  /** Templates use {{partition.name}} */
  readonly name: string;
  readonly param?: string | null;
  /** Joins several into one */
  readonly batchSize?: number | null;
  readonly parent: string;
  readonly path: string;
  readonly where?: Condition | AllOf | AnyOf | NotOf | null;
  /** Member of the item, and path */
  readonly include?: { readonly [name: string]: string } | null;
  readonly incremental?: boolean | null;
}

export interface ParentPartitionOrValuesPartitionPatch {
  readonly name?: string | null;
  readonly param?: string | null;
  readonly batchSize?: number | null;
  readonly values?: string | readonly string[] | null;
  readonly parent?: string | null;
  readonly path?: string | null;
  readonly where?: AllOfOrAnyOfOrConditionOrNotOfPatch | null;
  readonly include?: { readonly [name: string]: string | null } | null;
  readonly incremental?: boolean | null;
}

/** Sign in with a personal access token. */
export interface PatAuth {
  /** Where several are */
  readonly label?: string | null;
  readonly method: "pat";
  readonly config: PatConfig;
}

/** Where the token goes (seed 001, section 4.1). */
export interface PatConfig {
  /** What the person is asked for */
  readonly credentialFields: readonly InputField[];
  /** P30D, P6M, P1Y: days, months, years */
  readonly rotateAfter?: string | null;
  readonly delivery: "header" | "bearer";
  readonly paramName: string;
  /** Default: the token as it is */
  readonly valueTemplate?: string | null;
}

export interface PatConfigPatch {
  readonly credentialFields?: readonly InputField[] | null;
  readonly rotateAfter?: string | null;
  readonly delivery?: "header" | "bearer" | null;
  readonly paramName?: string | null;
  readonly valueTemplate?: string | null;
}

/** What a connector may reach: shown before it is used, and signed. */
export interface Permissions {
  /** api.example.com, or *.example.com */
  readonly hosts: readonly string[];
  readonly scopes: readonly string[];
  readonly writes: readonly string[];
}

export interface PermissionsPatch {
  readonly hosts?: readonly string[] | null;
  readonly scopes?: readonly string[] | null;
  readonly writes?: readonly string[] | null;
}

/** The header is the signature. */
export interface PlainHeader {
  readonly format: "plain";
}

/** A connector that asks. */
export interface Polling {
  /** Parameters; an undefined one is left out */
  readonly query?: { readonly [name: string]: string | readonly string[] } | null;
  /** How several values are written */
  readonly arrayFormat?: "repeat" | "brackets" | "comma" | null;
  readonly headers?: { readonly [name: string]: string } | null;
  /** JSON with templates, or text */
  readonly body?: Json;
  readonly bodyType?: "json" | "form" | "multipart" | "text" | "graphql" | null;
  /** For the whole reply */
  readonly timeoutMs?: number | null;
  /** Absolute, or relative to the base URL */
  readonly endpoint: string;
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE" | "HEAD";
  /** How changes are asked for */
  readonly delta: NoDelta | TimestampFilter | CursorDelta | SinceId | DeltaToken | Window | ClientSide;
  readonly rateLimitRpm: number;
  readonly pagination?: NoPagination | OffsetPagination | PagePagination | CursorPagination | NextUrlPagination | LinkHeaderPagination | null;
  readonly partition?: ValuesPartition | ParentPartition | readonly (ValuesPartition | ParentPartition)[] | null;
  readonly response?: ResponseFormat | null;
  readonly resilience?: Resilience | null;
  readonly job?: AsyncJob | null;
  /** Streams that need it ask for it once a run */
  readonly cache?: boolean | null;
  readonly mode: "polling";
}

/** A connector that asks and is called. */
export interface PollingAndWebhook {
  readonly mode: "polling_and_webhook";
  readonly polling: PollingPart;
  readonly webhook: WebhookPart;
}

export interface PollingOrPollingAndWebhookOrWebhookPatch {
  readonly query?: { readonly [name: string]: string | readonly string[] | null } | null;
  readonly arrayFormat?: "repeat" | "brackets" | "comma" | null;
  readonly headers?: { readonly [name: string]: string | null } | null;
  readonly body?: Json;
  readonly bodyType?: "json" | "form" | "multipart" | "text" | "graphql" | null;
  readonly timeoutMs?: number | null;
  readonly endpoint?: string | null;
  readonly method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE" | "HEAD" | null;
  readonly delta?: ClientSideOrCursorDeltaOrDeltaTokenOrNoDeltaOrSinceIdOrTimestampFilterOrWindowPatch | null;
  readonly rateLimitRpm?: number | null;
  readonly pagination?: CursorPaginationOrLinkHeaderPaginationOrNextUrlPaginationOrNoPaginationOrOffsetPaginationOrPagePaginationPatch | null;
  readonly partition?: ParentPartitionOrValuesPartitionPatch | readonly (ValuesPartition | ParentPartition)[] | null;
  readonly response?: ResponseFormatPatch | null;
  readonly resilience?: ResiliencePatch | null;
  readonly job?: AsyncJobPatch | null;
  readonly cache?: boolean | null;
  readonly mode?: "polling" | "webhook" | "polling_and_webhook" | null;
  readonly eventTypes?: readonly string[] | null;
  readonly eventTypePath?: string | null;
  readonly verification?: "signature" | "token" | "none" | null;
  readonly signing?: WebhookSecretConfigPatch | null;
  readonly events?: readonly WebhookEvent[] | null;
  readonly itemsPath?: string | null;
  readonly deliveryId?: string | null;
  readonly challenge?: ChallengePatch | null;
  readonly accepted?: AcceptancePatch | null;
  readonly subscription?: SubscriptionPatch | null;
  readonly polling?: PollingPartPatch | null;
  readonly webhook?: WebhookPartPatch | null;
}

/** One endpoint that is asked again and again (seed 001, section 4.2). */
export interface PollingPart {
  /** Parameters; an undefined one is left out */
  readonly query?: { readonly [name: string]: string | readonly string[] } | null;
  /** How several values are written */
  readonly arrayFormat?: "repeat" | "brackets" | "comma" | null;
  readonly headers?: { readonly [name: string]: string } | null;
  /** JSON with templates, or text */
  readonly body?: Json;
  readonly bodyType?: "json" | "form" | "multipart" | "text" | "graphql" | null;
  /** For the whole reply */
  readonly timeoutMs?: number | null;
  /** Absolute, or relative to the base URL */
  readonly endpoint: string;
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE" | "HEAD";
  /** How changes are asked for */
  readonly delta: NoDelta | TimestampFilter | CursorDelta | SinceId | DeltaToken | Window | ClientSide;
  readonly rateLimitRpm: number;
  readonly pagination?: NoPagination | OffsetPagination | PagePagination | CursorPagination | NextUrlPagination | LinkHeaderPagination | null;
  readonly partition?: ValuesPartition | ParentPartition | readonly (ValuesPartition | ParentPartition)[] | null;
  readonly response?: ResponseFormat | null;
  readonly resilience?: Resilience | null;
  readonly job?: AsyncJob | null;
  /** Streams that need it ask for it once a run */
  readonly cache?: boolean | null;
}

export interface PollingPartPatch {
  readonly query?: { readonly [name: string]: string | readonly string[] | null } | null;
  readonly arrayFormat?: "repeat" | "brackets" | "comma" | null;
  readonly headers?: { readonly [name: string]: string | null } | null;
  readonly body?: Json;
  readonly bodyType?: "json" | "form" | "multipart" | "text" | "graphql" | null;
  readonly timeoutMs?: number | null;
  readonly endpoint?: string | null;
  readonly method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE" | "HEAD" | null;
  readonly delta?: ClientSideOrCursorDeltaOrDeltaTokenOrNoDeltaOrSinceIdOrTimestampFilterOrWindowPatch | null;
  readonly rateLimitRpm?: number | null;
  readonly pagination?: CursorPaginationOrLinkHeaderPaginationOrNextUrlPaginationOrNoPaginationOrOffsetPaginationOrPagePaginationPatch | null;
  readonly partition?: ParentPartitionOrValuesPartitionPatch | readonly (ValuesPartition | ParentPartition)[] | null;
  readonly response?: ResponseFormatPatch | null;
  readonly resilience?: ResiliencePatch | null;
  readonly job?: AsyncJobPatch | null;
  readonly cache?: boolean | null;
}

/** The signature follows a prefix such as `sha256=`. */
export interface PrefixedHeader {
  readonly format: "prefixed";
  readonly prefix: string;
}

/** A condition and the priority that follows from it. */
export interface PriorityCondition {
  /** Where the value is: $.state, header:X-Event, status. */
  readonly when: string;
  /** How the value is compared. One matching value suffices. */
  readonly operator: "equals" | "not_equals" | "contains" | "exists" | "missing" | "matches" | "in" | "gt" | "gte" | "lt" | "lte";
  /** What it is compared with; a list for in, a pattern for matches. */
  readonly value?: Json;
  /** Compare with the value at this place instead of a fixed value. */
  readonly valuePath?: string | null;
  readonly then: "critical" | "high" | "medium" | "low";
}

/** A combined condition and the priority that follows from it. */
export interface PriorityIf {
  readonly if: Condition | AllOf | AnyOf | NotOf;
  readonly then: "critical" | "high" | "medium" | "low";
}

/** At most so many requests in a time. */
export interface RateLimit {
  /** How many, or a template that gives the number */
  readonly limit: number | string;
  /** In which time, as ISO 8601: PT1S, PT1H, P1D */
  readonly per: string;
  /** How many may go without a gap; from an hour on all, unless given */
  readonly burst?: number | null;
  /** Limits these requests only */
  readonly match?: RateMatch | null;
}

/** Which requests a rate limit is about. */
export interface RateMatch {
  /** GET, POST …; every method when absent */
  readonly method?: string | null;
  /** Beginning of the path, also after the base URL's own path; every path when absent */
  readonly path?: string | null;
}

/** The redirect address, where a vendor fixes part of it. */
export interface Redirect {
  readonly host?: "127.0.0.1" | "localhost" | null;
  readonly port?: number | null;
  readonly path?: string | null;
  readonly httpsUri?: string | null;
}

export interface RedirectPatch {
  readonly host?: "127.0.0.1" | "localhost" | null;
  readonly port?: number | null;
  readonly path?: string | null;
  readonly httpsUri?: string | null;
}

/** Remove members. */
export interface RemoveMembers {
  readonly op: "remove";
  /** Such as user.email or $..url */
  readonly paths: readonly string[];
  /** Only where this holds */
  readonly if?: Condition | AllOf | AnyOf | NotOf | null;
}

/** Write all names in one case. */
export interface RenameKeys {
  readonly op: "keys";
  /** createdAt is created_at in snake */
  readonly case: "snake" | "lower" | "camel";
}

/** Give a member another name. */
export interface RenameMember {
  readonly op: "rename";
  /** Its name now */
  readonly from: string;
  /** Its name then */
  readonly to: string;
}

/** A whole request: address, method and parts. */
export interface RequestTemplate {
  /** Parameters; an undefined one is left out */
  readonly query?: { readonly [name: string]: string | readonly string[] } | null;
  /** How several values are written */
  readonly arrayFormat?: "repeat" | "brackets" | "comma" | null;
  readonly headers?: { readonly [name: string]: string } | null;
  /** JSON with templates, or text */
  readonly body?: Json;
  readonly bodyType?: "json" | "form" | "multipart" | "text" | "graphql" | null;
  /** For the whole reply */
  readonly timeoutMs?: number | null;
  /** Absolute, or relative to the base URL */
  readonly endpoint: string;
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE" | "HEAD";
}

export interface RequestTemplatePatch {
  readonly query?: { readonly [name: string]: string | readonly string[] | null } | null;
  readonly arrayFormat?: "repeat" | "brackets" | "comma" | null;
  readonly headers?: { readonly [name: string]: string | null } | null;
  readonly body?: Json;
  readonly bodyType?: "json" | "form" | "multipart" | "text" | "graphql" | null;
  readonly timeoutMs?: number | null;
  readonly endpoint?: string | null;
  readonly method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE" | "HEAD" | null;
}

/** What is done when a request fails; without it, 5 attempts at 1, 2, 4, 8 s. */
export interface Resilience {
  /** How often a request is sent */
  readonly maxAttempts?: number | null;
  /** The first that applies gives the wait */
  readonly backoff?: readonly (ExponentialBackoff | ConstantBackoff | AskedBackoff)[] | null;
  /** The first that fits an answer decides */
  readonly rules?: readonly ErrorRule[] | null;
  /** Pauses a service that keeps failing */
  readonly circuitBreaker?: CircuitBreaker | null;
}

export interface ResiliencePatch {
  readonly maxAttempts?: number | null;
  readonly backoff?: readonly (ExponentialBackoff | ConstantBackoff | AskedBackoff)[] | null;
  readonly rules?: readonly ErrorRule[] | null;
  readonly circuitBreaker?: CircuitBreakerPatch | null;
}

/** How to read a body; JSON needs none of this. */
export interface ResponseFormat {
  readonly format: "json" | "jsonl" | "csv" | "xml" | "text" | "binary";
  readonly compression?: readonly ("gzip" | "zip")[];
  readonly encoding?: string | null;
  /** For CSV */
  readonly delimiter?: string | null;
}

export interface ResponseFormatPatch {
  readonly format?: "json" | "jsonl" | "csv" | "xml" | "text" | "binary" | null;
  readonly compression?: readonly ("gzip" | "zip")[] | null;
  readonly encoding?: string | null;
  readonly delimiter?: string | null;
}

/** Sign in by a login request. */
export interface SessionTokenAuth {
  /** Where several are */
  readonly label?: string | null;
  readonly method: "session_token";
  readonly config: SessionTokenConfig;
}

/** The login request and where its token is. */
export interface SessionTokenConfig {
  /** What the person is asked for */
  readonly credentialFields: readonly InputField[];
  /** P30D, P6M, P1Y: days, months, years */
  readonly rotateAfter?: string | null;
  readonly login: RequestTemplate;
  /** header:Set-Cookie is all cookies as they are sent back */
  readonly tokenPath: string;
  /** Seconds, or the time when it expires */
  readonly expiresPath?: string | null;
  readonly lifetime?: string | null;
  /** Asked before it expires; {{token}} is the one to be prolonged */
  readonly refresh?: RequestTemplate | null;
  readonly deliver: Deliver;
}

export interface SessionTokenConfigPatch {
  readonly credentialFields?: readonly InputField[] | null;
  readonly rotateAfter?: string | null;
  readonly login?: RequestTemplatePatch | null;
  readonly tokenPath?: string | null;
  readonly expiresPath?: string | null;
  readonly lifetime?: string | null;
  readonly refresh?: RequestTemplatePatch | null;
  readonly deliver?: DeliverPatch | null;
}

/** Set a member to a value. */
export interface SetMember {
  readonly op: "set";
  /** Such as user.name */
  readonly path: string;
  /** Text with {{field}} in it */
  readonly value: string;
  /** Its type */
  readonly as?: "string" | "integer" | "number" | "boolean" | "datetime" | "json" | null;
  /** Only where this holds */
  readonly if?: Condition | AllOf | AnyOf | NotOf | null;
}

/** The time that the signature covers, and how far it may be off. */
export interface SignedTime {
  readonly from: string;
  readonly format: "unix" | "unix_ms" | "iso8601";
  readonly toleranceSeconds: number;
}

export interface SignedTimePatch {
  readonly from?: string | null;
  readonly format?: "unix" | "unix_ms" | "iso8601" | null;
  readonly toleranceSeconds?: number | null;
}

/** Send the highest id; ids of digits compare as numbers, others as text. */
export interface SinceId {
  /** Default: the mapping's timestamp */
  readonly itemCursorPath?: string | null;
  /** Tried in this order */
  readonly cursorFormats?: readonly string[] | null;
  /** Where the very first run begins */
  readonly start?: string | null;
  /** Overlap with the last run, such as PT5M */
  readonly lookback?: string | null;
  readonly scope?: "stream" | "partition" | null;
  readonly syncFromParam?: string | null;
  readonly type: "since_id";
  readonly idPath: string;
  readonly idParam: string;
}

/** A place that records are written to. */
export interface Sink {
  readonly key: string;
  readonly entityType: string;
  readonly create: RequestTemplate;
  readonly update?: RequestTemplate | null;
  readonly delete?: RequestTemplate | null;
  readonly externalIdPath: string;
  readonly batchSize?: number | null;
  readonly match: SinkMatch;
}

/** How a record is found again in the service. */
export interface SinkMatch {
  readonly strategy: "externalId" | "field";
  readonly field?: string | null;
}

/** Sign in with an SSH key. */
export interface SshKeyAuth {
  /** Where several are */
  readonly label?: string | null;
  readonly method: "ssh_key";
  readonly config: CredentialConfig;
}

/** One stream: what differs from the connector, as merge patches (RFC 7396). */
export interface StreamPart {
  readonly key: string;
  readonly name?: string | null;
  readonly description?: string | null;
  readonly collectionKey?: string | null;
  readonly enabledByDefault?: boolean | null;
  readonly polling?: PollingPartPatch | null;
  readonly fieldMapping?: FieldMappingPatch | null;
}

/** Requests that order, renew and end the calls. */
export interface Subscription {
  readonly create: RequestTemplate;
  readonly renew?: RequestTemplate | null;
  readonly delete?: RequestTemplate | null;
  readonly idPath?: string | null;
  /** Where the answer tells what the service signs its calls by */
  readonly secretPath?: string | null;
  readonly expiresPath?: string | null;
  readonly renewBefore?: string | null;
}

export interface SubscriptionPatch {
  readonly create?: RequestTemplatePatch | null;
  readonly renew?: RequestTemplatePatch | null;
  readonly delete?: RequestTemplatePatch | null;
  readonly idPath?: string | null;
  readonly secretPath?: string | null;
  readonly expiresPath?: string | null;
  readonly renewBefore?: string | null;
}

/** What a section was like when it was last tested. */
export interface Tested {
  readonly hash: string;
  readonly at: string;
}

export interface TestedPatch {
  readonly hash?: string | null;
  readonly at?: string | null;
}

/** Send the newest time seen; the boundary is inclusive, duplicates are harmless. */
export interface TimestampFilter {
  /** Default: the mapping's timestamp */
  readonly itemCursorPath?: string | null;
  /** Tried in this order */
  readonly cursorFormats?: readonly string[] | null;
  /** Where the very first run begins */
  readonly start?: string | null;
  /** Overlap with the last run, such as PT5M */
  readonly lookback?: string | null;
  readonly scope?: "stream" | "partition" | null;
  readonly syncFromParam?: string | null;
  readonly type: "timestamp_filter";
  /** Not needed when {{checkpoint}} is used */
  readonly queryParam?: string | null;
  readonly format: string;
}

/** An action that a person or an agent may run. */
export interface Tool {
  readonly name: string;
  readonly description: string;
  readonly request: RequestTemplate;
  readonly params: readonly ToolParam[];
  /** Member by member where the answer has it; without it, all of it */
  readonly responseMap?: { readonly [name: string]: string } | null;
  readonly effect: "read" | "write" | "destructive";
  /** Also where it only reads; what writes always asks */
  readonly approvalRequired?: boolean | null;
}

/** A named, typed argument and the place in the request where it goes. */
export interface ToolParam {
  readonly name: string;
  readonly in?: string | null;
  readonly type: "string" | "integer" | "number" | "boolean" | "array" | "object";
  readonly required?: boolean;
  readonly default?: Json;
  readonly description?: string | null;
  readonly enum?: readonly Json[] | null;
}

/** A condition and the signal type that follows from it. */
export interface TypeCondition {
  /** Where the value is: $.state, header:X-Event, status. */
  readonly when: string;
  /** How the value is compared. One matching value suffices. */
  readonly operator: "equals" | "not_equals" | "contains" | "exists" | "missing" | "matches" | "in" | "gt" | "gte" | "lt" | "lte";
  /** What it is compared with; a list for in, a pattern for matches. */
  readonly value?: Json;
  /** Compare with the value at this place instead of a fixed value. */
  readonly valuePath?: string | null;
  readonly then: string;
}

/** A combined condition and the signal type that follows from it. */
export interface TypeIf {
  readonly if: Condition | AllOf | AnyOf | NotOf;
  readonly then: string;
}

/** Ask once for each value; a text holds several between commas or line breaks. */
export interface ValuesPartition {
  /** Templates use {{partition.name}} */
  readonly name: string;
  readonly param?: string | null;
  /** Joins several into one */
  readonly batchSize?: number | null;
  readonly values: string | readonly string[];
}

/** A connector that is called. */
export interface Webhook {
  readonly eventTypes: readonly string[];
  readonly eventTypePath: string;
  readonly verification: "signature" | "token" | "none";
  readonly signing?: WebhookSecretConfig | null;
  readonly events?: readonly WebhookEvent[] | null;
  readonly itemsPath?: string | null;
  readonly deliveryId?: string | null;
  readonly challenge?: Challenge | null;
  /** Default: 202 and its number */
  readonly accepted?: Acceptance | null;
  readonly subscription?: Subscription | null;
  readonly mode: "webhook";
}

/** What one kind of call means. */
export interface WebhookEvent {
  readonly types: readonly string[];
  readonly when?: Condition | AllOf | AnyOf | NotOf | null;
  readonly stream?: string | null;
  readonly effect: "create" | "update" | "delete" | "archive" | "from_store";
  readonly itemsPath?: string | null;
  readonly fieldMapping?: FieldMappingPatch | null;
}

/** Calls that a service makes (seed 001, section 4.3). */
export interface WebhookPart {
  readonly eventTypes: readonly string[];
  readonly eventTypePath: string;
  readonly verification: "signature" | "token" | "none";
  readonly signing?: WebhookSecretConfig | null;
  readonly events?: readonly WebhookEvent[] | null;
  readonly itemsPath?: string | null;
  readonly deliveryId?: string | null;
  readonly challenge?: Challenge | null;
  /** Default: 202 and its number */
  readonly accepted?: Acceptance | null;
  readonly subscription?: Subscription | null;
}

export interface WebhookPartPatch {
  readonly eventTypes?: readonly string[] | null;
  readonly eventTypePath?: string | null;
  readonly verification?: "signature" | "token" | "none" | null;
  readonly signing?: WebhookSecretConfigPatch | null;
  readonly events?: readonly WebhookEvent[] | null;
  readonly itemsPath?: string | null;
  readonly deliveryId?: string | null;
  readonly challenge?: ChallengePatch | null;
  readonly accepted?: AcceptancePatch | null;
  readonly subscription?: SubscriptionPatch | null;
}

/** Trust calls that carry a signature. */
export interface WebhookSecretAuth {
  /** Where several are */
  readonly label?: string | null;
  readonly method: "webhook_secret";
  readonly config: WebhookSecretConfig;
}

/** How a signature is made and where it stands. */
export interface WebhookSecretConfig {
  /** What the person is asked for */
  readonly credentialFields: readonly InputField[];
  /** P30D, P6M, P1Y: days, months, years */
  readonly rotateAfter?: string | null;
  readonly signatureHeader?: string | null;
  readonly signatureHeaders?: readonly string[] | null;
  /** Where no header has it: $.path in the body, query:name */
  readonly signatureFrom?: string | null;
  /** hmac-sha256, hmac-sha1, hmac-sha512, ed25519, ecdsa-p256-sha256 or token */
  readonly algorithm: string;
  /** Default: the signature, also after sha256= or Bearer */
  readonly header?: PlainHeader | PrefixedHeader | KeyedHeader | null;
  /** Default: hex, or base64 where it fits */
  readonly encoding?: "hex" | "base64" | "base64url" | null;
  /** Default {body}; also {timestamp} {header:Name} {$.path} {url} {method} {form_sorted} */
  readonly signedPayload?: string | null;
  /** A signed place with its SHA-256: header:Digest, query:bodySHA256 */
  readonly bodyDigest?: string | null;
  readonly secretEncoding?: "utf8" | "base64" | "hex" | null;
  readonly secretPrefix?: string | null;
  readonly timestamp?: SignedTime | null;
  readonly dedupeKey?: string | null;
}

export interface WebhookSecretConfigPatch {
  readonly credentialFields?: readonly InputField[] | null;
  readonly rotateAfter?: string | null;
  readonly signatureHeader?: string | null;
  readonly signatureHeaders?: readonly string[] | null;
  readonly signatureFrom?: string | null;
  readonly algorithm?: string | null;
  readonly header?: KeyedHeaderOrPlainHeaderOrPrefixedHeaderPatch | null;
  readonly encoding?: "hex" | "base64" | "base64url" | null;
  readonly signedPayload?: string | null;
  readonly bodyDigest?: string | null;
  readonly secretEncoding?: "utf8" | "base64" | "hex" | null;
  readonly secretPrefix?: string | null;
  readonly timestamp?: SignedTimePatch | null;
  readonly dedupeKey?: string | null;
}

/** Step through time in windows, each with a start and an end, both included. A window begins one `granularity` after the end of the one before it; without a granularity it begins at that very end. */
export interface Window {
  /** Default: the mapping's timestamp */
  readonly itemCursorPath?: string | null;
  /** Tried in this order */
  readonly cursorFormats?: readonly string[] | null;
  /** Where the very first run begins */
  readonly start?: string | null;
  /** Overlap with the last run, such as PT5M */
  readonly lookback?: string | null;
  readonly scope?: "stream" | "partition" | null;
  readonly syncFromParam?: string | null;
  readonly type: "window";
  readonly format: string;
  /** Or use {{window.start}} */
  readonly startParam?: string | null;
  /** Or use {{window.end}} */
  readonly endParam?: string | null;
  /** Default: now */
  readonly end?: string | null;
  /** Length of a window, such as P30D */
  readonly step?: string | null;
  /** Smallest step of the service's times */
  readonly granularity?: string | null;
}
