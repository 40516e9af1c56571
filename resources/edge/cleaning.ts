// Text from outside made safe: control characters go, direction overrides become visible,
// long text is cut; what was changed is told.

import { isObject, type Json, JsonObject } from "./json.ts";

export type Warn = (warning: string) => void;

export const UNSAFE = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/;
const ALL_UNSAFE = new RegExp(UNSAFE.source, "g");
const MOST_TEXTS = 100;

const visible = (char: string): string =>
  char >= "\u202a" ? `⟦U+${char.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}⟧` : "";

/** Return a text without unsafe characters. */
function printable(text: string, what: string, warn: Warn): string {
  const bare = text.replaceAll("\r", "");
  if (!UNSAFE.test(bare)) return bare;
  warn(`${what}: control or direction characters were replaced.`);
  return bare.replace(ALL_UNSAFE, visible);
}

/** Return a text without unsafe characters, at most `limit` code points long. */
export function cleanText(text: string, limit: number, what: string, warn: Warn): string {
  const clean = printable(text, what, warn);
  const chars = clean.length > limit ? [...clean] : [];
  if (chars.length <= limit) return clean;
  warn(`${what}: cut to ${limit} characters.`);
  return `${chars.slice(0, limit - 1).join("")}…`;
}

/** Return at most 100 texts, each cleaned. */
export function cleanTexts(texts: string[], limit: number, what: string, warn: Warn): string[] {
  if (texts.length > MOST_TEXTS) warn(`${what}: only the first ${MOST_TEXTS} of ${texts.length} were kept.`);
  return texts.slice(0, MOST_TEXTS).map((text) => cleanText(text, limit, what, warn));
}

/** Return a value with every text in it made safe, and at most one warning. */
export function cleanJson(value: Json, what: string, warn: Warn): Json {
  const told: string[] = [];
  const clean = cleaned(value, what, (warning) => told.push(warning));
  if (told[0] !== undefined) warn(told[0]);
  return clean;
}

function cleaned(value: Json, what: string, warn: Warn): Json {
  if (typeof value === "string") return printable(value, what, warn);
  if (Array.isArray(value)) return value.map((one) => cleaned(one, what, warn));
  if (!isObject(value)) return value;
  const members = new JsonObject([...value].map(([name, member]) => [name, cleaned(member, what, warn)]));
  const names = new Map([...members.keys()].map((name) => [name, printable(name, what, warn)]));
  if ([...names].every(([name, clean]) => name === clean)) return members;
  return renamed(members, names);
}

/** Return the members with clean names; none is lost where two become one. */
function renamed(members: JsonObject, names: ReadonlyMap<string, string>): JsonObject {
  const found = new JsonObject([...members].filter(([name]) => names.get(name) === name));
  const changed = [...names].filter(([name, clean]) => name !== clean).sort(([one], [other]) => (one < other ? -1 : 1));
  for (const [name, clean] of changed) {
    let free = clean;
    while (found.has(free)) free += "_";
    found.set(free, members.get(name) as Json);
  }
  return found;
}
