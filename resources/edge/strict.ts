// What the format of bundles says of members, texts, ids, versions, dates and base64.

import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { decode, isObject, type Json, JsonObject, Refused } from "./json.ts";

export const MIB = 1024 * 1024;
export const ID = "[a-z0-9]+(?:[._-][a-z0-9]+)*";
const NUMBER = "(?:0|[1-9][0-9]{0,8})";
export const whole = (source: string): RegExp => new RegExp(`^(?:${source})$`);
const ID_FORM = whole(ID);
const VERSION_FORM = whole(`${NUMBER}\\.${NUMBER}\\.${NUMBER}`);
const DATE_FORM = whole("(?!0000)[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z");

/** Refuse where something does not hold. */
export function must(holds: unknown, why: string): asserts holds {
  if (!holds) throw new Refused(why);
}
export const sha256 = (bytes: Uint8Array | string): string => createHash("sha256").update(bytes).digest("hex");
export const strict = (bytes: Uint8Array, limit: number): Json => decode(bytes, { bytes: limit, levels: 64, strict: true });
export const lower = (text: string): string => text.replace(/[A-Z]/g, (one) => one.toLowerCase());
const folded = (name: string): string =>
  lower(name.replace(/[\u0130\u0131]/g, "i").replaceAll("\u017f", "s").replaceAll("\u212a", "k"));
export const HIDDEN = new RegExp(
  "[\\0-\\x1f\\x7f-\\xa0\\xad\\u034f\\u061c\\u115f\\u1160\\u1680\\u17b4\\u17b5\\u180b-\\u180f\\u2000-\\u200f\\u2028-\\u202f" +
    "\\u205f-\\u206f\\u3000\\u3164\\ud800-\\uf8ff\\ufe00-\\ufe0f\\ufeff\\uffa0\\ufff0-\\uffff\\u{1d173}-\\u{1d17a}\\u{e0000}-\\u{10ffff}]",
  "u",
);

/** Return an object with these members and no others, or none that some reader confuses. */
export function members(value: Json | undefined, required: readonly string[], optional: readonly string[] = [], open = false): JsonObject {
  must(value !== undefined && isObject(value), "not an object");
  const known = [...required, ...optional];
  for (const name of required) must(value.has(name), `lacks ${name}`);
  for (const name of value.keys()) {
    const confusable = known.some((one) => one !== name && folded(one) === folded(name));
    must(known.includes(name) || (open && !confusable), `unknown member ${name}`);
  }
  return value;
}

/** Return a list. */
export function list(value: Json | undefined): Json[] {
  must(Array.isArray(value), "not a list");
  return value;
}

/** Return a text. */
export function text(value: Json | undefined): string {
  must(typeof value === "string", "not a text");
  return value;
}

/** Return a printable text of ASCII. */
export function ascii(value: Json | undefined, longest: number): string {
  const found = text(value);
  must(found.length <= longest && /^[\x20-\x7e]*$/.test(found), "not printable ASCII");
  return found;
}

/** Return an id. */
export function id(value: Json | undefined): string {
  const found = text(value);
  must(found.length <= 128 && ID_FORM.test(found), "not an id");
  return found;
}

/** Return a version. */
export function version(value: Json | undefined): string {
  const found = text(value);
  must(VERSION_FORM.test(found), "not a version");
  return found;
}

/** Return a whole number that is not negative. */
export function integer(value: Json | undefined): number {
  must(typeof value === "bigint", "not a whole number");
  must(value >= 0n && value <= BigInt(Number.MAX_SAFE_INTEGER), "out of range");
  return Number(value);
}

/** Return the milliseconds of a time. */
export function moment(value: Json | undefined): number {
  const found = text(value);
  must(DATE_FORM.test(found), "not a date");
  const at = new Date(found);
  must(!Number.isNaN(at.getTime()) && at.toISOString() === found.replace("Z", ".000Z"), "not a date");
  return at.getTime();
}

/** Return the bytes of strict base64. */
export function octets(value: Json | undefined): Buffer {
  const found = text(value);
  must(found.length % 4 === 0 && /^(?:[A-Za-z0-9+/]*|[A-Za-z0-9_-]*)={0,2}$/.test(found), "not strict base64");
  const standard = found.replaceAll("-", "+").replaceAll("_", "/");
  const bytes = Buffer.from(standard, "base64");
  must(bytes.toString("base64") === standard, "base64 with unused bits");
  return bytes;
}
