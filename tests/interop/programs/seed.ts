// The connector descriptor as seed 001, section 4, declares it.

export type ConnectorCategory = string;

export interface ConnectorDescriptor {
  /** Unique connector identifier (e.g. 'github-issues', 'linear') */
  id: string;

  /** Human-readable name */
  name: string;

  /** Short description for the UI */
  description: string;

  /** Category for grouping in the UI */
  category: ConnectorCategory;

  /** Icon identifier (lucide icon name or URL) */
  icon: string;

  /** Whether this is a native (code) or generic (config-driven) connector */
  kind: 'native' | 'generic';

  /** Authentication configuration */
  auth: AuthDescriptor;

  /** How to ingest data */
  ingestion:
    | PollingDescriptor
    | WebhookDescriptor
    | PollingAndWebhookDescriptor;

  /** How to map raw API responses to NormalisedSignal fields */
  fieldMapping: FieldMappingDescriptor;

  /** Health check configuration */
  healthCheck: HealthCheckDescriptor;

  /** Connector version for schema migration */
  version: string;
}

export type AuthDescriptor =
  | { method: 'oauth2'; config: OAuth2Config }
  | { method: 'api_key'; config: ApiKeyConfig }
  | { method: 'pat'; config: PatConfig }
  | { method: 'basic'; config: BasicAuthConfig }
  | { method: 'webhook_secret'; config: WebhookSecretConfig }
  | { method: 'none' };

export interface OAuth2Config {
  authoriseUrl: string;
  tokenUrl: string;
  scopes: string[];
  /** Credential fields the user must provide */
  credentialFields: CredentialField[];
}

export interface ApiKeyConfig {
  /** Where to send the key: header, query, or bearer */
  delivery: 'header' | 'query' | 'bearer';
  /** Header name or query parameter name */
  paramName: string;
  credentialFields: CredentialField[];
}

export interface PatConfig {
  delivery: 'header' | 'bearer';
  paramName: string;
  credentialFields: CredentialField[];
}

export interface BasicAuthConfig {
  credentialFields: CredentialField[];
}

export interface WebhookSecretConfig {
  /** Header containing the signature */
  signatureHeader: string;
  /** Algorithm: hmac-sha256, hmac-sha1 */
  algorithm: string;
  credentialFields: CredentialField[];
}

export interface CredentialField {
  key: string;
  label: string;
  type: 'text' | 'password' | 'url';
  required: boolean;
  placeholder?: string;
  helpText?: string;
}

export interface PollingDescriptor {
  mode: 'polling';
  /** URL template. Variables: {{baseUrl}}, {{checkpoint}}, {{pageToken}} */
  endpoint: string;
  /** HTTP method */
  method: 'GET' | 'POST';
  /** Optional request headers */
  headers?: Record<string, string>;
  /** Optional request body template (for POST) */
  body?: string;
  /** How checkpoints work for this API */
  delta: DeltaStrategy;
  /** Rate limit (requests per minute) */
  rateLimitRpm: number;
  /** Pagination support */
  pagination?: PaginationDescriptor;
}

export type DeltaStrategy =
  | {
      type: 'timestamp_filter';
      queryParam: string;
      format: 'iso8601' | 'unix' | 'unix_ms';
    }
  | { type: 'delta_token'; tokenPath: string; tokenParam: string }
  | { type: 'cursor'; cursorPath: string; cursorParam: string }
  | { type: 'since_id'; idPath: string; idParam: string };

export interface PaginationDescriptor {
  type: 'offset' | 'cursor' | 'link_header';
  /** JSONPath to next page token/offset in response */
  nextPath?: string;
  /** Query parameter for next page */
  nextParam?: string;
  /** JSONPath to total count (for offset) */
  totalPath?: string;
  /** Page size */
  pageSize: number;
}

export interface WebhookDescriptor {
  mode: 'webhook';
  /** Expected event types this connector handles */
  eventTypes: string[];
  /** JSONPath to event type in webhook payload */
  eventTypePath: string;
  /** Signature verification config (references auth.webhook_secret) */
  verification: 'signature' | 'token' | 'none';
}

export interface PollingAndWebhookDescriptor {
  mode: 'polling_and_webhook';
  polling: Omit<PollingDescriptor, 'mode'>;
  webhook: Omit<WebhookDescriptor, 'mode'>;
}

export interface FieldMappingDescriptor {
  /** JSONPath to array of items in API response */
  itemsPath: string;
  /** JSONPath to unique ID per item */
  idPath: string;
  /** JSONPath to timestamp per item */
  timestampPath: string;
  /** Template for human-readable summary. Variables: {{fieldName}} */
  summaryTemplate: string;
  /** Rules for determining signal type */
  signalTypeRules: SignalTypeRule[];
  /** Optional priority mapping */
  priorityMapping?: PriorityRule[];
  /** JSONPath to participants array */
  participantsPath?: string;
  /** JSONPath to tags/labels array */
  tagsPath?: string;
  /** JSONPath to related ticket/item references */
  relatedItemsPath?: string;
  /** Fields to preserve in raw payload (for context) */
  rawFields?: string[];
}

export interface SignalTypeRule {
  /** Condition: JSONPath expression that must be truthy */
  when: string;
  /** Operator for matching */
  operator: 'equals' | 'contains' | 'exists' | 'matches';
  /** Value to compare against */
  value?: string;
  /** Resulting signal type */
  then: string;
}

export interface PriorityRule {
  when: string;
  operator: 'equals' | 'contains' | 'in';
  value: string | string[];
  then: 'critical' | 'high' | 'medium' | 'low';
}

export interface HealthCheckDescriptor {
  /** URL template for health check endpoint */
  endpoint: string;
  /** HTTP method */
  method: 'GET' | 'HEAD';
  /** Expected HTTP status code */
  expectStatus: number;
  /** Timeout in milliseconds */
  timeoutMs: number;
}
