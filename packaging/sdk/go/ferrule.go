// Code generated from Ferrule's published JSON Schema. DO NOT EDIT.

// Package ferrule has the types of Ferrule's descriptors, bundles and signals.
package ferrule

import (
	"encoding/json"
	"fmt"
)

// Acceptance: What a call that was taken is answered with.
type Acceptance struct {
	Status int64   `json:"status"`
	Text   *string `json:"text,omitempty"`
}

// AllOf: True when every one of its conditions is true.
type AllOf struct {
	All []json.RawMessage `json:"all"`
}

// Annotations: Notes that tools keep in a descriptor.
type Annotations struct {
	Tested *map[string]Tested `json:"tested,omitempty"`
}

// AnyOf: True when one of its conditions is true.
type AnyOf struct {
	Any []json.RawMessage `json:"any"`
}

// ApiKeyAuth: Sign in with an API key.
type ApiKeyAuth struct {
	Label  *string      `json:"label,omitempty"`
	Method string       `json:"method"`
	Config ApiKeyConfig `json:"config"`
}

// ApiKeyConfig: Where the key goes and under which name (seed 001, section 4.1).
type ApiKeyConfig struct {
	CredentialFields []InputField `json:"credentialFields"`
	RotateAfter      *string      `json:"rotateAfter,omitempty"`
	Delivery         string       `json:"delivery"`
	ParamName        string       `json:"paramName"`
	ValueTemplate    *string      `json:"valueTemplate,omitempty"`
	Also             *[]Deliver   `json:"also,omitempty"`
}

// ApiVersion: One version of the service's API; its overrides are a merge patch.
type ApiVersion struct {
	Id             string          `json:"id"`
	Label          string          `json:"label"`
	Status         string          `json:"status"`
	Default        *bool           `json:"default,omitempty"`
	Changelog      *string         `json:"changelog,omitempty"`
	DeprecatedAt   *string         `json:"deprecatedAt,omitempty"`
	SunsetAt       *string         `json:"sunsetAt,omitempty"`
	MigrationGuide *string         `json:"migrationGuide,omitempty"`
	Overrides      json.RawMessage `json:"overrides,omitempty"`
}

// AskedBackoff: Wait as long as the answer itself asks for.
type AskedBackoff struct {
	Type          string  `json:"type"`
	Source        string  `json:"source"`
	As            string  `json:"as"`
	Regex         *string `json:"regex,omitempty"`
	MinMs         *int64  `json:"minMs,omitempty"`
	GiveUpAfterMs *int64  `json:"giveUpAfterMs,omitempty"`
}

// AsyncJob: A report that is ordered, waited for and fetched.
type AsyncJob struct {
	Create          RequestTemplate  `json:"create"`
	IdPath          *string          `json:"idPath,omitempty"`
	Poll            RequestTemplate  `json:"poll"`
	StatusPath      string           `json:"statusPath"`
	Done            []string         `json:"done"`
	Failed          []string         `json:"failed"`
	Skipped         *[]string        `json:"skipped,omitempty"`
	IntervalMs      int64            `json:"intervalMs"`
	TimeoutMs       int64            `json:"timeoutMs"`
	DownloadUrlPath *string          `json:"downloadUrlPath,omitempty"`
	Download        *RequestTemplate `json:"download,omitempty"`
	Cancel          *RequestTemplate `json:"cancel,omitempty"`
	Delete          *RequestTemplate `json:"delete,omitempty"`
	Response        *ResponseFormat  `json:"response,omitempty"`
}

// AuthorizationCode: The code grant with PKCE in the system's browser.
type AuthorizationCode struct {
	CredentialFields    []InputField       `json:"credentialFields"`
	RotateAfter         *string            `json:"rotateAfter,omitempty"`
	TokenUrl            string             `json:"tokenUrl"`
	Scopes              []string           `json:"scopes"`
	ScopeSeparator      *string            `json:"scopeSeparator,omitempty"`
	ClientAuth          *string            `json:"clientAuth,omitempty"`
	TokenParams         *map[string]string `json:"tokenParams,omitempty"`
	TokenHeaders        *map[string]string `json:"tokenHeaders,omitempty"`
	TokenBody           *string            `json:"tokenBody,omitempty"`
	RefreshUrl          *string            `json:"refreshUrl,omitempty"`
	RefreshParams       *map[string]string `json:"refreshParams,omitempty"`
	RotatesRefreshToken *bool              `json:"rotatesRefreshToken,omitempty"`
	TokenPath           *string            `json:"tokenPath,omitempty"`
	ExpiresPath         *string            `json:"expiresPath,omitempty"`
	RefreshTokenPath    *string            `json:"refreshTokenPath,omitempty"`
	Lifetime            *string            `json:"lifetime,omitempty"`
	Capture             *map[string]string `json:"capture,omitempty"`
	Deliver             *Deliver           `json:"deliver,omitempty"`
	Issuer              *string            `json:"issuer,omitempty"`
	RevokeUrl           *string            `json:"revokeUrl,omitempty"`
	Grant               *string            `json:"grant,omitempty"`
	AuthoriseUrl        string             `json:"authoriseUrl"`
	AuthoriseParams     *map[string]string `json:"authoriseParams,omitempty"`
	Pkce                *string            `json:"pkce,omitempty"`
	Redirect            *Redirect          `json:"redirect,omitempty"`
	DeviceUrl           *string            `json:"deviceUrl,omitempty"`
}

// BasicAuth: Sign in with a user name and a password.
type BasicAuth struct {
	Label  *string         `json:"label,omitempty"`
	Method string          `json:"method"`
	Config BasicAuthConfig `json:"config"`
}

// BasicAuthConfig: Which fields are the user name and the password. Without templates they are the fields `username` and `password`, else the first and the second field.
type BasicAuthConfig struct {
	CredentialFields []InputField `json:"credentialFields"`
	RotateAfter      *string      `json:"rotateAfter,omitempty"`
	UsernameTemplate *string      `json:"usernameTemplate,omitempty"`
	PasswordTemplate *string      `json:"passwordTemplate,omitempty"`
}

// BundleManifest: What a bundle is and what is in it.
type BundleManifest struct {
	Id          string                                                                                                                    `json:"id"`
	Title       string                                                                                                                    `json:"title"`
	Description string                                                                                                                    `json:"description"`
	Provider    string                                                                                                                    `json:"provider"`
	Version     string                                                                                                                    `json:"version"`
	Icon        *string                                                                                                                   `json:"icon,omitempty"`
	Author      *string                                                                                                                   `json:"author,omitempty"`
	Auth        *NoAuthOrApiKeyAuthOrPatAuthOrBasicAuthOrOAuth2AuthOrOAuth1AuthOrSessionTokenAuthOrJwtAuthOrSshKeyAuthOrWebhookSecretAuth `json:"auth,omitempty"`
	Connectors  []BundledConnector                                                                                                        `json:"connectors"`
	Fixtures    *[]string                                                                                                                 `json:"fixtures,omitempty"`
	Migrations  *[]string                                                                                                                 `json:"migrations,omitempty"`
	Docs        *[]string                                                                                                                 `json:"docs,omitempty"`
}

// BundledConnector: One connector of a bundle and the file that describes it.
type BundledConnector struct {
	Id      string `json:"id"`
	Version string `json:"version"`
	File    string `json:"file"`
}

// CastToSchema: Cast members to what the schema says.
type CastToSchema struct {
	Op       string `json:"op"`
	ToSchema bool   `json:"toSchema"`
}

// Challenge: A question that a service asks before it calls.
type Challenge struct {
	When           json.RawMessage    `json:"when"`
	Respond        *string            `json:"respond,omitempty"`
	RespondHeaders *map[string]string `json:"respondHeaders,omitempty"`
	Unsigned       *bool              `json:"unsigned,omitempty"`
}

// CircuitBreaker: Send nothing for a while after too many failures in a row.
type CircuitBreaker struct {
	FailureThreshold int64 `json:"failureThreshold"`
	ResetTimeoutMs   int64 `json:"resetTimeoutMs"`
	HalfOpenMax      int64 `json:"halfOpenMax"`
}

// ClientSide: Compare on this side; newest first stops at the first item that is too old. An item as old as the boundary itself is kept: the store knows it already. One whose time cannot be read is kept too.
type ClientSide struct {
	ItemCursorPath *string   `json:"itemCursorPath,omitempty"`
	CursorFormats  *[]string `json:"cursorFormats,omitempty"`
	Start          *string   `json:"start,omitempty"`
	Lookback       *string   `json:"lookback,omitempty"`
	Scope          *string   `json:"scope,omitempty"`
	SyncFromParam  *string   `json:"syncFromParam,omitempty"`
	Type           string    `json:"type"`
	Order          *string   `json:"order,omitempty"`
}

// Condition: Something that is so or not so at one place of an item or a response.
type Condition struct {
	When      string          `json:"when"`
	Operator  string          `json:"operator"`
	Value     json.RawMessage `json:"value,omitempty"`
	ValuePath *string         `json:"valuePath,omitempty"`
}

// ConfigMove: Renamed config keys since a version.
type ConfigMove struct {
	From  string            `json:"from"`
	Moves map[string]string `json:"moves"`
}

// ConnectorDescriptor: A whole connector (seed 001, section 4, and what descriptor.md adds).
type ConnectorDescriptor struct {
	Id                string                                                                                                                      `json:"id"`
	Name              string                                                                                                                      `json:"name"`
	Description       string                                                                                                                      `json:"description"`
	Category          string                                                                                                                      `json:"category"`
	Icon              string                                                                                                                      `json:"icon"`
	Kind              string                                                                                                                      `json:"kind"`
	Version           string                                                                                                                      `json:"version"`
	SchemaVersion     *int64                                                                                                                      `json:"schemaVersion,omitempty"`
	Provider          *string                                                                                                                     `json:"provider,omitempty"`
	Auth              NoAuthOrApiKeyAuthOrPatAuthOrBasicAuthOrOAuth2AuthOrOAuth1AuthOrSessionTokenAuthOrJwtAuthOrSshKeyAuthOrWebhookSecretAuth    `json:"auth"`
	AuthOptions       *[]NoAuthOrApiKeyAuthOrPatAuthOrBasicAuthOrOAuth2AuthOrOAuth1AuthOrSessionTokenAuthOrJwtAuthOrSshKeyAuthOrWebhookSecretAuth `json:"authOptions,omitempty"`
	ConfigFields      *[]InputField                                                                                                               `json:"configFields,omitempty"`
	BaseUrl           *string                                                                                                                     `json:"baseUrl,omitempty"`
	Ingestion         PollingOrWebhookOrPollingAndWebhook                                                                                         `json:"ingestion"`
	FieldMapping      FieldMapping                                                                                                                `json:"fieldMapping"`
	HealthCheck       HealthCheck                                                                                                                 `json:"healthCheck"`
	Streams           *[]StreamPart                                                                                                               `json:"streams,omitempty"`
	RateLimits        *[]RateLimit                                                                                                                `json:"rateLimits,omitempty"`
	MaxConcurrency    json.RawMessage                                                                                                             `json:"maxConcurrency,omitempty"`
	Resilience        *Resilience                                                                                                                 `json:"resilience,omitempty"`
	MaxItemErrorRatio json.RawMessage                                                                                                             `json:"maxItemErrorRatio,omitempty"`
	Tools             *[]Tool                                                                                                                     `json:"tools,omitempty"`
	Sinks             *[]Sink                                                                                                                     `json:"sinks,omitempty"`
	ApiVersions       *[]ApiVersion                                                                                                               `json:"apiVersions,omitempty"`
	SyncFrom          *string                                                                                                                     `json:"syncFrom,omitempty"`
	CollectionKey     *string                                                                                                                     `json:"collectionKey,omitempty"`
	SubType           *string                                                                                                                     `json:"subType,omitempty"`
	Capabilities      *[]string                                                                                                                   `json:"capabilities,omitempty"`
	Runtime           *string                                                                                                                     `json:"runtime,omitempty"`
	Status            *string                                                                                                                     `json:"status,omitempty"`
	Eta               *string                                                                                                                     `json:"eta,omitempty"`
	Permissions       *Permissions                                                                                                                `json:"permissions,omitempty"`
	Tags              *[]string                                                                                                                   `json:"tags,omitempty"`
	DocsUrl           *string                                                                                                                     `json:"docsUrl,omitempty"`
	Author            *string                                                                                                                     `json:"author,omitempty"`
	Licence           *string                                                                                                                     `json:"licence,omitempty"`
	ConfigMoves       *[]ConfigMove                                                                                                               `json:"configMoves,omitempty"`
	Annotations       *Annotations                                                                                                                `json:"annotations,omitempty"`
}

// ConstantBackoff: Wait the same time after each failed attempt.
type ConstantBackoff struct {
	Type    string `json:"type"`
	DelayMs int64  `json:"delayMs"`
}

// CredentialConfig: The fields of a credential, and how long it should live.
type CredentialConfig struct {
	CredentialFields []InputField `json:"credentialFields"`
	RotateAfter      *string      `json:"rotateAfter,omitempty"`
}

// CursorDelta: Send the last cursor that a complete run saw (seed 001, section 4.2).
type CursorDelta struct {
	ItemCursorPath *string   `json:"itemCursorPath,omitempty"`
	CursorFormats  *[]string `json:"cursorFormats,omitempty"`
	Start          *string   `json:"start,omitempty"`
	Lookback       *string   `json:"lookback,omitempty"`
	Scope          *string   `json:"scope,omitempty"`
	SyncFromParam  *string   `json:"syncFromParam,omitempty"`
	Type           string    `json:"type"`
	CursorPath     string    `json:"cursorPath"`
	CursorParam    string    `json:"cursorParam"`
}

// CursorPagination: Send back the cursor of the page before; an empty page is not the end.
type CursorPagination struct {
	NextPath      *string         `json:"nextPath,omitempty"`
	NextParam     *string         `json:"nextParam,omitempty"`
	TotalPath     *string         `json:"totalPath,omitempty"`
	TotalUnit     *string         `json:"totalUnit,omitempty"`
	PageSizeParam *string         `json:"pageSizeParam,omitempty"`
	StartAt       *int64          `json:"startAt,omitempty"`
	SendOnFirst   *bool           `json:"sendOnFirst,omitempty"`
	HasMorePath   *string         `json:"hasMorePath,omitempty"`
	StopWhen      json.RawMessage `json:"stopWhen,omitempty"`
	MaxPages      *int64          `json:"maxPages,omitempty"`
	PageSize      int64           `json:"pageSize"`
	Type          string          `json:"type"`
}

// Deliver: A value made from the credentials, and where it goes.
type Deliver struct {
	To       string `json:"to"`
	Template string `json:"template"`
}

// DeltaToken: Send the token of the last round (seed 001, section 4.2). Services hand it out with the last page of a round. It may be a whole link: then it goes to `url`. One that the service does not know any more asks for a full sync.
type DeltaToken struct {
	ItemCursorPath *string   `json:"itemCursorPath,omitempty"`
	CursorFormats  *[]string `json:"cursorFormats,omitempty"`
	Start          *string   `json:"start,omitempty"`
	Lookback       *string   `json:"lookback,omitempty"`
	Scope          *string   `json:"scope,omitempty"`
	SyncFromParam  *string   `json:"syncFromParam,omitempty"`
	Type           string    `json:"type"`
	TokenPath      string    `json:"tokenPath"`
	TokenParam     string    `json:"tokenParam"`
}

// ErrorRule: When an answer looks like this, do that; the first rule that fits decides.
type ErrorRule struct {
	Status          *[]json.RawMessage `json:"status,omitempty"`
	When            json.RawMessage    `json:"when,omitempty"`
	MessageContains *string            `json:"messageContains,omitempty"`
	Action          string             `json:"action"`
	Message         *string            `json:"message,omitempty"`
	Cause           *string            `json:"cause,omitempty"`
}

// ExpandMember: Make an item of each element of a member.
type ExpandMember struct {
	Op         string `json:"op"`
	Path       string `json:"path"`
	KeepParent *bool  `json:"keepParent,omitempty"`
}

// ExponentialBackoff: Wait twice as long after each failed attempt, at most a minute unless told.
type ExponentialBackoff struct {
	Type   string `json:"type"`
	BaseMs int64  `json:"baseMs"`
	MaxMs  *int64 `json:"maxMs,omitempty"`
	Jitter *bool  `json:"jitter,omitempty"`
}

// FieldMapping: How an item becomes a signal (seed 001, section 4.4).
type FieldMapping struct {
	ItemsPath        string                                                                                            `json:"itemsPath"`
	IdPath           string                                                                                            `json:"idPath"`
	TimestampPath    string                                                                                            `json:"timestampPath"`
	TimestampFormat  *string                                                                                           `json:"timestampFormat,omitempty"`
	CreatedPath      *string                                                                                           `json:"createdPath,omitempty"`
	SummaryTemplate  string                                                                                            `json:"summaryTemplate"`
	SignalTypeRules  []json.RawMessage                                                                                 `json:"signalTypeRules"`
	PriorityMapping  *[]json.RawMessage                                                                                `json:"priorityMapping,omitempty"`
	ParticipantsPath *string                                                                                           `json:"participantsPath,omitempty"`
	TagsPath         *string                                                                                           `json:"tagsPath,omitempty"`
	RelatedItemsPath *string                                                                                           `json:"relatedItemsPath,omitempty"`
	RawFields        *[]string                                                                                         `json:"rawFields,omitempty"`
	Filter           json.RawMessage                                                                                   `json:"filter,omitempty"`
	ItemsShape       *string                                                                                           `json:"itemsShape,omitempty"`
	Columns          *map[string]string                                                                                `json:"columns,omitempty"`
	ArchivedAtPath   *string                                                                                           `json:"archivedAtPath,omitempty"`
	ArchivedWhen     json.RawMessage                                                                                   `json:"archivedWhen,omitempty"`
	DeletedWhen      json.RawMessage                                                                                   `json:"deletedWhen,omitempty"`
	PrimaryKey       *[]string                                                                                         `json:"primaryKey,omitempty"`
	Fields           *map[string]MappedField                                                                           `json:"fields,omitempty"`
	Transforms       *[]SetMemberOrRemoveMembersOrRenameMemberOrFlattenMembersOrRenameKeysOrExpandMemberOrCastToSchema `json:"transforms,omitempty"`
	Schema           *map[string]json.RawMessage                                                                       `json:"schema,omitempty"`
}

// FlattenMembers: Lift nested members up.
type FlattenMembers struct {
	Op        string  `json:"op"`
	Path      *string `json:"path,omitempty"`
	Separator *string `json:"separator,omitempty"`
}

// HealthCheck: One cheap request that says whether the service answers (seed 001, 4.5).
type HealthCheck struct {
	Endpoint     string          `json:"endpoint"`
	Method       string          `json:"method"`
	ExpectStatus int64           `json:"expectStatus"`
	TimeoutMs    int64           `json:"timeoutMs"`
	Body         json.RawMessage `json:"body,omitempty"`
	Expect       json.RawMessage `json:"expect,omitempty"`
	Identity     *string         `json:"identity,omitempty"`
	Streams      *[]string       `json:"streams,omitempty"`
}

// InputField: A field that a person fills in: its label, its type and its limits.
type InputField struct {
	Key         string          `json:"key"`
	Label       string          `json:"label"`
	Type        string          `json:"type"`
	Required    *bool           `json:"required,omitempty"`
	Placeholder *string         `json:"placeholder,omitempty"`
	HelpText    *string         `json:"helpText,omitempty"`
	Default     json.RawMessage `json:"default,omitempty"`
	Options     *[]Option       `json:"options,omitempty"`
	Pattern     *string         `json:"pattern,omitempty"`
	Example     *string         `json:"example,omitempty"`
	DocUrl      *string         `json:"docUrl,omitempty"`
	VisibleWhen *Condition      `json:"visibleWhen,omitempty"`
	Group       *string         `json:"group,omitempty"`
}

// JwtAuth: Sign in with a self-signed JSON Web Token.
type JwtAuth struct {
	Label  *string   `json:"label,omitempty"`
	Method string    `json:"method"`
	Config JwtConfig `json:"config"`
}

// JwtConfig: What is signed, with which key, and for how long. A claim or header member that names what is not there is left out.
type JwtConfig struct {
	CredentialFields []InputField       `json:"credentialFields"`
	RotateAfter      *string            `json:"rotateAfter,omitempty"`
	Algorithm        string             `json:"algorithm"`
	KeyField         string             `json:"keyField"`
	KeyEncoding      *string            `json:"keyEncoding,omitempty"`
	Header           *map[string]string `json:"header,omitempty"`
	Claims           map[string]string  `json:"claims"`
	Lifetime         string             `json:"lifetime"`
	Deliver          *Deliver           `json:"deliver,omitempty"`
}

// KeyedHeader: The header is a list of `key=value` members.
type KeyedHeader struct {
	Format       string `json:"format"`
	Separator    string `json:"separator"`
	Assign       string `json:"assign"`
	SignatureKey string `json:"signatureKey"`
}

// LinkHeaderPagination: Ask the address that the Link header names as next.
type LinkHeaderPagination struct {
	NextPath      *string         `json:"nextPath,omitempty"`
	NextParam     *string         `json:"nextParam,omitempty"`
	TotalPath     *string         `json:"totalPath,omitempty"`
	TotalUnit     *string         `json:"totalUnit,omitempty"`
	PageSizeParam *string         `json:"pageSizeParam,omitempty"`
	StartAt       *int64          `json:"startAt,omitempty"`
	SendOnFirst   *bool           `json:"sendOnFirst,omitempty"`
	HasMorePath   *string         `json:"hasMorePath,omitempty"`
	StopWhen      json.RawMessage `json:"stopWhen,omitempty"`
	MaxPages      *int64          `json:"maxPages,omitempty"`
	PageSize      *int64          `json:"pageSize,omitempty"`
	Type          string          `json:"type"`
}

// MappedField: One further field of a signal.
type MappedField struct {
	Path string  `json:"path"`
	As   *string `json:"as,omitempty"`
}

// NextUrlPagination: Ask the address that the page before named, whole or relative.
type NextUrlPagination struct {
	NextPath      *string         `json:"nextPath,omitempty"`
	NextParam     *string         `json:"nextParam,omitempty"`
	TotalPath     *string         `json:"totalPath,omitempty"`
	TotalUnit     *string         `json:"totalUnit,omitempty"`
	PageSizeParam *string         `json:"pageSizeParam,omitempty"`
	StartAt       *int64          `json:"startAt,omitempty"`
	SendOnFirst   *bool           `json:"sendOnFirst,omitempty"`
	HasMorePath   *string         `json:"hasMorePath,omitempty"`
	StopWhen      json.RawMessage `json:"stopWhen,omitempty"`
	MaxPages      *int64          `json:"maxPages,omitempty"`
	PageSize      *int64          `json:"pageSize,omitempty"`
	Type          string          `json:"type"`
}

// NoAuth: Send requests as they are.
type NoAuth struct {
	Label  *string `json:"label,omitempty"`
	Method string  `json:"method"`
}

// NoDelta: Keep no checkpoint.
type NoDelta struct {
	ItemCursorPath *string   `json:"itemCursorPath,omitempty"`
	CursorFormats  *[]string `json:"cursorFormats,omitempty"`
	Start          *string   `json:"start,omitempty"`
	Lookback       *string   `json:"lookback,omitempty"`
	Scope          *string   `json:"scope,omitempty"`
	SyncFromParam  *string   `json:"syncFromParam,omitempty"`
	Type           string    `json:"type"`
}

// NoPagination: Ask once.
type NoPagination struct {
	NextPath      *string         `json:"nextPath,omitempty"`
	NextParam     *string         `json:"nextParam,omitempty"`
	TotalPath     *string         `json:"totalPath,omitempty"`
	TotalUnit     *string         `json:"totalUnit,omitempty"`
	PageSizeParam *string         `json:"pageSizeParam,omitempty"`
	StartAt       *int64          `json:"startAt,omitempty"`
	SendOnFirst   *bool           `json:"sendOnFirst,omitempty"`
	HasMorePath   *string         `json:"hasMorePath,omitempty"`
	StopWhen      json.RawMessage `json:"stopWhen,omitempty"`
	MaxPages      *int64          `json:"maxPages,omitempty"`
	PageSize      *int64          `json:"pageSize,omitempty"`
	Type          string          `json:"type"`
}

// NormalisedSignal: One mapped item, the same for every connector (seed 001, section 6.3). Times are RFC 3339 in UTC. `raw` is what `rawFields` names, or the whole item. `content_hash` is SHA-256 over the canonical JSON of everything mapped.
type NormalisedSignal struct {
	Id            string                      `json:"id"`
	ExternalId    string                      `json:"externalId"`
	Source        string                      `json:"source"`
	ProjectId     string                      `json:"projectId"`
	Connection    string                      `json:"connection"`
	CollectionKey string                      `json:"collectionKey"`
	Stream        string                      `json:"stream"`
	Type          string                      `json:"type"`
	Timestamp     string                      `json:"timestamp"`
	Summary       string                      `json:"summary"`
	Participants  []string                    `json:"participants"`
	Tags          []string                    `json:"tags"`
	RelatedItems  []string                    `json:"relatedItems"`
	CreatedAt     *string                     `json:"createdAt,omitempty"`
	ArchivedAt    *string                     `json:"archivedAt,omitempty"`
	Deleted       *bool                       `json:"deleted,omitempty"`
	Priority      *string                     `json:"priority,omitempty"`
	Fields        *map[string]json.RawMessage `json:"fields,omitempty"`
	Raw           json.RawMessage             `json:"raw,omitempty"`
	ContentHash   *string                     `json:"contentHash,omitempty"`
	Warnings      *[]string                   `json:"warnings,omitempty"`
}

// NotOf: True when its condition is not.
type NotOf struct {
	Not json.RawMessage `json:"not"`
}

// OAuth1Auth: Sign in with OAuth 1.0a.
type OAuth1Auth struct {
	Label  *string      `json:"label,omitempty"`
	Method string       `json:"method"`
	Config OAuth1Config `json:"config"`
}

// OAuth1Config: The signature, and the three addresses where a person gives leave.
type OAuth1Config struct {
	CredentialFields []InputField `json:"credentialFields"`
	RotateAfter      *string      `json:"rotateAfter,omitempty"`
	RequestUrl       *string      `json:"requestUrl,omitempty"`
	AuthoriseUrl     *string      `json:"authoriseUrl,omitempty"`
	TokenUrl         *string      `json:"tokenUrl,omitempty"`
	Signature        string       `json:"signature"`
	Realm            *string      `json:"realm,omitempty"`
	Redirect         *Redirect    `json:"redirect,omitempty"`
}

// OAuth2Auth: Sign in with OAuth 2.
type OAuth2Auth struct {
	Label  *string         `json:"label,omitempty"`
	Method string          `json:"method"`
	Config json.RawMessage `json:"config"`
}

// OffsetPagination: Ask for items from an offset until a page is short or the total is reached.
type OffsetPagination struct {
	NextPath      *string         `json:"nextPath,omitempty"`
	NextParam     *string         `json:"nextParam,omitempty"`
	TotalPath     *string         `json:"totalPath,omitempty"`
	TotalUnit     *string         `json:"totalUnit,omitempty"`
	PageSizeParam *string         `json:"pageSizeParam,omitempty"`
	StartAt       *int64          `json:"startAt,omitempty"`
	SendOnFirst   *bool           `json:"sendOnFirst,omitempty"`
	HasMorePath   *string         `json:"hasMorePath,omitempty"`
	StopWhen      json.RawMessage `json:"stopWhen,omitempty"`
	MaxPages      *int64          `json:"maxPages,omitempty"`
	PageSize      int64           `json:"pageSize"`
	Type          string          `json:"type"`
}

// Option: One choice of a select field.
type Option struct {
	Value string `json:"value"`
	Label string `json:"label"`
}

// OtherGrant: A grant that needs no browser.
type OtherGrant struct {
	CredentialFields    []InputField       `json:"credentialFields"`
	RotateAfter         *string            `json:"rotateAfter,omitempty"`
	TokenUrl            string             `json:"tokenUrl"`
	Scopes              []string           `json:"scopes"`
	ScopeSeparator      *string            `json:"scopeSeparator,omitempty"`
	ClientAuth          *string            `json:"clientAuth,omitempty"`
	TokenParams         *map[string]string `json:"tokenParams,omitempty"`
	TokenHeaders        *map[string]string `json:"tokenHeaders,omitempty"`
	TokenBody           *string            `json:"tokenBody,omitempty"`
	RefreshUrl          *string            `json:"refreshUrl,omitempty"`
	RefreshParams       *map[string]string `json:"refreshParams,omitempty"`
	RotatesRefreshToken *bool              `json:"rotatesRefreshToken,omitempty"`
	TokenPath           *string            `json:"tokenPath,omitempty"`
	ExpiresPath         *string            `json:"expiresPath,omitempty"`
	RefreshTokenPath    *string            `json:"refreshTokenPath,omitempty"`
	Lifetime            *string            `json:"lifetime,omitempty"`
	Capture             *map[string]string `json:"capture,omitempty"`
	Deliver             *Deliver           `json:"deliver,omitempty"`
	Issuer              *string            `json:"issuer,omitempty"`
	RevokeUrl           *string            `json:"revokeUrl,omitempty"`
	Grant               string             `json:"grant"`
	AuthoriseUrl        *string            `json:"authoriseUrl,omitempty"`
	DeviceUrl           *string            `json:"deviceUrl,omitempty"`
}

// PagePagination: Ask for numbered pages until one is short or the total is reached.
type PagePagination struct {
	NextPath      *string         `json:"nextPath,omitempty"`
	NextParam     *string         `json:"nextParam,omitempty"`
	TotalPath     *string         `json:"totalPath,omitempty"`
	TotalUnit     *string         `json:"totalUnit,omitempty"`
	PageSizeParam *string         `json:"pageSizeParam,omitempty"`
	StartAt       *int64          `json:"startAt,omitempty"`
	SendOnFirst   *bool           `json:"sendOnFirst,omitempty"`
	HasMorePath   *string         `json:"hasMorePath,omitempty"`
	StopWhen      json.RawMessage `json:"stopWhen,omitempty"`
	MaxPages      *int64          `json:"maxPages,omitempty"`
	PageSize      int64           `json:"pageSize"`
	Type          string          `json:"type"`
}

// ParentPartition: Ask once for each item of the parent stream.
type ParentPartition struct {
	Name        string             `json:"name"`
	Param       *string            `json:"param,omitempty"`
	BatchSize   *int64             `json:"batchSize,omitempty"`
	Parent      string             `json:"parent"`
	Path        string             `json:"path"`
	Where       json.RawMessage    `json:"where,omitempty"`
	Include     *map[string]string `json:"include,omitempty"`
	Incremental *bool              `json:"incremental,omitempty"`
}

// PatAuth: Sign in with a personal access token.
type PatAuth struct {
	Label  *string   `json:"label,omitempty"`
	Method string    `json:"method"`
	Config PatConfig `json:"config"`
}

// PatConfig: Where the token goes (seed 001, section 4.1).
type PatConfig struct {
	CredentialFields []InputField `json:"credentialFields"`
	RotateAfter      *string      `json:"rotateAfter,omitempty"`
	Delivery         string       `json:"delivery"`
	ParamName        string       `json:"paramName"`
	ValueTemplate    *string      `json:"valueTemplate,omitempty"`
}

// Permissions: What a connector may reach: shown before it is used, and signed.
type Permissions struct {
	Hosts  []string `json:"hosts"`
	Scopes []string `json:"scopes"`
	Writes []string `json:"writes"`
}

// PlainHeader: The header is the signature.
type PlainHeader struct {
	Format string `json:"format"`
}

// Polling: A connector that asks.
type Polling struct {
	Query        *map[string]json.RawMessage                                                                                `json:"query,omitempty"`
	ArrayFormat  *string                                                                                                    `json:"arrayFormat,omitempty"`
	Headers      *map[string]string                                                                                         `json:"headers,omitempty"`
	Body         json.RawMessage                                                                                            `json:"body,omitempty"`
	BodyType     *string                                                                                                    `json:"bodyType,omitempty"`
	TimeoutMs    *int64                                                                                                     `json:"timeoutMs,omitempty"`
	Endpoint     string                                                                                                     `json:"endpoint"`
	Method       string                                                                                                     `json:"method"`
	Delta        NoDeltaOrTimestampFilterOrCursorDeltaOrSinceIdOrDeltaTokenOrWindowOrClientSide                             `json:"delta"`
	RateLimitRpm json.RawMessage                                                                                            `json:"rateLimitRpm"`
	Pagination   *NoPaginationOrOffsetPaginationOrPagePaginationOrCursorPaginationOrNextUrlPaginationOrLinkHeaderPagination `json:"pagination,omitempty"`
	Partition    json.RawMessage                                                                                            `json:"partition,omitempty"`
	Response     *ResponseFormat                                                                                            `json:"response,omitempty"`
	Resilience   *Resilience                                                                                                `json:"resilience,omitempty"`
	Job          *AsyncJob                                                                                                  `json:"job,omitempty"`
	Cache        *bool                                                                                                      `json:"cache,omitempty"`
	Mode         string                                                                                                     `json:"mode"`
}

// PollingAndWebhook: A connector that asks and is called.
type PollingAndWebhook struct {
	Mode    string      `json:"mode"`
	Polling PollingPart `json:"polling"`
	Webhook WebhookPart `json:"webhook"`
}

// PollingPart: One endpoint that is asked again and again (seed 001, section 4.2).
type PollingPart struct {
	Query        *map[string]json.RawMessage                                                                                `json:"query,omitempty"`
	ArrayFormat  *string                                                                                                    `json:"arrayFormat,omitempty"`
	Headers      *map[string]string                                                                                         `json:"headers,omitempty"`
	Body         json.RawMessage                                                                                            `json:"body,omitempty"`
	BodyType     *string                                                                                                    `json:"bodyType,omitempty"`
	TimeoutMs    *int64                                                                                                     `json:"timeoutMs,omitempty"`
	Endpoint     string                                                                                                     `json:"endpoint"`
	Method       string                                                                                                     `json:"method"`
	Delta        NoDeltaOrTimestampFilterOrCursorDeltaOrSinceIdOrDeltaTokenOrWindowOrClientSide                             `json:"delta"`
	RateLimitRpm json.RawMessage                                                                                            `json:"rateLimitRpm"`
	Pagination   *NoPaginationOrOffsetPaginationOrPagePaginationOrCursorPaginationOrNextUrlPaginationOrLinkHeaderPagination `json:"pagination,omitempty"`
	Partition    json.RawMessage                                                                                            `json:"partition,omitempty"`
	Response     *ResponseFormat                                                                                            `json:"response,omitempty"`
	Resilience   *Resilience                                                                                                `json:"resilience,omitempty"`
	Job          *AsyncJob                                                                                                  `json:"job,omitempty"`
	Cache        *bool                                                                                                      `json:"cache,omitempty"`
}

// PrefixedHeader: The signature follows a prefix such as `sha256=`.
type PrefixedHeader struct {
	Format string `json:"format"`
	Prefix string `json:"prefix"`
}

// PriorityCondition: A condition and the priority that follows from it.
type PriorityCondition struct {
	When      string          `json:"when"`
	Operator  string          `json:"operator"`
	Value     json.RawMessage `json:"value,omitempty"`
	ValuePath *string         `json:"valuePath,omitempty"`
	Then      string          `json:"then"`
}

// PriorityIf: A combined condition and the priority that follows from it.
type PriorityIf struct {
	If   json.RawMessage `json:"if"`
	Then string          `json:"then"`
}

// RateLimit: At most so many requests in a time.
type RateLimit struct {
	Limit json.RawMessage `json:"limit"`
	Per   string          `json:"per"`
	Burst *int64          `json:"burst,omitempty"`
	Match *RateMatch      `json:"match,omitempty"`
}

// RateMatch: Which requests a rate limit is about.
type RateMatch struct {
	Method *string `json:"method,omitempty"`
	Path   *string `json:"path,omitempty"`
}

// Redirect: The redirect address, where a vendor fixes part of it.
type Redirect struct {
	Host     *string `json:"host,omitempty"`
	Port     *int64  `json:"port,omitempty"`
	Path     *string `json:"path,omitempty"`
	HttpsUri *string `json:"httpsUri,omitempty"`
}

// RemoveMembers: Remove members.
type RemoveMembers struct {
	Op    string          `json:"op"`
	Paths []string        `json:"paths"`
	If    json.RawMessage `json:"if,omitempty"`
}

// RenameKeys: Write all names in one case.
type RenameKeys struct {
	Op   string `json:"op"`
	Case string `json:"case"`
}

// RenameMember: Give a member another name.
type RenameMember struct {
	Op   string `json:"op"`
	From string `json:"from"`
	To   string `json:"to"`
}

// RequestTemplate: A whole request: address, method and parts.
type RequestTemplate struct {
	Query       *map[string]json.RawMessage `json:"query,omitempty"`
	ArrayFormat *string                     `json:"arrayFormat,omitempty"`
	Headers     *map[string]string          `json:"headers,omitempty"`
	Body        json.RawMessage             `json:"body,omitempty"`
	BodyType    *string                     `json:"bodyType,omitempty"`
	TimeoutMs   *int64                      `json:"timeoutMs,omitempty"`
	Endpoint    string                      `json:"endpoint"`
	Method      string                      `json:"method"`
}

// Resilience: What is done when a request fails; without it, 5 attempts at 1, 2, 4, 8 s.
type Resilience struct {
	MaxAttempts    *int64                                               `json:"maxAttempts,omitempty"`
	Backoff        *[]ExponentialBackoffOrConstantBackoffOrAskedBackoff `json:"backoff,omitempty"`
	Rules          *[]ErrorRule                                         `json:"rules,omitempty"`
	CircuitBreaker *CircuitBreaker                                      `json:"circuitBreaker,omitempty"`
}

// ResponseFormat: How to read a body; JSON needs none of this.
type ResponseFormat struct {
	Format      string    `json:"format"`
	Compression *[]string `json:"compression,omitempty"`
	Encoding    *string   `json:"encoding,omitempty"`
	Delimiter   *string   `json:"delimiter,omitempty"`
}

// SessionTokenAuth: Sign in by a login request.
type SessionTokenAuth struct {
	Label  *string            `json:"label,omitempty"`
	Method string             `json:"method"`
	Config SessionTokenConfig `json:"config"`
}

// SessionTokenConfig: The login request and where its token is.
type SessionTokenConfig struct {
	CredentialFields []InputField     `json:"credentialFields"`
	RotateAfter      *string          `json:"rotateAfter,omitempty"`
	Login            RequestTemplate  `json:"login"`
	TokenPath        string           `json:"tokenPath"`
	ExpiresPath      *string          `json:"expiresPath,omitempty"`
	Lifetime         *string          `json:"lifetime,omitempty"`
	Refresh          *RequestTemplate `json:"refresh,omitempty"`
	Deliver          Deliver          `json:"deliver"`
}

// SetMember: Set a member to a value.
type SetMember struct {
	Op    string          `json:"op"`
	Path  string          `json:"path"`
	Value string          `json:"value"`
	As    *string         `json:"as,omitempty"`
	If    json.RawMessage `json:"if,omitempty"`
}

// SignedTime: The time that the signature covers, and how far it may be off.
type SignedTime struct {
	From             string `json:"from"`
	Format           string `json:"format"`
	ToleranceSeconds int64  `json:"toleranceSeconds"`
}

// SinceId: Send the highest id; ids of digits compare as numbers, others as text.
type SinceId struct {
	ItemCursorPath *string   `json:"itemCursorPath,omitempty"`
	CursorFormats  *[]string `json:"cursorFormats,omitempty"`
	Start          *string   `json:"start,omitempty"`
	Lookback       *string   `json:"lookback,omitempty"`
	Scope          *string   `json:"scope,omitempty"`
	SyncFromParam  *string   `json:"syncFromParam,omitempty"`
	Type           string    `json:"type"`
	IdPath         string    `json:"idPath"`
	IdParam        string    `json:"idParam"`
}

// Sink: A place that records are written to.
type Sink struct {
	Key            string           `json:"key"`
	EntityType     string           `json:"entityType"`
	Create         RequestTemplate  `json:"create"`
	Update         *RequestTemplate `json:"update,omitempty"`
	Delete         *RequestTemplate `json:"delete,omitempty"`
	ExternalIdPath string           `json:"externalIdPath"`
	BatchSize      *int64           `json:"batchSize,omitempty"`
	Match          SinkMatch        `json:"match"`
}

// SinkMatch: How a record is found again in the service.
type SinkMatch struct {
	Strategy string  `json:"strategy"`
	Field    *string `json:"field,omitempty"`
}

// SshKeyAuth: Sign in with an SSH key.
type SshKeyAuth struct {
	Label  *string          `json:"label,omitempty"`
	Method string           `json:"method"`
	Config CredentialConfig `json:"config"`
}

// StreamPart: One stream: what differs from the connector, as merge patches (RFC 7396).
type StreamPart struct {
	Key              string          `json:"key"`
	Name             *string         `json:"name,omitempty"`
	Description      *string         `json:"description,omitempty"`
	CollectionKey    *string         `json:"collectionKey,omitempty"`
	EnabledByDefault *bool           `json:"enabledByDefault,omitempty"`
	Polling          json.RawMessage `json:"polling,omitempty"`
	FieldMapping     json.RawMessage `json:"fieldMapping,omitempty"`
}

// Subscription: Requests that order, renew and end the calls.
type Subscription struct {
	Create      RequestTemplate  `json:"create"`
	Renew       *RequestTemplate `json:"renew,omitempty"`
	Delete      *RequestTemplate `json:"delete,omitempty"`
	IdPath      *string          `json:"idPath,omitempty"`
	SecretPath  *string          `json:"secretPath,omitempty"`
	ExpiresPath *string          `json:"expiresPath,omitempty"`
	RenewBefore *string          `json:"renewBefore,omitempty"`
}

// Tested: What a section was like when it was last tested.
type Tested struct {
	Hash string `json:"hash"`
	At   string `json:"at"`
}

// TimestampFilter: Send the newest time seen; the boundary is inclusive, duplicates are harmless.
type TimestampFilter struct {
	ItemCursorPath *string   `json:"itemCursorPath,omitempty"`
	CursorFormats  *[]string `json:"cursorFormats,omitempty"`
	Start          *string   `json:"start,omitempty"`
	Lookback       *string   `json:"lookback,omitempty"`
	Scope          *string   `json:"scope,omitempty"`
	SyncFromParam  *string   `json:"syncFromParam,omitempty"`
	Type           string    `json:"type"`
	QueryParam     *string   `json:"queryParam,omitempty"`
	Format         string    `json:"format"`
}

// Tool: An action that a person or an agent may run.
type Tool struct {
	Name             string             `json:"name"`
	Description      string             `json:"description"`
	Request          RequestTemplate    `json:"request"`
	Params           []ToolParam        `json:"params"`
	ResponseMap      *map[string]string `json:"responseMap,omitempty"`
	Effect           string             `json:"effect"`
	ApprovalRequired *bool              `json:"approvalRequired,omitempty"`
}

// ToolParam: A named, typed argument and the place in the request where it goes.
type ToolParam struct {
	Name        string             `json:"name"`
	In          *string            `json:"in,omitempty"`
	Type        string             `json:"type"`
	Required    *bool              `json:"required,omitempty"`
	Default     json.RawMessage    `json:"default,omitempty"`
	Description *string            `json:"description,omitempty"`
	Enum        *[]json.RawMessage `json:"enum,omitempty"`
}

// TypeCondition: A condition and the signal type that follows from it.
type TypeCondition struct {
	When      string          `json:"when"`
	Operator  string          `json:"operator"`
	Value     json.RawMessage `json:"value,omitempty"`
	ValuePath *string         `json:"valuePath,omitempty"`
	Then      string          `json:"then"`
}

// TypeIf: A combined condition and the signal type that follows from it.
type TypeIf struct {
	If   json.RawMessage `json:"if"`
	Then string          `json:"then"`
}

// ValuesPartition: Ask once for each value; a text holds several between commas or line breaks.
type ValuesPartition struct {
	Name      string          `json:"name"`
	Param     *string         `json:"param,omitempty"`
	BatchSize *int64          `json:"batchSize,omitempty"`
	Values    json.RawMessage `json:"values"`
}

// Webhook: A connector that is called.
type Webhook struct {
	EventTypes    []string             `json:"eventTypes"`
	EventTypePath string               `json:"eventTypePath"`
	Verification  string               `json:"verification"`
	Signing       *WebhookSecretConfig `json:"signing,omitempty"`
	Events        *[]WebhookEvent      `json:"events,omitempty"`
	ItemsPath     *string              `json:"itemsPath,omitempty"`
	DeliveryId    *string              `json:"deliveryId,omitempty"`
	Challenge     *Challenge           `json:"challenge,omitempty"`
	Accepted      *Acceptance          `json:"accepted,omitempty"`
	Subscription  *Subscription        `json:"subscription,omitempty"`
	Mode          string               `json:"mode"`
}

// WebhookEvent: What one kind of call means.
type WebhookEvent struct {
	Types        []string        `json:"types"`
	When         json.RawMessage `json:"when,omitempty"`
	Stream       *string         `json:"stream,omitempty"`
	Effect       string          `json:"effect"`
	ItemsPath    *string         `json:"itemsPath,omitempty"`
	FieldMapping json.RawMessage `json:"fieldMapping,omitempty"`
}

// WebhookPart: Calls that a service makes (seed 001, section 4.3).
type WebhookPart struct {
	EventTypes    []string             `json:"eventTypes"`
	EventTypePath string               `json:"eventTypePath"`
	Verification  string               `json:"verification"`
	Signing       *WebhookSecretConfig `json:"signing,omitempty"`
	Events        *[]WebhookEvent      `json:"events,omitempty"`
	ItemsPath     *string              `json:"itemsPath,omitempty"`
	DeliveryId    *string              `json:"deliveryId,omitempty"`
	Challenge     *Challenge           `json:"challenge,omitempty"`
	Accepted      *Acceptance          `json:"accepted,omitempty"`
	Subscription  *Subscription        `json:"subscription,omitempty"`
}

// WebhookSecretAuth: Trust calls that carry a signature.
type WebhookSecretAuth struct {
	Label  *string             `json:"label,omitempty"`
	Method string              `json:"method"`
	Config WebhookSecretConfig `json:"config"`
}

// WebhookSecretConfig: How a signature is made and where it stands.
type WebhookSecretConfig struct {
	CredentialFields []InputField                              `json:"credentialFields"`
	RotateAfter      *string                                   `json:"rotateAfter,omitempty"`
	SignatureHeader  *string                                   `json:"signatureHeader,omitempty"`
	SignatureHeaders *[]string                                 `json:"signatureHeaders,omitempty"`
	SignatureFrom    *string                                   `json:"signatureFrom,omitempty"`
	Algorithm        string                                    `json:"algorithm"`
	Header           *PlainHeaderOrPrefixedHeaderOrKeyedHeader `json:"header,omitempty"`
	Encoding         *string                                   `json:"encoding,omitempty"`
	SignedPayload    *string                                   `json:"signedPayload,omitempty"`
	BodyDigest       *string                                   `json:"bodyDigest,omitempty"`
	SecretEncoding   *string                                   `json:"secretEncoding,omitempty"`
	SecretPrefix     *string                                   `json:"secretPrefix,omitempty"`
	Timestamp        *SignedTime                               `json:"timestamp,omitempty"`
	DedupeKey        *string                                   `json:"dedupeKey,omitempty"`
}

// Window: Step through time in windows, each with a start and an end, both included. A window begins one `granularity` after the end of the one before it; without a granularity it begins at that very end.
type Window struct {
	ItemCursorPath *string   `json:"itemCursorPath,omitempty"`
	CursorFormats  *[]string `json:"cursorFormats,omitempty"`
	Start          *string   `json:"start,omitempty"`
	Lookback       *string   `json:"lookback,omitempty"`
	Scope          *string   `json:"scope,omitempty"`
	SyncFromParam  *string   `json:"syncFromParam,omitempty"`
	Type           string    `json:"type"`
	Format         string    `json:"format"`
	StartParam     *string   `json:"startParam,omitempty"`
	EndParam       *string   `json:"endParam,omitempty"`
	End            *string   `json:"end,omitempty"`
	Step           *string   `json:"step,omitempty"`
	Granularity    *string   `json:"granularity,omitempty"`
}

// ExponentialBackoffOrConstantBackoffOrAskedBackoff is one of its members: `type` says which.
type ExponentialBackoffOrConstantBackoffOrAskedBackoff struct {
	ExponentialBackoff *ExponentialBackoff
	ConstantBackoff    *ConstantBackoff
	AskedBackoff       *AskedBackoff
}

// UnmarshalJSON reads the member that `type` names.
func (union *ExponentialBackoffOrConstantBackoffOrAskedBackoff) UnmarshalJSON(raw []byte) error {
	var told struct {
		Kind string `json:"type"`
	}
	if err := json.Unmarshal(raw, &told); err != nil {
		return err
	}
	switch told.Kind {
	case "exponential":
		union.ExponentialBackoff = new(ExponentialBackoff)
		return json.Unmarshal(raw, union.ExponentialBackoff)
	case "constant":
		union.ConstantBackoff = new(ConstantBackoff)
		return json.Unmarshal(raw, union.ConstantBackoff)
	case "from":
		union.AskedBackoff = new(AskedBackoff)
		return json.Unmarshal(raw, union.AskedBackoff)
	}
	return fmt.Errorf("type %q is not known", told.Kind)
}

// MarshalJSON writes the member that is set.
func (union ExponentialBackoffOrConstantBackoffOrAskedBackoff) MarshalJSON() ([]byte, error) {
	switch {
	case union.ExponentialBackoff != nil:
		return json.Marshal(union.ExponentialBackoff)
	case union.ConstantBackoff != nil:
		return json.Marshal(union.ConstantBackoff)
	case union.AskedBackoff != nil:
		return json.Marshal(union.AskedBackoff)
	}
	return nil, fmt.Errorf("no member of ExponentialBackoffOrConstantBackoffOrAskedBackoff is set")
}

// NoAuthOrApiKeyAuthOrPatAuthOrBasicAuthOrOAuth2AuthOrOAuth1AuthOrSessionTokenAuthOrJwtAuthOrSshKeyAuthOrWebhookSecretAuth is one of its members: `method` says which.
type NoAuthOrApiKeyAuthOrPatAuthOrBasicAuthOrOAuth2AuthOrOAuth1AuthOrSessionTokenAuthOrJwtAuthOrSshKeyAuthOrWebhookSecretAuth struct {
	NoAuth            *NoAuth
	ApiKeyAuth        *ApiKeyAuth
	PatAuth           *PatAuth
	BasicAuth         *BasicAuth
	OAuth2Auth        *OAuth2Auth
	OAuth1Auth        *OAuth1Auth
	SessionTokenAuth  *SessionTokenAuth
	JwtAuth           *JwtAuth
	SshKeyAuth        *SshKeyAuth
	WebhookSecretAuth *WebhookSecretAuth
}

// UnmarshalJSON reads the member that `method` names.
func (union *NoAuthOrApiKeyAuthOrPatAuthOrBasicAuthOrOAuth2AuthOrOAuth1AuthOrSessionTokenAuthOrJwtAuthOrSshKeyAuthOrWebhookSecretAuth) UnmarshalJSON(raw []byte) error {
	var told struct {
		Kind string `json:"method"`
	}
	if err := json.Unmarshal(raw, &told); err != nil {
		return err
	}
	switch told.Kind {
	case "none":
		union.NoAuth = new(NoAuth)
		return json.Unmarshal(raw, union.NoAuth)
	case "api_key":
		union.ApiKeyAuth = new(ApiKeyAuth)
		return json.Unmarshal(raw, union.ApiKeyAuth)
	case "pat":
		union.PatAuth = new(PatAuth)
		return json.Unmarshal(raw, union.PatAuth)
	case "basic":
		union.BasicAuth = new(BasicAuth)
		return json.Unmarshal(raw, union.BasicAuth)
	case "oauth2":
		union.OAuth2Auth = new(OAuth2Auth)
		return json.Unmarshal(raw, union.OAuth2Auth)
	case "oauth1":
		union.OAuth1Auth = new(OAuth1Auth)
		return json.Unmarshal(raw, union.OAuth1Auth)
	case "session_token":
		union.SessionTokenAuth = new(SessionTokenAuth)
		return json.Unmarshal(raw, union.SessionTokenAuth)
	case "jwt":
		union.JwtAuth = new(JwtAuth)
		return json.Unmarshal(raw, union.JwtAuth)
	case "ssh_key":
		union.SshKeyAuth = new(SshKeyAuth)
		return json.Unmarshal(raw, union.SshKeyAuth)
	case "webhook_secret":
		union.WebhookSecretAuth = new(WebhookSecretAuth)
		return json.Unmarshal(raw, union.WebhookSecretAuth)
	}
	return fmt.Errorf("method %q is not known", told.Kind)
}

// MarshalJSON writes the member that is set.
func (union NoAuthOrApiKeyAuthOrPatAuthOrBasicAuthOrOAuth2AuthOrOAuth1AuthOrSessionTokenAuthOrJwtAuthOrSshKeyAuthOrWebhookSecretAuth) MarshalJSON() ([]byte, error) {
	switch {
	case union.NoAuth != nil:
		return json.Marshal(union.NoAuth)
	case union.ApiKeyAuth != nil:
		return json.Marshal(union.ApiKeyAuth)
	case union.PatAuth != nil:
		return json.Marshal(union.PatAuth)
	case union.BasicAuth != nil:
		return json.Marshal(union.BasicAuth)
	case union.OAuth2Auth != nil:
		return json.Marshal(union.OAuth2Auth)
	case union.OAuth1Auth != nil:
		return json.Marshal(union.OAuth1Auth)
	case union.SessionTokenAuth != nil:
		return json.Marshal(union.SessionTokenAuth)
	case union.JwtAuth != nil:
		return json.Marshal(union.JwtAuth)
	case union.SshKeyAuth != nil:
		return json.Marshal(union.SshKeyAuth)
	case union.WebhookSecretAuth != nil:
		return json.Marshal(union.WebhookSecretAuth)
	}
	return nil, fmt.Errorf("no member of NoAuthOrApiKeyAuthOrPatAuthOrBasicAuthOrOAuth2AuthOrOAuth1AuthOrSessionTokenAuthOrJwtAuthOrSshKeyAuthOrWebhookSecretAuth is set")
}

// NoDeltaOrTimestampFilterOrCursorDeltaOrSinceIdOrDeltaTokenOrWindowOrClientSide is one of its members: `type` says which.
type NoDeltaOrTimestampFilterOrCursorDeltaOrSinceIdOrDeltaTokenOrWindowOrClientSide struct {
	NoDelta         *NoDelta
	TimestampFilter *TimestampFilter
	CursorDelta     *CursorDelta
	SinceId         *SinceId
	DeltaToken      *DeltaToken
	Window          *Window
	ClientSide      *ClientSide
}

// UnmarshalJSON reads the member that `type` names.
func (union *NoDeltaOrTimestampFilterOrCursorDeltaOrSinceIdOrDeltaTokenOrWindowOrClientSide) UnmarshalJSON(raw []byte) error {
	var told struct {
		Kind string `json:"type"`
	}
	if err := json.Unmarshal(raw, &told); err != nil {
		return err
	}
	switch told.Kind {
	case "none":
		union.NoDelta = new(NoDelta)
		return json.Unmarshal(raw, union.NoDelta)
	case "timestamp_filter":
		union.TimestampFilter = new(TimestampFilter)
		return json.Unmarshal(raw, union.TimestampFilter)
	case "cursor":
		union.CursorDelta = new(CursorDelta)
		return json.Unmarshal(raw, union.CursorDelta)
	case "since_id":
		union.SinceId = new(SinceId)
		return json.Unmarshal(raw, union.SinceId)
	case "delta_token":
		union.DeltaToken = new(DeltaToken)
		return json.Unmarshal(raw, union.DeltaToken)
	case "window":
		union.Window = new(Window)
		return json.Unmarshal(raw, union.Window)
	case "client_side":
		union.ClientSide = new(ClientSide)
		return json.Unmarshal(raw, union.ClientSide)
	}
	return fmt.Errorf("type %q is not known", told.Kind)
}

// MarshalJSON writes the member that is set.
func (union NoDeltaOrTimestampFilterOrCursorDeltaOrSinceIdOrDeltaTokenOrWindowOrClientSide) MarshalJSON() ([]byte, error) {
	switch {
	case union.NoDelta != nil:
		return json.Marshal(union.NoDelta)
	case union.TimestampFilter != nil:
		return json.Marshal(union.TimestampFilter)
	case union.CursorDelta != nil:
		return json.Marshal(union.CursorDelta)
	case union.SinceId != nil:
		return json.Marshal(union.SinceId)
	case union.DeltaToken != nil:
		return json.Marshal(union.DeltaToken)
	case union.Window != nil:
		return json.Marshal(union.Window)
	case union.ClientSide != nil:
		return json.Marshal(union.ClientSide)
	}
	return nil, fmt.Errorf("no member of NoDeltaOrTimestampFilterOrCursorDeltaOrSinceIdOrDeltaTokenOrWindowOrClientSide is set")
}

// NoPaginationOrOffsetPaginationOrPagePaginationOrCursorPaginationOrNextUrlPaginationOrLinkHeaderPagination is one of its members: `type` says which.
type NoPaginationOrOffsetPaginationOrPagePaginationOrCursorPaginationOrNextUrlPaginationOrLinkHeaderPagination struct {
	NoPagination         *NoPagination
	OffsetPagination     *OffsetPagination
	PagePagination       *PagePagination
	CursorPagination     *CursorPagination
	NextUrlPagination    *NextUrlPagination
	LinkHeaderPagination *LinkHeaderPagination
}

// UnmarshalJSON reads the member that `type` names.
func (union *NoPaginationOrOffsetPaginationOrPagePaginationOrCursorPaginationOrNextUrlPaginationOrLinkHeaderPagination) UnmarshalJSON(raw []byte) error {
	var told struct {
		Kind string `json:"type"`
	}
	if err := json.Unmarshal(raw, &told); err != nil {
		return err
	}
	switch told.Kind {
	case "none":
		union.NoPagination = new(NoPagination)
		return json.Unmarshal(raw, union.NoPagination)
	case "offset":
		union.OffsetPagination = new(OffsetPagination)
		return json.Unmarshal(raw, union.OffsetPagination)
	case "page":
		union.PagePagination = new(PagePagination)
		return json.Unmarshal(raw, union.PagePagination)
	case "cursor":
		union.CursorPagination = new(CursorPagination)
		return json.Unmarshal(raw, union.CursorPagination)
	case "next_url":
		union.NextUrlPagination = new(NextUrlPagination)
		return json.Unmarshal(raw, union.NextUrlPagination)
	case "link_header":
		union.LinkHeaderPagination = new(LinkHeaderPagination)
		return json.Unmarshal(raw, union.LinkHeaderPagination)
	}
	return fmt.Errorf("type %q is not known", told.Kind)
}

// MarshalJSON writes the member that is set.
func (union NoPaginationOrOffsetPaginationOrPagePaginationOrCursorPaginationOrNextUrlPaginationOrLinkHeaderPagination) MarshalJSON() ([]byte, error) {
	switch {
	case union.NoPagination != nil:
		return json.Marshal(union.NoPagination)
	case union.OffsetPagination != nil:
		return json.Marshal(union.OffsetPagination)
	case union.PagePagination != nil:
		return json.Marshal(union.PagePagination)
	case union.CursorPagination != nil:
		return json.Marshal(union.CursorPagination)
	case union.NextUrlPagination != nil:
		return json.Marshal(union.NextUrlPagination)
	case union.LinkHeaderPagination != nil:
		return json.Marshal(union.LinkHeaderPagination)
	}
	return nil, fmt.Errorf("no member of NoPaginationOrOffsetPaginationOrPagePaginationOrCursorPaginationOrNextUrlPaginationOrLinkHeaderPagination is set")
}

// PlainHeaderOrPrefixedHeaderOrKeyedHeader is one of its members: `format` says which.
type PlainHeaderOrPrefixedHeaderOrKeyedHeader struct {
	PlainHeader    *PlainHeader
	PrefixedHeader *PrefixedHeader
	KeyedHeader    *KeyedHeader
}

// UnmarshalJSON reads the member that `format` names.
func (union *PlainHeaderOrPrefixedHeaderOrKeyedHeader) UnmarshalJSON(raw []byte) error {
	var told struct {
		Kind string `json:"format"`
	}
	if err := json.Unmarshal(raw, &told); err != nil {
		return err
	}
	switch told.Kind {
	case "plain":
		union.PlainHeader = new(PlainHeader)
		return json.Unmarshal(raw, union.PlainHeader)
	case "prefixed":
		union.PrefixedHeader = new(PrefixedHeader)
		return json.Unmarshal(raw, union.PrefixedHeader)
	case "keyed":
		union.KeyedHeader = new(KeyedHeader)
		return json.Unmarshal(raw, union.KeyedHeader)
	}
	return fmt.Errorf("format %q is not known", told.Kind)
}

// MarshalJSON writes the member that is set.
func (union PlainHeaderOrPrefixedHeaderOrKeyedHeader) MarshalJSON() ([]byte, error) {
	switch {
	case union.PlainHeader != nil:
		return json.Marshal(union.PlainHeader)
	case union.PrefixedHeader != nil:
		return json.Marshal(union.PrefixedHeader)
	case union.KeyedHeader != nil:
		return json.Marshal(union.KeyedHeader)
	}
	return nil, fmt.Errorf("no member of PlainHeaderOrPrefixedHeaderOrKeyedHeader is set")
}

// PollingOrWebhookOrPollingAndWebhook is one of its members: `mode` says which.
type PollingOrWebhookOrPollingAndWebhook struct {
	Polling           *Polling
	Webhook           *Webhook
	PollingAndWebhook *PollingAndWebhook
}

// UnmarshalJSON reads the member that `mode` names.
func (union *PollingOrWebhookOrPollingAndWebhook) UnmarshalJSON(raw []byte) error {
	var told struct {
		Kind string `json:"mode"`
	}
	if err := json.Unmarshal(raw, &told); err != nil {
		return err
	}
	switch told.Kind {
	case "polling":
		union.Polling = new(Polling)
		return json.Unmarshal(raw, union.Polling)
	case "webhook":
		union.Webhook = new(Webhook)
		return json.Unmarshal(raw, union.Webhook)
	case "polling_and_webhook":
		union.PollingAndWebhook = new(PollingAndWebhook)
		return json.Unmarshal(raw, union.PollingAndWebhook)
	}
	return fmt.Errorf("mode %q is not known", told.Kind)
}

// MarshalJSON writes the member that is set.
func (union PollingOrWebhookOrPollingAndWebhook) MarshalJSON() ([]byte, error) {
	switch {
	case union.Polling != nil:
		return json.Marshal(union.Polling)
	case union.Webhook != nil:
		return json.Marshal(union.Webhook)
	case union.PollingAndWebhook != nil:
		return json.Marshal(union.PollingAndWebhook)
	}
	return nil, fmt.Errorf("no member of PollingOrWebhookOrPollingAndWebhook is set")
}

// SetMemberOrRemoveMembersOrRenameMemberOrFlattenMembersOrRenameKeysOrExpandMemberOrCastToSchema is one of its members: `op` says which.
type SetMemberOrRemoveMembersOrRenameMemberOrFlattenMembersOrRenameKeysOrExpandMemberOrCastToSchema struct {
	SetMember      *SetMember
	RemoveMembers  *RemoveMembers
	RenameMember   *RenameMember
	FlattenMembers *FlattenMembers
	RenameKeys     *RenameKeys
	ExpandMember   *ExpandMember
	CastToSchema   *CastToSchema
}

// UnmarshalJSON reads the member that `op` names.
func (union *SetMemberOrRemoveMembersOrRenameMemberOrFlattenMembersOrRenameKeysOrExpandMemberOrCastToSchema) UnmarshalJSON(raw []byte) error {
	var told struct {
		Kind string `json:"op"`
	}
	if err := json.Unmarshal(raw, &told); err != nil {
		return err
	}
	switch told.Kind {
	case "set":
		union.SetMember = new(SetMember)
		return json.Unmarshal(raw, union.SetMember)
	case "remove":
		union.RemoveMembers = new(RemoveMembers)
		return json.Unmarshal(raw, union.RemoveMembers)
	case "rename":
		union.RenameMember = new(RenameMember)
		return json.Unmarshal(raw, union.RenameMember)
	case "flatten":
		union.FlattenMembers = new(FlattenMembers)
		return json.Unmarshal(raw, union.FlattenMembers)
	case "keys":
		union.RenameKeys = new(RenameKeys)
		return json.Unmarshal(raw, union.RenameKeys)
	case "expand":
		union.ExpandMember = new(ExpandMember)
		return json.Unmarshal(raw, union.ExpandMember)
	case "cast":
		union.CastToSchema = new(CastToSchema)
		return json.Unmarshal(raw, union.CastToSchema)
	}
	return fmt.Errorf("op %q is not known", told.Kind)
}

// MarshalJSON writes the member that is set.
func (union SetMemberOrRemoveMembersOrRenameMemberOrFlattenMembersOrRenameKeysOrExpandMemberOrCastToSchema) MarshalJSON() ([]byte, error) {
	switch {
	case union.SetMember != nil:
		return json.Marshal(union.SetMember)
	case union.RemoveMembers != nil:
		return json.Marshal(union.RemoveMembers)
	case union.RenameMember != nil:
		return json.Marshal(union.RenameMember)
	case union.FlattenMembers != nil:
		return json.Marshal(union.FlattenMembers)
	case union.RenameKeys != nil:
		return json.Marshal(union.RenameKeys)
	case union.ExpandMember != nil:
		return json.Marshal(union.ExpandMember)
	case union.CastToSchema != nil:
		return json.Marshal(union.CastToSchema)
	}
	return nil, fmt.Errorf("no member of SetMemberOrRemoveMembersOrRenameMemberOrFlattenMembersOrRenameKeysOrExpandMemberOrCastToSchema is set")
}
