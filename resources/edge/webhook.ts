// Whether a call is signed as a descriptor says: over its raw bytes, in constant time.
// A header that is missing, malformed or unknown is refused, never taken for unsigned.

import { Buffer } from "node:buffer";
import { createHmac, createPublicKey, timingSafeEqual, verify as verifySignature } from "node:crypto";
import { compileSource, type Place } from "./condition.ts";
import { parseDate } from "./dates.ts";
import { decode, isNumber, isObject, type Json, type JsonObject, Refused, scalarText } from "./json.ts";
import { textAt, wordAt } from "./items.ts";

/** A call as it came, with its body byte for byte. */
export interface Call {
  readonly method: string;
  readonly url: string;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Uint8Array;
}

const MOST_SIGNATURES = 16;
const HASHES: Readonly<Record<string, string>> = { "hmac-sha256": "sha256", "hmac-sha1": "sha1", "hmac-sha512": "sha512" };
const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Refuse a call that none of the secrets has signed; `now` is in microseconds. */
export function verifyCall(scheme: JsonObject, secrets: readonly string[], call: Call, now: bigint): void {
  if (secrets.length === 0 || secrets.some((secret) => secret === "")) throw new Error("No secret is configured.");
  const { signatures, params } = readSignatures(scheme, call);
  const time = timestampOf(scheme, call, params);
  const algorithm = wordAt(scheme, "algorithm").toLowerCase();
  if (algorithm === "token") {
    if (!any(secrets, (secret) => any(signatures, (one) => equal(utf8(one), utf8(secret))))) throw new Refused("The token is another one.");
    return;
  }
  const message = signedBytes(textAt(scheme, "signedPayload") ?? "{body}", call, time?.told);
  const decoded = signatures.map((one) => octets(one, textAt(scheme, "encoding") ?? "hex")).filter((one) => one !== undefined);
  if (decoded.length === 0) throw new Refused("The signature is malformed.");
  const holds = any(secrets, (secret) => {
    const judge = judgeOf(algorithm, keyOf(scheme, secret), message);
    return any(decoded, judge);
  });
  if (!holds) throw new Refused("The signature does not hold.");
  if (time !== undefined) checkWindow(scheme, time.moment, now);
}

/** Try every one, also after one that holds. */
function any<T>(all: readonly T[], test: (one: T) => boolean): boolean {
  return all.reduce((found, one) => test(one) || found, false);
}

function equal(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && timingSafeEqual(left, right);
}

function readSignatures(scheme: JsonObject, call: Call): { signatures: string[]; params: Map<string, string> } {
  const several = scheme.get("signatureHeaders");
  const names = Array.isArray(several) ? several.map(scalarText) : [wordAt(scheme, "signatureHeader")];
  const values = names.map((name) => call.headers.get(name.toLowerCase())).filter((value) => value !== undefined);
  if (values.length === 0) throw new Refused("The signature's header is missing.");
  const form = scheme.get("header");
  const header = form !== undefined && isObject(form) ? form : undefined;
  const params = new Map<string, string>();
  const signatures = values.flatMap((value) => split(header, value, params));
  if (signatures.length === 0) throw new Refused("The header holds no known signature.");
  if (signatures.length > MOST_SIGNATURES) throw new Refused("The header holds too many signatures.");
  return { signatures, params };
}

function split(header: JsonObject | undefined, value: string, params: Map<string, string>): string[] {
  const format = header === undefined ? "plain" : wordAt(header, "format");
  if (header === undefined || format === "plain") return [value.trim()];
  if (format === "prefixed") {
    const prefix = wordAt(header, "prefix");
    if (!value.trim().startsWith(prefix)) throw new Refused("The signature has another prefix.");
    return [value.trim().slice(prefix.length)];
  }
  const [assign, wanted] = [wordAt(header, "assign"), wordAt(header, "signatureKey")];
  const found: string[] = [];
  for (const member of value.split(wordAt(header, "separator"))) {
    const at = member.indexOf(assign);
    if (at < 0) continue;
    const [name, held] = [member.slice(0, at).trim(), member.slice(at + assign.length).trim()];
    if (name === wanted) found.push(held);
    else if (params.has(name) && params.get(name) !== held) throw new Refused(`The header has two values of ${name}.`);
    else params.set(name, held);
  }
  return found;
}

interface Time {
  readonly told: string;
  readonly moment: bigint;
}

function timestampOf(scheme: JsonObject, call: Call, params: ReadonlyMap<string, string>): Time | undefined {
  const part = scheme.get("timestamp");
  if (part === undefined || !isObject(part)) return undefined;
  const source = wordAt(part, "from");
  const body = source.startsWith("$") || source.startsWith("item:") ? decode(call.body) : null;
  const [found, second] = compileSource(source)(placeOf(call, body, params));
  if (found === undefined || second !== undefined) throw new Refused("The signed time is missing.");
  const format = wordAt(part, "format");
  const digits = typeof found === "string" ? /^[0-9]{1,16}$/.test(found) : isNumber(found);
  if (format !== "iso8601" && !digits) throw new Refused("The signed time is malformed.");
  return { told: scalarText(found), moment: parseDate(found, format) };
}

function checkWindow(scheme: JsonObject, moment: bigint, now: bigint): void {
  const part = scheme.get("timestamp") as JsonObject;
  const tolerance = BigInt(scalarText(part.get("toleranceSeconds") ?? 0n)) * 1_000_000n;
  const apart = now > moment ? now - moment : moment - now;
  if (apart > tolerance) throw new Refused("The signed time is too far from now.");
}

/** Return a call as the place that sources look at. */
export function placeOf(call: Call, body: Json, params: ReadonlyMap<string, string> = new Map()): Place {
  return { body, headers: call.headers, query: new Map(new URL(call.url).searchParams), params };
}

/** Put the signed bytes together from the template: never by replacing inside the body. */
function signedBytes(template: string, call: Call, time: string | undefined): Uint8Array {
  const parts = template.split(/(\{(?:body|timestamp|url|method|form_sorted|header:[^}]+)\})/).map((part): Uint8Array => {
    if (part === "{body}") return call.body;
    if (part === "{url}") return utf8(call.url);
    if (part === "{method}") return utf8(call.method.toUpperCase());
    if (part === "{form_sorted}") return utf8(formSorted(call.body));
    if (part === "{timestamp}") return utf8(told(time, "The signed time is missing."));
    const header = /^\{header:(.+)\}$/.exec(part)?.[1];
    if (header === undefined) return utf8(part);
    return utf8(told(call.headers.get(header.toLowerCase()), `The header ${header} is missing.`));
  });
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  parts.reduce((at, part) => (whole.set(part, at), at + part.length), 0);
  return whole;
}

function told(text: string | undefined, otherwise: string): string {
  if (text === undefined) throw new Refused(otherwise);
  return text;
}

function formSorted(body: Uint8Array): string {
  const pairs = [...new URLSearchParams(new TextDecoder().decode(body))];
  return pairs.sort(([one], [other]) => (one < other ? -1 : one > other ? 1 : 0)).map(([name, value]) => name + value).join("");
}

function octets(text: string, encoding: string): Uint8Array | undefined {
  if (encoding === "hex") {
    if (!/^(?:[0-9a-fA-F]{2})+$/.test(text)) return undefined;
    return Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));
  }
  if (!/^[A-Za-z0-9+/_-]+={0,2}$/.test(text)) return undefined;
  try {
    return Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (char) => char.charCodeAt(0));
  } catch {
    return undefined;
  }
}

function keyOf(scheme: JsonObject, secret: string): Uint8Array {
  const prefix = textAt(scheme, "secretPrefix") ?? "";
  const bare = secret.startsWith(prefix) ? secret.slice(prefix.length) : secret;
  const encoding = textAt(scheme, "secretEncoding") ?? "utf8";
  const key = encoding === "utf8" ? utf8(bare) : octets(bare, encoding);
  if (key === undefined || key.length === 0) throw new Error("The configured secret cannot be read.");
  return key;
}

const SPKI_ED25519 = Uint8Array.from([0x30, 0x2a, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 3, 0x21, 0]);

function judgeOf(algorithm: string, key: Uint8Array, message: Uint8Array): (signature: Uint8Array) => boolean {
  const hash = HASHES[algorithm];
  if (hash !== undefined) {
    const expected = new Uint8Array(createHmac(hash, key).update(message).digest());
    return (signature) => equal(signature, expected);
  }
  if (algorithm === "ed25519") {
    const der = key.length === 32 ? Uint8Array.from([...SPKI_ED25519, ...key]) : key;
    const trusted = createPublicKey({ key: Buffer.from(der), format: "der", type: "spki" });
    return (signature) => verifySignature(null, message, trusted, signature);
  }
  if (algorithm === "ecdsa-p256-sha256") {
    const pem = new TextDecoder().decode(key);
    const trusted = pem.includes("BEGIN") ? createPublicKey(pem) : createPublicKey({ key: Buffer.from(key), format: "der", type: "spki" });
    return (signature) => verifySignature("sha256", message, trusted, signature);
  }
  throw new Error(`The algorithm ${algorithm} is not known.`);
}
