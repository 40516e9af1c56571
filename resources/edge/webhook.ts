// Whether a call is signed as a descriptor says: over its raw bytes, in constant time.
// The first thing wrong is the verdict: is there a signature, can it be read, is all there
// that it covers, did a secret make it, and only then, is its time near.

import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { compareTexts, decode, isObject, type Json, type JsonObject, Refused, scalarText } from "./json.ts";
import type { Place } from "./condition.ts";
import { parseDate } from "./dates.ts";
import { textAt, wordAt } from "./items.ts";
import { compilePath } from "./jsonpath.ts";
import { algorithmOf, any, headerBytes, octetsOf, trialOf } from "./keys.ts";
import { strip } from "./template.ts";

/** A call as it came: `headers` in their order, with repetitions; the body byte for byte. */
export interface Call {
  readonly method: string;
  readonly url: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Uint8Array;
}

/** What is wrong with a call: `malformed` cannot be read, the others are not to be trusted. */
export class Unverified extends Refused {
  constructor(
    readonly state: "unsigned" | "invalid" | "malformed",
    /** A short code that stays, as in the documentation of webhooks. */
    readonly reason: string,
    message: string,
  ) {
    super(message);
  }
}

const MOST_SIGNATURES = 16;
const LONGEST_TIME = 64;
const SECOND = 1_000_000n;
const UNITS: Readonly<Record<string, bigint>> = { unix: SECOND, unix_ms: 1_000n };
const USUAL: Readonly<Record<string, string>> = { "hmac-sha1": "sha1=", "hmac-sha256": "sha256=", "hmac-sha512": "sha512=", token: "Bearer " };
const malformed = (reason: string, message: string): Unverified => new Unverified("malformed", reason, message);

/** Refuse a call that none of the secrets has signed; `now` is in microseconds. */
export function verifyCall(scheme: JsonObject, secrets: readonly string[], call: Call, now: bigint): void {
  if (secrets.length === 0) throw new Error("No secret is configured.");
  const trials = secrets.map((secret) => trialOf(scheme, secret));
  const isToken = algorithmOf(scheme) === "token";
  const { signatures, members } = readHeaders(scheme, call);
  const template = textAt(scheme, "signedPayload") || "{body}";
  const time = template.includes("{timestamp}") ? timeOf(scheme, call, members) : undefined;
  const message = isToken ? new Uint8Array() : signedBytes(scheme, template, call, time ?? "");
  const received = signatures.map((one) => octetsOf(scheme, one)).filter((one) => one !== undefined);
  if (received.length === 0) throw malformed("malformed_signature", "The signature is malformed.");
  if (!any(trials, (made) => made(message, received))) {
    if (isToken) throw new Unverified("invalid", "wrong_token", "The token is another one.");
    throw new Unverified("invalid", "wrong_signature", "The signature does not hold.");
  }
  checkDigest(scheme, call);
  if (partOf(scheme, "timestamp") !== undefined) checkWindow(scheme, time ?? timeOf(scheme, call, members), now);
}

const partOf = (scheme: JsonObject, name: string): JsonObject | undefined => {
  const part = scheme.get(name);
  return part !== undefined && isObject(part) ? part : undefined;
};

/** Return the one value of a header, undefined where it is missing. */
function onlyValue(call: Call, name: string): string | undefined {
  const own = call.headers.filter(([one]) => one.toLowerCase() === name.toLowerCase());
  const values = new Set(own.map(([, value]) => value.replace(/^[ \t]+|[ \t]+$/g, "")));
  if (values.size > 1) throw malformed("conflicting_header", `The header ${name} is there twice, with different values.`);
  return [...values][0];
}

type Members = ReadonlyMap<string, readonly string[]>;
interface Read {
  readonly signatures: readonly string[];
  readonly members: Members;
}

function readHeaders(scheme: JsonObject, call: Call): Read {
  const source = textAt(scheme, "signatureFrom");
  const several = scheme.get("signatureHeaders");
  const told = Array.isArray(several) && several.length > 0 ? several.map(scalarText) : [textAt(scheme, "signatureHeader") ?? ""];
  const names = [...new Map(told.map((name) => [name.toLowerCase(), name])).values()];
  const values = source === undefined ? names.map((name) => onlyValue(call, name)).filter((value) => value !== undefined) : elsewhere(source, call);
  if (values.length === 0) throw new Unverified("unsigned", "missing_header", "The signature's header is missing.");
  const header = partOf(scheme, "header");
  const format = header && wordAt(header, "format");
  if (header && format === "keyed") return readKeyed(header, values, algorithmOf(scheme) === "token");
  if (format === "plain") return { signatures: values, members: new Map() };
  return { signatures: values.map((value) => behind(scheme, header, value)), members: new Map() };
}

/** Return the one signature at a place in the body or in the address. */
function elsewhere(source: string, call: Call): string[] {
  const found = [...new Set(textsAt(source, call))];
  if (found.length > 1) throw malformed("conflicting_header", `At ${source} there are several signatures.`);
  return found;
}

/** Return the texts at `$.path` of the body or `query:name` of the address. */
function textsAt(source: string, call: Call): string[] {
  if (source.startsWith("query:")) return queryValues(call, strip(source.slice(6)));
  try {
    return compilePath(source).values(decode(call.body)).filter((one) => typeof one === "string" && one !== "") as string[];
  } catch {
    return [];
  }
}

const queryValues = (call: Call, name: string): string[] => fieldsOf(queryOf(call.url)).filter(([key]) => key === name).map(([, value]) => value);

const DIGEST = /^sha-256=:?([A-Za-z0-9+/=]+):?$/i;

/** Refuse a body that is not the one whose digest was signed. */
function checkDigest(scheme: JsonObject, call: Call): void {
  const source = textAt(scheme, "bodyDigest");
  if (source === undefined) return;
  const name = strip(source.slice(7));
  const found = source.startsWith("header:") ? [onlyValue(call, name)].filter((one) => one !== undefined) : textsAt(source, call);
  if (found.length === 0) {
    if ((textAt(scheme, "signedPayload") ?? "").includes("{form_sorted}") && isForm(call)) return;
    throw malformed("missing_part", `There is no digest of the body at ${source}.`);
  }
  const digest = createHash("sha256").update(call.body).digest();
  const fits = (text: string): boolean => {
    const bare = DIGEST.exec(text)?.[1] ?? text;
    return /^[0-9a-fA-F]{64}$/.test(bare) ? digest.equals(Buffer.from(bare, "hex")) : digest.toString("base64") === bare;
  };
  if (!found.every(fits)) throw new Unverified("invalid", "wrong_signature", "The body is not the one whose digest was signed.");
}

const isForm = (call: Call): boolean => {
  const [kind] = call.headers.filter(([name]) => name.toLowerCase() === "content-type").map(([, value]) => value);
  return strip((kind ?? "").split(";", 1)[0] ?? "").toLowerCase() === "application/x-www-form-urlencoded";
};

/** Cut off the prefix that must be there, or the usual one of the algorithm, that may. */
function behind(scheme: JsonObject, header: JsonObject | undefined, value: string): string {
  const algorithm = algorithmOf(scheme);
  const prefix = header === undefined ? (USUAL[algorithm] ?? "") : wordAt(header, "prefix");
  const begins = value.slice(0, prefix.length);
  const alike = algorithm === "token" ? folded(begins) === folded(prefix) : begins === prefix; // RFC 9110, 11.1
  if (alike) return value.slice(prefix.length);
  if (header === undefined) return value;
  throw malformed("wrong_prefix", "The signature has another prefix.");
}

const folded = (text: string): string => text.toUpperCase().toLowerCase();

function readKeyed(header: JsonObject, values: readonly string[], isToken: boolean): Read {
  const [assign, wanted] = [wordAt(header, "assign"), wordAt(header, "signatureKey")];
  const members = new Map<string, string[]>();
  for (const member of values.flatMap((value) => value.split(wordAt(header, "separator")))) {
    const at = member.indexOf(assign);
    if (at < 0) continue;
    const [name, held] = [strip(member.slice(0, at)), strip(member.slice(at + assign.length))];
    members.set(name, [...(members.get(name) ?? []), held]);
  }
  const signatures = members.get(wanted) ?? [];
  members.delete(wanted);
  if (signatures.length > MOST_SIGNATURES) throw malformed("too_many_signatures", "The header holds too many signatures.");
  if (signatures.length > 0) return { signatures, members };
  if (members.size > 0 && !isToken) throw new Unverified("invalid", "no_known_version", "The header holds no known signature.");
  throw malformed("malformed_signature", "The header holds no signature.");
}

/** Return the signed time as it was sent, to the letter. */
function timeOf(scheme: JsonObject, call: Call, members: Members): string {
  const [first, ...others] = timesOf(wordAt(partOf(scheme, "timestamp") as JsonObject, "from"), call, members);
  if (first === undefined) throw malformed("missing_time", "The signed time is missing.");
  if (others.some((other) => other !== first)) throw malformed("conflicting_time", "There are several signed times.");
  if (typeof first === "string" && [...first].length <= LONGEST_TIME) return first;
  if (typeof first === "bigint" && first >= 0n && first < 10n ** 16n) return String(first);
  throw malformed("malformed_time", "The signed time is malformed.");
}

function timesOf(source: string, call: Call, members: Members): readonly Json[] {
  const [, kind, told = ""] = /^(header|param|query):(.*)$/s.exec(source) ?? [];
  const name = strip(told);
  if (kind === "param") return members.get(name) ?? [];
  if (kind === "query") return fieldsOf(queryOf(call.url)).filter(([key]) => key === name).map(([, value]) => value);
  if (kind === "header") return [onlyValue(call, name)].filter((value) => value !== undefined);
  const path = compilePath(source);
  try {
    return path.values(decode(call.body));
  } catch {
    return [];
  }
}

function checkWindow(scheme: JsonObject, time: string, now: bigint): void {
  const part = partOf(scheme, "timestamp") as JsonObject;
  const tolerance = BigInt(scalarText(part.get("toleranceSeconds") ?? 0n)) * SECOND;
  const apart = now - momentOf(time, wordAt(part, "format"));
  if (apart > tolerance) throw new Unverified("invalid", "too_old", "It was signed too long ago.");
  if (-apart > tolerance) throw new Unverified("invalid", "too_new", "It was signed too far ahead of now.");
}

function momentOf(time: string, format: string): bigint {
  const unit = UNITS[format];
  try {
    if (unit === undefined) return parseDate(time, "iso8601");
    if (/^[0-9]{1,16}$/.test(time)) return BigInt(time) * unit;
  } catch {
    // what cannot be read is told below
  }
  throw malformed("malformed_time", "The signed time is malformed.");
}

/** Return a call as the place that sources look at. */
export function placeOf(call: Call, body: Json): Place {
  const headers = new Map(new Headers(call.headers.map(([name, value]): [string, string] => [name, value])));
  return { body, headers, query: new Map(new URL(call.url).searchParams), params: new Map() };
}

const TOKENS = /(\{(?:body|timestamp|url|method|form_sorted|header:[^}]+|\$[^}]*)\})/;

/** Put the signed bytes together from the template: never by replacing inside the body. */
function signedBytes(scheme: JsonObject, template: string, call: Call, time: string): Uint8Array {
  const document = template.includes("{$") ? documentOf(call.body) : null;
  const byDigest = textAt(scheme, "bodyDigest") !== undefined;
  const parts = template.split(TOKENS).map((part): Uint8Array => {
    if (part === "{body}") return call.body;
    if (part === "{timestamp}") return headerBytes(time);
    if (part === "{url}") return headerBytes(call.url);
    if (part === "{method}") return headerBytes(call.method.toUpperCase());
    if (part === "{form_sorted}") return utf8(byDigest && !isForm(call) ? "" : formSorted(call.body));
    if (part.startsWith("{$")) return utf8(memberOf(part.slice(1, -1), document));
    const name = /^\{header:(.+)\}$/.exec(part)?.[1];
    return name === undefined ? utf8(part) : headerBytes(covered(call, name));
  });
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  parts.reduce((at, part) => (whole.set(part, at), at + part.length), 0);
  return whole;
}

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const text8 = (octets: Uint8Array): string => new TextDecoder("utf-8", { ignoreBOM: true }).decode(octets);

function documentOf(body: Uint8Array): Json {
  try {
    return decode(body);
  } catch {
    return null;
  }
}

/** Return a member of the body as it is signed: nothing where it is missing. */
function memberOf(path: string, document: Json): string {
  const [value = null] = compilePath(path).values(document);
  if (value === null) return "";
  if (Array.isArray(value) || isObject(value)) throw malformed("missing_part", `The signature covers ${path}, and that is no plain value.`);
  return scalarText(value);
}

function covered(call: Call, name: string): string {
  const value = onlyValue(call, name);
  if (value === undefined) throw malformed("missing_part", `The header ${name} is missing.`);
  return value;
}

/** Join the different fields of a form, sorted, names and values without a sign between. */
function formSorted(body: Uint8Array): string {
  const different = new Map(fieldsOf(text8(body)).map((field) => [JSON.stringify(field), field]));
  const sorted = [...different.values()].sort(([one, left], [other, right]) => compareTexts(one, other) || compareTexts(left, right));
  return sorted.map(([name, value]) => name + value).join("");
}

/** Read a form or a query: a field without `=` is empty, what is no escape stays. */
function fieldsOf(text: string): [string, string][] {
  return text.split("&").filter((field) => field !== "").map((field) => {
    const at = field.indexOf("=");
    return at < 0 ? [unquoted(field), ""] : [unquoted(field.slice(0, at)), unquoted(field.slice(at + 1))];
  });
}

function unquoted(text: string): string {
  const octets = (run: string): Uint8Array => Uint8Array.from(run.slice(1).split("%"), (pair) => parseInt(pair, 16));
  return text.replaceAll("+", " ").replace(/(?:%[0-9a-fA-F]{2})+/g, (run) => text8(octets(run)));
}

function queryOf(url: string): string {
  const [bare = ""] = url.split("#", 1);
  const at = bare.indexOf("?");
  return at < 0 ? "" : bare.slice(at + 1);
}
