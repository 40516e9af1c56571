// JSON read and written exactly: whole numbers of any size, decimals by their digits,
// members in their order. Objects are maps, so that no name of theirs can be special.

export type Json = null | boolean | string | bigint | Decimal | Json[] | JsonObject;
export class JsonObject extends Map<string, Json> {}

/** The value of a place that does not exist, as opposed to null. */
export const MISSING: unique symbol = Symbol("missing");
export type Found = Json | typeof MISSING;

/** What is wrong with a text or a value, in words. */
export class Refused extends Error {}

/** A decimal number: coefficient times ten to the exponent. */
export class Decimal {
  constructor(
    readonly negative: boolean,
    readonly coefficient: bigint,
    readonly exponent: number,
  ) {}

  /** Read a decimal number; undefined for a text that is none. */
  static read(text: string): Decimal | undefined {
    const found = /^([+-]?)(?:(\d+)\.?(\d*)|\.(\d+))(?:[eE]([+-]?\d+))?$/.exec(text);
    if (found === null) return undefined;
    const fraction = found[4] ?? found[3] ?? "";
    const exponent = Number(found[5] ?? "0") - fraction.length;
    return new Decimal(found[1] === "-", BigInt((found[2] ?? "") + fraction), exponent);
  }

  static of(value: bigint | Decimal): Decimal {
    return value instanceof Decimal ? value : new Decimal(value < 0n, value < 0n ? -value : value, 0);
  }

  get digits(): string {
    return this.coefficient.toString();
  }

  /** The exponent of the first digit. */
  get adjusted(): number {
    return this.exponent + this.digits.length - 1;
  }

  /** The whole number that this is, undefined where it has a fraction. */
  whole(): bigint | undefined {
    if (this.coefficient === 0n) return 0n;
    if (this.exponent >= 0) return this.truncated();
    if (-this.exponent > this.digits.length) return undefined;
    return this.coefficient % 10n ** BigInt(-this.exponent) === 0n ? this.truncated() : undefined;
  }

  /** The number without what is behind its point. */
  truncated(): bigint {
    if (this.exponent < 0 && -this.exponent > this.digits.length) return 0n;
    const power = 10n ** BigInt(Math.abs(this.exponent));
    const size = this.exponent >= 0 ? this.coefficient * power : this.coefficient / power;
    return this.negative ? -size : size;
  }

  plus(other: Decimal): Decimal {
    const exponent = Math.min(this.exponent, other.exponent);
    const sum = this.scaled(exponent) + other.scaled(exponent);
    return new Decimal(sum < 0n, sum < 0n ? -sum : sum, exponent).rounded(28);
  }

  compare(other: Decimal): number {
    if (this.coefficient === 0n || other.coefficient === 0n || this.negative !== other.negative) {
      return this.sign() - other.sign();
    }
    if (this.adjusted !== other.adjusted) {
      return this.adjusted > other.adjusted === this.negative ? -1 : 1;
    }
    const exponent = Math.min(this.exponent, other.exponent);
    const [left, right] = [this.scaled(exponent), other.scaled(exponent)];
    return left < right ? -1 : left > right ? 1 : 0;
  }

  /** The text that Decimal numbers have in the general decimal arithmetic. */
  toString(): string {
    const { digits } = this;
    const left = this.exponent + digits.length;
    const point = this.exponent <= 0 && left > -6 ? left : 1;
    let text: string;
    if (point <= 0) text = `0.${"0".repeat(-point)}${digits}`;
    else if (point >= digits.length) text = digits + "0".repeat(point - digits.length);
    else text = `${digits.slice(0, point)}.${digits.slice(point)}`;
    const shift = left - point;
    const ending = shift === 0 ? "" : `E${shift < 0 ? "" : "+"}${shift}`;
    return (this.negative ? "-" : "") + text + ending;
  }

  private sign(): number {
    return this.coefficient === 0n ? 0 : this.negative ? -1 : 1;
  }

  private scaled(exponent: number): bigint {
    const size = this.coefficient * 10n ** BigInt(this.exponent - exponent);
    return this.negative ? -size : size;
  }

  /** Half to even, as decimal arithmetic of so many digits rounds. */
  private rounded(most: number): Decimal {
    const over = this.digits.length - most;
    if (over <= 0) return this;
    const power = 10n ** BigInt(over);
    const [kept, rest] = [this.coefficient / power, (this.coefficient % power) * 2n];
    const up = rest > power || (rest === power && kept % 2n === 1n);
    return new Decimal(this.negative, kept + (up ? 1n : 0n), this.exponent + over).rounded(most);
  }
}

export const isObject = (value: Found): value is JsonObject => value instanceof JsonObject;
export const isNumber = (value: Found): value is bigint | Decimal =>
  typeof value === "bigint" || value instanceof Decimal;

/** Return an object with these members. */
export function object(members: Iterable<[string, Json]>): JsonObject {
  return new JsonObject(members);
}

export interface Limits {
  readonly bytes: number;
  readonly levels: number;
  /** The strict rules of bundles: nothing twice, no long numbers, no lone surrogates. */
  readonly strict: boolean;
}
const PLAIN: Limits = { bytes: 64 * 1024 * 1024, levels: 512, strict: false };
const MOST_VALUES = 100_000;
const MOST_DIGITS = 4_300;
const MOST_EXPONENT = 1e15;
const NUMBER = /-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?/y;

/** Read JSON from its bytes; a byte order mark is skipped unless the limits are strict. */
export function decode(bytes: Uint8Array, limits: Limits = PLAIN): Json {
  if (bytes.length > limits.bytes) throw new Refused(`It has more than ${limits.bytes} bytes.`);
  const marked = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  if (marked && limits.strict) throw new Refused("It begins with a byte order mark.");
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(marked ? bytes.subarray(3) : bytes);
  } catch {
    throw new Refused("It is not UTF-8.");
  }
  return parse(text, limits);
}

/** Read JSON from a text. */
export function parse(text: string, limits: Limits = PLAIN): Json {
  return new Reader(text, limits).whole();
}

class Reader {
  private at = 0;
  private values = 0;

  constructor(
    private readonly text: string,
    private readonly limits: Limits,
  ) {}

  whole(): Json {
    this.skip();
    const value = this.value(0);
    if (this.at !== this.text.length) throw this.wrong("nothing more");
    return value;
  }

  /** Read one value that stands at a place of a longer text, and say where it ends. */
  static part(text: string, at: number, end: number): [Json, number] {
    const reader = new Reader(text.slice(0, end), PLAIN);
    reader.at = at;
    const value = reader.value(0);
    return [value, reader.at];
  }

  private skip(): void {
    while (this.at < this.text.length && " \t\n\r".includes(this.text[this.at] as string)) this.at += 1;
  }

  private wrong(expected: string): Refused {
    return new Refused(`It is not JSON: ${expected} expected at ${this.at}.`);
  }

  private take(expected: string): void {
    if (!this.text.startsWith(expected, this.at)) throw this.wrong(expected);
    this.at += expected.length;
    this.skip();
  }

  private count(): void {
    this.values += 1;
    if (this.limits.strict && this.values > MOST_VALUES) throw new Refused("It holds too many values.");
  }

  private value(depth: number): Json {
    const next = this.text[this.at];
    if (next === "{" || next === "[") {
      if (depth >= this.limits.levels) throw new Refused("It is nested too deeply.");
      this.count();
      return next === "{" ? this.members(depth + 1) : this.elements(depth + 1);
    }
    if (next === '"') return this.string();
    for (const [word, meaning] of [["true", true], ["false", false], ["null", null]] as const) {
      if (this.text.startsWith(word, this.at)) {
        this.at += word.length;
        this.ended();
        return meaning;
      }
    }
    return this.number();
  }

  /** Skip the white space that follows a value inside a whole text. */
  private ended(): void {
    this.skip();
  }

  private members(depth: number): JsonObject {
    const found = new JsonObject();
    this.take("{");
    while (this.text[this.at] !== "}") {
      if (found.size > 0) {
        this.take(",");
        this.count();
      }
      const name = this.string();
      if (found.has(name) && this.limits.strict) throw new Refused(`The member ${name} stands twice.`);
      this.take(":");
      found.set(name, this.value(depth));
    }
    this.take("}");
    return found;
  }

  private elements(depth: number): Json[] {
    const found: Json[] = [];
    this.take("[");
    while (this.text[this.at] !== "]") {
      if (found.length > 0) {
        this.take(",");
        this.count();
      }
      found.push(this.value(depth));
    }
    this.take("]");
    return found;
  }

  private string(): string {
    if (this.text[this.at] !== '"') throw this.wrong("a text");
    let end = this.at + 1;
    while (this.text[end] !== '"') {
      if (end >= this.text.length) throw this.wrong("the end of a text");
      end += this.text[end] === "\\" ? 2 : 1;
    }
    let value: string;
    try {
      value = JSON.parse(this.text.slice(this.at, end + 1)) as string;
    } catch {
      throw this.wrong("a text");
    }
    if (/\p{Surrogate}/u.test(value)) {
      if (this.limits.strict) throw new Refused("A text holds half a character.");
      value = value.replace(/\p{Surrogate}/gu, "\ufffd");
    }
    this.at = end + 1;
    this.ended();
    return value;
  }

  private number(): bigint | Decimal {
    NUMBER.lastIndex = this.at;
    const found = NUMBER.exec(this.text);
    if (found === null) throw this.wrong("a value");
    const [text, fraction, exponent] = found;
    if (this.limits.strict && (text.length > 64 || !Number.isFinite(Number(text)))) {
      throw new Refused("A number is too long or too large.");
    }
    this.at = NUMBER.lastIndex;
    this.ended();
    if (fraction === undefined && exponent === undefined) {
      if (text.length > MOST_DIGITS + 1) throw new Refused("A whole number has too many digits.");
      return BigInt(text);
    }
    if (Math.abs(Number(exponent?.slice(1) ?? 0)) > MOST_EXPONENT) throw new Refused("A number has an exponent out of range.");
    return Decimal.read(text) as Decimal;
  }
}

/** Read one JSON value inside a text; throws where there is none. */
export function parsePart(text: string, at: number, end: number): [Json, number] {
  return Reader.part(text, at, end);
}

/** Write compact JSON; numbers keep their digits. */
export function encode(value: Json): string {
  if (value === null || typeof value === "boolean") return String(value);
  if (typeof value === "string") return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(encode).join(",")}]`;
  if (value instanceof JsonObject) {
    return `{${[...value].map(([name, member]) => `${JSON.stringify(name)}:${encode(member)}`).join(",")}}`;
  }
  return value.toString();
}

/** Write the JSON that content hashes are taken over: members by their UTF-16 units. */
export function canonical(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (value instanceof JsonObject) {
    const members = [...value].sort(([one], [other]) => (one < other ? -1 : one > other ? 1 : 0));
    return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${canonical(member)}`).join(",")}}`;
  }
  return encode(value);
}

/** Return a value as it stands in a text: texts bare, others as JSON. */
export function scalarText(value: Json): string {
  return typeof value === "string" ? value : encode(value);
}

/** Say whether two values are equal: numbers by their value, a boolean never as a number. */
export function same(left: Json, right: Json): boolean {
  if (isNumber(left) && isNumber(right)) return Decimal.of(left).compare(Decimal.of(right)) === 0;
  if (Array.isArray(left)) {
    return Array.isArray(right) && left.length === right.length && left.every((one, at) => same(one, right[at] as Json));
  }
  if (left instanceof JsonObject) {
    if (!(right instanceof JsonObject) || left.size !== right.size) return false;
    return [...left].every(([name, one]) => right.has(name) && same(one, right.get(name) as Json));
  }
  return left === right;
}

/** Compare two texts by their code points, not by their UTF-16 units. */
export function compareTexts(left: string, right: string): number {
  const [one, other] = [[...left], [...right]];
  for (let at = 0; at < Math.min(one.length, other.length); at += 1) {
    const apart = (one[at] as string).codePointAt(0)! - (other[at] as string).codePointAt(0)!;
    if (apart !== 0) return apart;
  }
  return one.length - other.length;
}

/** Say whether `left` comes before `right`: two numbers or two texts, else no. */
export function less(left: Json, right: Json): boolean {
  if (typeof left === "string") return typeof right === "string" && compareTexts(left, right) < 0;
  return isNumber(left) && isNumber(right) && Decimal.of(left).compare(Decimal.of(right)) < 0;
}

/** Return `target` with a merge patch applied: null removes, lists replace (RFC 7396). */
export function mergePatch(target: Json, patch: Json): Json {
  if (!(patch instanceof JsonObject)) return patch;
  const merged = new JsonObject(target instanceof JsonObject ? target : []);
  for (const [name, value] of patch) {
    if (value === null) merged.delete(name);
    else merged.set(name, mergePatch(merged.get(name) ?? null, value));
  }
  return merged;
}
