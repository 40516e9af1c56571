// The function itself: a request comes in, signals go out. A webhook is verified before it
// is read; a connector without one takes pages of its service from whoever has the token.

import { timingSafeEqual } from "node:crypto";
import { compileCondition, compileSource, type Place } from "./condition.ts";
import { Connector, type Setting, type Stream } from "./descriptor.ts";
import { decode, encode, isObject, type Json, JsonObject, MISSING, Refused, scalarText } from "./json.ts";
import { partsAt, textAt, wordAt } from "./items.ts";
import type { Outcome } from "./mapping.ts";
import { type Enqueue, messageOf } from "./queue.ts";
import { compileTemplate } from "./template.ts";
import { type Call, placeOf, Unverified, verifyCall } from "./webhook.ts";

export interface Options extends Setting {
  readonly document: JsonObject;
  /** Streams that cannot be mapped here. */
  readonly uncarried?: readonly string[];
  /** Secrets that sign calls; several while one is being replaced. */
  readonly secrets: readonly string[];
  /** What whoever sends pages shows as `Authorization: Bearer …`. */
  readonly token?: string | undefined;
  /** Where signals go; without it they are the answer. */
  readonly enqueue?: Enqueue | undefined;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
}

const MOST_CALL = 256 * 1024;
const MOST_PAGE = 16 * 1024 * 1024;

class Answered extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

/** Return the function from a request to its answer. */
export function createFunction(options: Options): (request: Request) => Promise<Response> {
  const connector = new Connector(options.document);
  return async (request) => {
    try {
      if (request.method !== "POST") throw new Answered(405, "Only POST is understood.");
      const { webhook } = connector;
      return webhook === undefined || isPage(request, options)
        ? await mapPage(connector, options, request)
        : await takeCall(connector, webhook, options, request);
    } catch (error) {
      if (error instanceof Answered) return told(error.status, error.message);
      if (error instanceof Refused) return told(422, error.message);
      console.error(error);
      return told(500, "The function failed.");
    }
  };
}

function answer(status: number, body: JsonObject): Response {
  return new Response(encode(body), { status, headers: { "content-type": "application/json" } });
}
const told = (status: number, message: string): Response => answer(status, new JsonObject([["error", message]]));

async function bodyOf(request: Request, most: number): Promise<Uint8Array> {
  if (Number(request.headers.get("content-length") ?? 0) > most) throw new Answered(413, "The body is too large.");
  const chunks: Uint8Array[] = [];
  let length = 0;
  const reader = request.body?.getReader();
  for (let next = await reader?.read(); next !== undefined && !next.done; next = await reader?.read()) {
    length += next.value.length;
    if (length > most) throw new Answered(413, "The body is too large.");
    chunks.push(next.value);
  }
  const whole = new Uint8Array(length);
  chunks.reduce((at, chunk) => (whole.set(chunk, at), at + chunk.length), 0);
  return whole;
}

function read(bytes: Uint8Array): Json {
  try {
    return bytes.length > 0 ? decode(bytes) : null;
  } catch (error) {
    throw new Answered(400, (error as Error).message);
  }
}

const bearer = (request: Request): string => /^Bearer (.+)$/.exec(request.headers.get("authorization") ?? "")?.[1] ?? "";
const alike = (left: string, right: string): boolean => {
  const [one, other] = [new TextEncoder().encode(left), new TextEncoder().encode(right)];
  return one.length === other.length && timingSafeEqual(one, other);
};
const isPage = (request: Request, { token }: Options): boolean =>
  token !== undefined && token !== "" && new URL(request.url).searchParams.has("stream") && alike(bearer(request), token);

/** Map one page of a service: `POST ?stream=KEY` with the answer's body. */
async function mapPage(connector: Connector, options: Options, request: Request): Promise<Response> {
  if (options.token === undefined || options.token === "") throw new Answered(503, "No token is configured.");
  if (!alike(bearer(request), options.token)) throw new Answered(401, "The token is another one.");
  const stream = carried(connector, options, new URL(request.url).searchParams.get("stream") ?? undefined);
  const body = read(await bodyOf(request, MOST_PAGE));
  return await deliver(options, [{ stream, outcomes: connector.mapping(stream, options).outcomes(body) }]);
}

function carried(connector: Connector, { uncarried }: Options, key: string | undefined): Stream {
  const stream = connector.stream(key);
  if (uncarried?.includes(stream.key)) throw new Refused(`The stream ${stream.key} is not carried over.`);
  return stream;
}

interface Part {
  readonly stream: Stream;
  readonly outcomes: readonly Outcome[];
  /** Every item of it is gone at the service. */
  readonly gone?: boolean;
}

async function takeCall(connector: Connector, webhook: JsonObject, options: Options, request: Request): Promise<Response> {
  const bytes = await bodyOf(request, MOST_CALL);
  const call: Call = { method: request.method, url: request.url, headers: [...request.headers], body: bytes };
  const challenge = webhook.get("challenge");
  const asks = challenge !== undefined && isObject(challenge) ? challenge : undefined;
  if (asks?.get("unsigned") === true) {
    const answered = challenged(asks, placeOf(call, maybe(bytes)), options);
    if (answered !== undefined) return answered;
  }
  checkCall(connector, webhook, options, call);
  const place = placeOf(call, read(bytes));
  const answered = asks && challenged(asks, place, options);
  if (answered !== undefined) return answered;
  const delivered = await deliver(options, partsOf(connector, webhook, options, place));
  const accepted = webhook.get("accepted");
  return options.enqueue !== undefined && accepted !== undefined && isObject(accepted) ? thanked(accepted) : delivered;
}

/** Answer a call whose signals are in the queue as its service wants to be answered. */
function thanked(accepted: JsonObject): Response {
  const [status, text] = [Number(accepted.get("status")), textAt(accepted, "text") ?? ""];
  if (status === 204) return new Response(null, { status });
  const type = isJson(text) ? "application/json" : TEXT;
  return new Response(text, { status, headers: { "content-type": type } });
}

const TEXT = "text/plain; charset=utf-8";
const isJson = (text: string): boolean => {
  const read = maybe(new TextEncoder().encode(text));
  return typeof read === "object" && read !== null;
};

function maybe(bytes: Uint8Array): Json {
  try {
    return decode(bytes);
  } catch {
    return null;
  }
}

function challenged(challenge: JsonObject, place: Place, options: Options): Response | undefined {
  if (!compileCondition(challenge.get("when") ?? null)(place)) return undefined;
  const names = new JsonObject([["config", options.config], ["headers", new JsonObject(place.headers)], ["query", new JsonObject(place.query)]]);
  const respond = textAt(challenge, "respond") || undefined;
  const headersOf = challenge.get("respondHeaders");
  const templates: [string, string][] = headersOf !== undefined && isObject(headersOf) ? [...headersOf].map(([name, one]) => [name, scalarText(one)]) : [];
  const rendered = (template: string): Json => {
    const value = compileTemplate(template).render({ names, item: place.body });
    return value === MISSING ? null : value;
  };
  const text = respond === undefined ? "" : rendered(respond);
  const named = templates.map(([name, one]): [string, Json] => [name, rendered(one)]);
  const values = [...(respond === undefined ? [] : [text]), ...named.map(([, value]) => value)];
  const open = challenge.get("unsigned") === true;
  const good = values.every((value) => value !== null && (!open || wasSent(value, place)));
  if (!good || !named.every(([, value]) => isVisible(value))) return told(400, "The challenge cannot be answered.");
  const headers = new Headers({ "content-type": typeof text === "string" ? TEXT : "application/json" });
  for (const [name, value] of named) headers.set(name, scalarText(value));
  return new Response(scalarText(text), { headers });
}

const isVisible = (value: Json): boolean => (typeof value === "string" || typeof value === "bigint") && /^[!-~](?:[ -~]{0,1022}[!-~])?$/.test(scalarText(value));

/** Whoever asks unsigned proved nothing, so nothing is told that was not sent. */
function wasSent(value: Json, place: Place): boolean {
  if (typeof value !== "string" || value === "" || value.length > 1024) return false;
  const isIn = (part: Json): boolean =>
    part === value || (Array.isArray(part) && part.some(isIn)) || (part !== null && isObject(part) && [...part.values()].some(isIn));
  return [...place.headers.values(), ...place.query.values()].includes(value) || isIn(place.body);
}

function checkCall(connector: Connector, webhook: JsonObject, options: Options, call: Call): void {
  if (textAt(webhook, "verification") === "none") return;
  if (options.secrets.length === 0) throw new Answered(503, "No secret is configured.");
  if (connector.signing === undefined) throw new Answered(503, "The connector says nothing of its signature.");
  try {
    verifyCall(connector.signing, options.secrets, call, BigInt(Math.trunc((options.now ?? Date.now)())) * 1000n);
  } catch (error) {
    if (error instanceof Unverified) throw new Answered(error.state === "malformed" ? 400 : 401, error.message);
    throw error;
  }
}

/** Return what the event of a call means, for each of its entries that holds. */
function partsOf(connector: Connector, webhook: JsonObject, options: Options, place: Place): Part[] {
  const [type] = compileSource(wordAt(webhook, "eventTypePath"))(place);
  const name = type === undefined ? undefined : scalarText(type);
  const events = partsAt(webhook, "events");
  const known = webhook.get("eventTypes");
  if (name === undefined || (events.length === 0 && Array.isArray(known) && !known.includes(name))) return [];
  const usual = textAt(webhook, "itemsPath") ?? "$";
  const names = new JsonObject([["event", name], ["headers", new JsonObject(place.headers)]]);
  const setting: Setting = { ...options, names };
  if (events.length === 0) {
    const stream = carried(connector, options, undefined);
    return [{ stream, outcomes: connector.mapping(stream, setting, new JsonObject(), usual).outcomes(place.body) }];
  }
  return events.filter((event) => isMeant(event, name, place)).map((event): Part => {
    const stream = carried(connector, options, textAt(event, "stream"));
    const effect = textAt(event, "effect") ?? "update";
    if (effect === "from_store") return { stream, outcomes: [] };
    const patch = effect === "archive" ? archiving(event.get("fieldMapping")) : (event.get("fieldMapping") ?? new JsonObject());
    const outcomes = connector.mapping(stream, setting, patch, textAt(event, "itemsPath") ?? usual).outcomes(place.body);
    return { stream, outcomes, gone: effect === "delete" };
  });
}

function isMeant(event: JsonObject, name: string, place: Place): boolean {
  const types = event.get("types");
  if (!Array.isArray(types) || !types.includes(name)) return false;
  const when = event.get("when");
  return when === undefined || when === null || compileCondition(when)(place);
}

/** Return a mapping's patch for items that a service says are archived. */
function archiving(patch: Json | undefined): Json {
  const always = new JsonObject([["when", "$"], ["operator", "exists"]]);
  return new JsonObject([["archivedWhen", always], ...(patch !== undefined && isObject(patch) ? patch : [])]);
}

async function deliver(options: Options, parts: readonly Part[]): Promise<Response> {
  const [signals, deleted, errors, messages]: [JsonObject[], JsonObject[], JsonObject[], JsonObject[]] = [[], [], [], []];
  for (const { stream, outcomes, gone } of parts) {
    for (const outcome of outcomes) {
      const { signal, error } = outcome;
      const missing = outcome.deleted ?? (gone === true && signal !== undefined ? scalarText(signal.get("externalId") ?? "") : undefined);
      if (missing !== undefined) {
        const one = new JsonObject([["externalId", missing], ["collectionKey", stream.collectionKey], ["stream", stream.key], ["deleted", true]]);
        deleted.push(one);
        messages.push(messageOf(`${stream.collectionKey}_deleted`, options.project, one));
      } else if (signal !== undefined) {
        signals.push(signal);
        messages.push(messageOf(signal.get("type") ?? null, options.project, signal));
      } else if (error !== undefined) {
        errors.push(new JsonObject([["index", BigInt(outcome.index)], ["itemId", error.itemId], ["field", error.field], ["message", error.message]]));
      }
    }
  }
  if (options.enqueue === undefined) return answer(200, new JsonObject([["signals", signals], ["deleted", deleted], ["errors", errors]]));
  if (messages.length > 0) await options.enqueue(messages);
  return answer(202, new JsonObject([["queued", BigInt(messages.length)], ["errors", errors]]));
}
