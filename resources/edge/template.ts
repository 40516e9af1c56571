// Templates: text with placeholders, and the fixed table of filters. A lone placeholder
// keeps its type; one that finds nothing makes its template undefined.

import { createHash, createHmac } from "node:crypto";
import { checkFormat, formatDate, later, parseDate, parseDuration } from "./dates.ts";
import { Decimal, encode, type Found, isNumber, isObject, type Json, JsonObject, MISSING, parsePart, Refused, scalarText } from "./json.ts";
import { compilePath } from "./jsonpath.ts";

/** Where names are looked up: the named contexts first, then `item`. */
export interface Scope {
  readonly names: JsonObject;
  readonly item: Json;
}

type Resolve = (scope: Scope) => Found;
interface Call {
  readonly name: string;
  readonly filter: Filter;
  readonly given: readonly Resolve[];
}
interface Filter {
  readonly least: number;
  readonly most: number;
  readonly takesNull?: boolean;
  apply(value: Json, ...given: Json[]): Found;
}
type Piece = string | { readonly name: string; readonly resolve: Resolve };

/** White space as Python knows it. */
export const BLANK = "[\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]";
const STRIP = new RegExp(`^${BLANK}*|${BLANK}*$`, "gu");
export const strip = (text: string): string => text.replace(STRIP, "");
const NAME = /[\p{L}\p{Nl}\p{No}_][\p{L}\p{N}_-]*(?:\.[\p{L}\p{N}_-]+)*/uy;
const MOST_DIGITS = 400;

const kindOf = (value: Found): string =>
  value === null || value === MISSING ? "null"
    : Array.isArray(value) ? "a list"
      : isObject(value) ? "an object"
        : typeof value === "boolean" ? "a boolean"
          : typeof value === "string" ? "a text" : "a number";
const needs = (what: string, value: Found): Refused => new Refused(`needs ${what}, not ${kindOf(value)}`);

function textOf(value: Json): string {
  if (Array.isArray(value) || isObject(value)) throw needs("a text", value);
  return scalarText(value);
}

function numberOf(value: Json): Decimal {
  if (!isNumber(value) && typeof value !== "string") throw needs("a number", value);
  if (typeof value === "bigint") return Decimal.of(value);
  const text = strip(String(value));
  const number = Decimal.read(text);
  if (number === undefined) throw new Refused(`needs a number, not '${text.slice(0, 40)}'`);
  if (Math.abs(number.adjusted) > MOST_DIGITS) throw new Refused(`needs a number in range, not '${text.slice(0, 40)}'`);
  return number;
}

const plain = (number: Decimal): Json => number.whole() ?? number;

function word(value: Json, ...allowed: string[]): string {
  if (typeof value !== "string" || !allowed.includes(value)) throw new Refused(`knows only ${allowed.join(", ")}`);
  return value;
}

function dateFormat(value: Json): string {
  if (typeof value !== "string") throw needs("a date format", value);
  return checkFormat(value);
}

const url = (text: string): string => text.replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
const base64 = (bytes: Uint8Array): string => btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

function add(value: Json, amount: Json): Json {
  if (typeof amount === "string" && /^-*P/.test(amount)) {
    const span = parseDuration(amount.replace(/^-/, ""));
    return later(value, amount.startsWith("-") ? -span : span);
  }
  return plain(numberOf(value).plus(numberOf(amount)));
}

function mapped(value: Json, table: Json, other: Found): Found {
  if (!isObject(table)) throw needs("an object as its argument", table);
  if (Array.isArray(value)) {
    return value.map((one) => mapped(one, table, other)).filter((one): one is Json => one !== MISSING);
  }
  return table.get(textOf(value)) ?? (table.has(textOf(value)) ? null : other);
}

function truncate(value: Json, length: Json, ending: Json): Json {
  const [chars, tail, most] = [[...textOf(value)], [...textOf(ending)], numberOf(length).whole()];
  if (most === undefined || most < BigInt(tail.length)) throw new Refused(`needs a length of at least ${tail.length}`);
  return BigInt(chars.length) <= most ? chars.join("") : [...chars.slice(0, Number(most) - tail.length), ...tail].join("");
}

function split(value: Json, separator: Json): Json {
  if (separator === "") throw new Refused("needs a separator that is not empty");
  return textOf(value).split(textOf(separator));
}

function replace(value: Json, old: Json, fresh: Json): Json {
  if (old === "") throw new Refused("needs a text to look for");
  return textOf(value).split(textOf(old)).join(textOf(fresh));
}

function hmac(value: Json, key: Json, algorithm: Json, encoding: Json): Json {
  const name = word(algorithm, "sha256", "sha1", "sha512");
  const secret = textOf(key);
  if (secret === "") throw new Refused("needs a key that is not empty");
  const how = word(encoding, "hex", "base64") as "hex" | "base64";
  return createHmac(name, utf8(secret)).update(utf8(textOf(value))).digest(how);
}

export const FILTERS: Readonly<Record<string, Filter>> = {
  date: {
    least: 0, most: 2,
    apply: (value, format = "iso8601", source = "iso8601") => formatDate(parseDate(value, dateFormat(source)), dateFormat(format)),
  },
  unix: {
    least: 0, most: 1,
    apply: (value, source = "iso8601") => {
      const written = formatDate(parseDate(value, dateFormat(source)), "unix");
      return typeof written === "string" ? (Decimal.read(written) as Decimal) : written;
    },
  },
  unix_ms: { least: 0, most: 1, apply: (value, source = "iso8601") => formatDate(parseDate(value, dateFormat(source)), "unix_ms") },
  add: { least: 1, most: 1, apply: (value, amount = null) => add(value, amount) },
  default: { least: 1, most: 1, takesNull: true, apply: (value, other = null) => value ?? other },
  map: { least: 1, most: 2, takesNull: true, apply: (value, table = null, ...other) => mapped(value, table, other.length > 0 ? (other[0] as Json) : MISSING) },
  json: { least: 0, most: 0, takesNull: true, apply: (value) => encode(value) },
  urlencode: {
    least: 0, most: 0,
    apply: (value) => encodeURIComponent(textOf(value)).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`),
  },
  base64: {
    least: 0, most: 1,
    apply: (value, variant = "standard") => {
      const text = base64(utf8(textOf(value)));
      return word(variant, "standard", "url") === "url" ? url(text) : text;
    },
  },
  sha256: {
    least: 0, most: 1,
    apply: (value, encoding = "hex") => createHash("sha256").update(utf8(textOf(value))).digest(word(encoding, "hex", "base64") as "hex" | "base64"),
  },
  hmac: { least: 1, most: 3, apply: (value, key = null, algorithm = "sha256", encoding = "hex") => hmac(value, key, algorithm, encoding) },
  lower: { least: 0, most: 0, apply: (value) => textOf(value).toLowerCase() },
  upper: { least: 0, most: 0, apply: (value) => textOf(value).toUpperCase() },
  trim: { least: 0, most: 0, apply: (value) => strip(textOf(value)) },
  truncate: { least: 1, most: 2, apply: (value, length = null, ending = "…") => truncate(value, length, ending) },
  replace: { least: 2, most: 2, apply: (value, old = null, fresh = null) => replace(value, old, fresh) },
  split: { least: 1, most: 1, apply: (value, separator = null) => split(value, separator) },
  join: {
    least: 0, most: 1,
    apply: (value, separator = "") =>
      (Array.isArray(value) ? value : [value]).filter((one) => one !== null).map(textOf).join(textOf(separator)),
  },
  int: { least: 0, most: 0, apply: (value) => numberOf(value).truncated() },
  first: { least: 0, most: 0, apply: (value) => (Array.isArray(value) ? (value.length > 0 ? (value[0] as Json) : MISSING) : value) },
  last: { least: 0, most: 0, apply: (value) => (Array.isArray(value) ? (value.length > 0 ? (value[value.length - 1] as Json) : MISSING) : value) },
};

export class Template {
  private readonly pieces: readonly Piece[];

  constructor(readonly text: string) {
    const pieces = [...read(text)];
    this.pieces = pieces.length > 0 ? pieces : [""];
  }

  /** Return the value: of the lone placeholder, or the text; MISSING where one is undefined. */
  render(scope: Scope): Found {
    const [only] = this.pieces;
    if (this.pieces.length === 1 && only !== undefined) return typeof only === "string" ? only : only.resolve(scope);
    let text = "";
    for (const piece of this.pieces) {
      const value = typeof piece === "string" ? piece : piece.resolve(scope);
      if (value === MISSING) return MISSING;
      text += value === null ? "" : scalarText(value);
    }
    return text;
  }

  /** Return the text; what finds nothing is empty, and its name comes into `undefined`. */
  fill(scope: Scope, unfound: string[]): string {
    return this.pieces
      .map((piece) => {
        if (typeof piece === "string") return piece;
        const value = piece.resolve(scope);
        if (value === MISSING) unfound.push(piece.name);
        return value === MISSING || value === null ? "" : scalarText(value);
      })
      .join("");
  }
}

function* read(text: string): Generator<Piece> {
  let end = 0;
  for (let start = text.indexOf("{{", end); start >= 0; start = text.indexOf("{{", end)) {
    if (start > end) yield text.slice(end, start);
    const close = closing(text, start + 2);
    yield placeholder(text, start + 2, close);
    end = close + 2;
  }
  if (end < text.length) yield text.slice(end);
}

function* bare(text: string, start: number, end: number): Generator<[number, string, number]> {
  let [depth, quote] = [0, ""];
  for (let at = start; at < end; at += 1) {
    const char = text[at] as string;
    if (quote !== "") {
      if (char === "\\") at += 1;
      else if (char === quote) quote = "";
    } else if (char === "'" || char === '"') quote = char;
    else {
      yield [at, char, depth];
      depth = Math.max(0, depth + ("([{".includes(char) ? 1 : 0) - (")]}".includes(char) ? 1 : 0));
    }
  }
}

function closing(text: string, start: number): number {
  for (const [at, char, depth] of bare(text, start, text.length)) {
    if (depth === 0 && char === "}" && text.startsWith("}}", at)) return at;
  }
  throw new Refused("The placeholder is not closed.");
}

function placeholder(text: string, start: number, end: number): Piece {
  const bars = [...bare(text, start, end)].filter(([, char, depth]) => char === "|" && depth === 0).map(([at]) => at);
  const starts = [start, ...bars.map((bar) => bar + 1)];
  const [name = "", ...calls] = starts.map((from, at) => text.slice(from, [...bars, end][at]));
  const trimmed = strip(name);
  let resolve = named(trimmed);
  for (const one of calls) resolve = filtered(resolve, call(strip(one)));
  return { name: trimmed, resolve };
}

function named(name: string): Resolve {
  if (name.startsWith("$")) {
    const path = compilePath(name);
    if (path.singular) return (scope) => path.first(scope.item);
    return (scope) => {
      const found = path.values(scope.item);
      return found.length > 0 ? found : MISSING;
    };
  }
  NAME.lastIndex = 0;
  if (NAME.exec(name)?.[0] !== name) throw new Refused(`'${name}' is neither a dotted name nor a path.`);
  const [head = "", ...rest] = name.split(".");
  return ({ names, item }) => (names.has(head) ? walk(names.get(head) as Json, rest) : walk(item, [head, ...rest]));
}

function walk(value: Json, names: readonly string[]): Found {
  let found: Json = value;
  for (const name of names) {
    if (!isObject(found) || !found.has(name)) return MISSING;
    found = found.get(name) as Json;
  }
  return found;
}

function call(text: string): Call {
  const name = /^[A-Za-z_][A-Za-z0-9_]*/.exec(text)?.[0] ?? "";
  const filter = Object.hasOwn(FILTERS, name) ? FILTERS[name] : undefined;
  if (filter === undefined) throw new Refused(`There is no filter '${name}'.`);
  const rest = text.slice(name.length).trimStart();
  if (rest !== "" && !(rest.startsWith("(") && rest.endsWith(")"))) throw new Refused(`The arguments of ${name} stand in parentheses.`);
  const given = rest === "" ? [] : [...listed(rest)];
  if (given.length < filter.least || given.length > filter.most) {
    throw new Refused(`${name} takes ${filter.least} to ${filter.most} arguments.`);
  }
  return { name, filter, given };
}

function* listed(text: string): Generator<Resolve> {
  const end = text.length - 1;
  const skip = (at: number): number => at + (/^\s*/.exec(text.slice(at))?.[0].length ?? 0);
  let at = skip(1);
  while (at < end) {
    NAME.lastIndex = at;
    const name = NAME.exec(text)?.[0];
    if (name !== undefined && !["true", "false", "null"].includes(name)) {
      yield named(name);
      at += name.length;
    } else {
      const [value, after] = parsePart(text, at, end);
      yield () => value;
      at = after;
    }
    at = skip(at);
    if (at < end) {
      if (text[at] !== ",") throw new Refused("Commas stand between arguments.");
      at = skip(at + 1);
      if (at >= end) throw new Refused("An argument is missing after a comma.");
    }
  }
}

function filtered(resolve: Resolve, { name, filter, given }: Call): Resolve {
  return (scope) => {
    const value = resolve(scope);
    if (value === MISSING && name !== "default") return MISSING;
    if (value === null && filter.takesNull !== true) return null;
    const found = given.map((one) => one(scope));
    if (found.includes(MISSING)) return MISSING;
    try {
      return filter.apply(value === MISSING ? null : value, ...(found as Json[]));
    } catch (error) {
      throw new Refused(`${name} cannot be applied: ${error instanceof Error ? error.message : String(error)}.`);
    }
  };
}

const known = new Map<string, Template>();

/** Compile a template; the same text is compiled once. */
export function compileTemplate(text: string): Template {
  const found = known.get(text) ?? new Template(text);
  known.set(text, found);
  return found;
}
