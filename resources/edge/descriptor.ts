// A connector's descriptor: its streams with what they inherit, and its webhook.

import { isObject, type Json, JsonObject, mergePatch, Refused } from "./json.ts";
import { partsAt, textAt, wordAt } from "./items.ts";
import { Mapping } from "./mapping.ts";

/** Whose signals are made, and with which configuration. */
export interface Setting {
  readonly project: string;
  readonly connection: string;
  readonly config: JsonObject;
  /** What templates know beside it, such as the headers of a call. */
  readonly names?: JsonObject;
}

export interface Stream {
  readonly key: string;
  readonly collectionKey: string;
  readonly mapping: JsonObject;
}

export class Connector {
  readonly id: string;
  readonly streams: readonly Stream[];
  readonly webhook: JsonObject | undefined;
  /** The scheme that calls are signed with: the webhook's own, the sign-in's, or a bearer token. */
  readonly signing: JsonObject | undefined;

  constructor(readonly document: JsonObject) {
    this.id = wordAt(document, "id");
    this.streams = streamsOf(document, this.id);
    this.webhook = webhookOf(document);
    this.signing = this.webhook && signingOf(document, this.webhook);
  }

  stream(key: string | undefined): Stream {
    const found = key === undefined ? this.streams[0] : this.streams.find((one) => one.key === key);
    if (found === undefined) throw new Refused(`There is no stream ${key}.`);
    return found;
  }

  /** Compile a stream's mapping; a webhook event brings a patch and a place of its own. */
  mapping(stream: Stream, setting: Setting, patch: Json = new JsonObject(), itemsPath?: string): Mapping {
    const merged = mergePatch(stream.mapping, patch);
    if (!isObject(merged)) throw new Refused("A mapping is an object.");
    const { project, connection, config, names } = setting;
    const { collectionKey, key } = stream;
    const origin = { project, connection, config, source: this.id, collectionKey, stream: key };
    return new Mapping(merged, names === undefined ? origin : { ...origin, names }, itemsPath);
  }
}

const part = (holder: JsonObject, name: string): JsonObject | undefined => {
  const found = holder.get(name);
  return found !== undefined && isObject(found) ? found : undefined;
};
const identifier = (text: string): string => text.toLowerCase().replace(/[^a-z0-9]+/g, "_").replace(/^_+|_+$/g, "");

function streamsOf(document: JsonObject, id: string): Stream[] {
  const mapping = part(document, "fieldMapping") ?? new JsonObject();
  const own = textAt(document, "collectionKey");
  const parts = partsAt(document, "streams");
  if (parts.length === 0) {
    return [{ key: identifier(own ?? "") || identifier(id), collectionKey: own ?? identifier(id), mapping }];
  }
  const prefix = identifier(textAt(document, "provider") ?? id);
  return parts.map((one) => {
    const key = wordAt(one, "key");
    const merged = mergePatch(mapping, one.get("fieldMapping") ?? new JsonObject());
    return { key, collectionKey: textAt(one, "collectionKey") ?? `${prefix}_${identifier(key)}`, mapping: isObject(merged) ? merged : mapping };
  });
}

function webhookOf(document: JsonObject): JsonObject | undefined {
  const ingestion = part(document, "ingestion");
  if (ingestion === undefined) return undefined;
  return textAt(ingestion, "mode") === "webhook" ? ingestion : part(ingestion, "webhook");
}

/** What a token is without more: `Authorization: Bearer …`. */
const BEARER = new JsonObject([
  ["signatureHeader", "Authorization"],
  ["algorithm", "token"],
  ["header", new JsonObject([["format", "prefixed"], ["prefix", "Bearer "]])],
]);

function signingOf(document: JsonObject, webhook: JsonObject): JsonObject | undefined {
  const own = part(webhook, "signing");
  if (own !== undefined) return own;
  const ways = [document.get("auth"), ...partsAt(document, "authOptions")];
  const signed = ways.find((one): one is JsonObject => one !== undefined && isObject(one) && textAt(one, "method") === "webhook_secret");
  return signed ? part(signed, "config") : textAt(webhook, "verification") === "token" ? BEARER : undefined;
}
