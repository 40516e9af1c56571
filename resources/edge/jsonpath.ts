// JSONPath (RFC 9535): paths compiled once, and read from values. What the standard does
// not know is refused.

import { compared, COMPARISONS, lengthOf, matching, type Operand, sliced, type Test } from "./judging.ts";
import { type Found, isObject, type Json, MISSING, parse, Refused } from "./json.ts";

export type Steps = readonly (string | number)[];
export interface Match {
  readonly value: Json;
  readonly steps: Steps;
}

type Selector =
  | { kind: "name"; name: string }
  | { kind: "index"; index: number }
  | { kind: "all" }
  | { kind: "slice"; start?: number; end?: number; step: number }
  | { kind: "filter"; test: Test };
interface Segment {
  readonly deep: boolean;
  readonly selectors: readonly Selector[];
}
type Query = { relative: boolean; segments: Segment[] };
type Expression = { test: Test } | { operand: Operand } | { query: Query };

const MOST_DEPTH = 256;
const MOST_VISITED = 2_000_000;
const MOST_LENGTH = 4096;
const MOST_INDEX = 2 ** 53 - 1;
const NAME_FIRST = /[A-Za-z_\u0080-\u{10ffff}]/u;
const NAME_CHAR = /[A-Za-z0-9_\u0080-\u{10ffff}]/u;

export class Path {
  readonly singular: boolean;
  private readonly segments: readonly Segment[];

  constructor(readonly text: string) {
    if (text.length > MOST_LENGTH) throw new Refused("A path has at most 4,096 characters.");
    this.segments = new Reader(text).whole();
    this.singular = isSingular(this.segments);
  }

  /** Return all matches with the steps to them. */
  find(root: Json): Match[] {
    return select(this.segments, root, root);
  }

  values(root: Json): Json[] {
    return this.find(root).map((match) => match.value);
  }

  first(root: Json): Found {
    const [found] = this.find(root);
    return found === undefined ? MISSING : found.value;
  }

  /** The steps of a path of names and indexes only, else undefined. */
  get steps(): Steps | undefined {
    if (!this.singular) return undefined;
    return this.segments.map(({ selectors: [only] }) => (only?.kind === "name" ? only.name : only?.kind === "index" ? only.index : 0));
  }
}

const known = new Map<string, Path>();

/** Compile a path; the same text is compiled once. */
export function compilePath(text: string): Path {
  const found = known.get(text) ?? new Path(text);
  known.set(text, found);
  return found;
}

function isSingular(segments: readonly Segment[]): boolean {
  return segments.every((one) => {
    const [only, second] = one.selectors;
    return !one.deep && second === undefined && (only?.kind === "name" || only?.kind === "index");
  });
}

function select(segments: readonly Segment[], root: Json, start: Json): Match[] {
  let found: Match[] = [{ value: start, steps: [] }];
  let visited = 0;
  for (const segment of segments) {
    const next: Match[] = [];
    for (const match of found) {
      for (const place of segment.deep ? descendants(match, 0) : [match]) {
        for (const selector of segment.selectors) choose(selector, place, root, next);
        visited += 1;
        if (visited > MOST_VISITED || next.length > MOST_VISITED) throw new Refused("The path looks at too many places.");
      }
    }
    found = next;
  }
  return found;
}

function* descendants(match: Match, depth: number): Generator<Match> {
  yield match;
  if (depth >= MOST_DEPTH) throw new Refused("The value is nested too deeply for this path.");
  for (const child of children(match)) yield* descendants(child, depth + 1);
}

function children({ value, steps }: Match): Match[] {
  if (Array.isArray(value)) return value.map((one, at) => ({ value: one, steps: [...steps, at] }));
  if (isObject(value)) return [...value].map(([name, one]) => ({ value: one, steps: [...steps, name] }));
  return [];
}

function choose(selector: Selector, place: Match, root: Json, found: Match[]): void {
  const { value, steps } = place;
  if (selector.kind === "name") {
    if (isObject(value) && value.has(selector.name)) {
      found.push({ value: value.get(selector.name) as Json, steps: [...steps, selector.name] });
    }
  } else if (selector.kind === "all") found.push(...children(place));
  else if (selector.kind === "filter") {
    for (const child of children(place)) if (selector.test(root, child.value)) found.push(child);
  } else if (Array.isArray(value)) {
    const places = selector.kind === "index" ? [selector.index] : sliced(selector, value.length);
    for (const index of places) {
      const at = index < 0 ? index + value.length : index;
      if (at >= 0 && at < value.length) found.push({ value: value[at] as Json, steps: [...steps, at] });
    }
  }
}

class Reader {
  private at = 0;

  constructor(private readonly text: string) {}

  whole(): Segment[] {
    this.take("$");
    const segments = this.segments();
    if (this.at < this.text.length) throw this.wrong();
    return segments;
  }

  private wrong(): Refused {
    return new Refused(`${this.text} is not a path of RFC 9535: see character ${this.at + 1}.`);
  }

  private sees(text: string): boolean {
    return this.text.startsWith(text, this.at);
  }

  private took(text: string): boolean {
    if (!this.sees(text)) return false;
    this.at += text.length;
    return true;
  }

  private take(text: string): void {
    if (!this.took(text)) throw this.wrong();
  }

  private blank(): void {
    while (this.at < this.text.length && " \t\n\r".includes(this.text[this.at] as string)) this.at += 1;
  }

  private segments(): Segment[] {
    const found: Segment[] = [];
    for (;;) {
      const before = this.at;
      this.blank();
      if (this.took("..")) {
        found.push({ deep: true, selectors: this.sees("[") ? this.brackets() : [this.shorthand()] });
      } else if (this.took(".")) found.push({ deep: false, selectors: [this.shorthand()] });
      else if (this.sees("[")) found.push({ deep: false, selectors: this.brackets() });
      else {
        this.at = before;
        return found;
      }
    }
  }

  private shorthand(): Selector {
    if (this.took("*")) return { kind: "all" };
    let name = "";
    for (;;) {
      const char = String.fromCodePoint(this.text.codePointAt(this.at) ?? 0);
      if (this.at >= this.text.length || !(name === "" ? NAME_FIRST : NAME_CHAR).test(char)) break;
      name += char;
      this.at += char.length;
    }
    if (name === "") throw this.wrong();
    return { kind: "name", name };
  }

  private brackets(): Selector[] {
    this.take("[");
    const found: Selector[] = [];
    do {
      this.blank();
      found.push(this.selector());
      this.blank();
    } while (this.took(","));
    this.take("]");
    return found;
  }

  private selector(): Selector {
    if (this.took("*")) return { kind: "all" };
    if (this.sees("'") || this.sees('"')) return { kind: "name", name: this.quoted() };
    if (this.took("?")) {
      this.blank();
      return { kind: "filter", test: this.testOf(this.either()) };
    }
    const start = this.integer();
    const afterStart = this.at;
    this.blank();
    if (!this.took(":")) {
      this.at = afterStart;
      if (start === undefined) throw this.wrong();
      return { kind: "index", index: start };
    }
    this.blank();
    const end = this.integer();
    this.blank();
    let step: number | undefined;
    if (this.took(":")) {
      this.blank();
      step = this.integer();
    }
    return { kind: "slice", step: step ?? 1, ...(start === undefined ? {} : { start }), ...(end === undefined ? {} : { end }) };
  }

  private integer(): number | undefined {
    const form = /(?:0|-?[1-9][0-9]*)(?![0-9])/y;
    form.lastIndex = this.at;
    const found = form.exec(this.text);
    if (found === null) return undefined;
    if (Math.abs(Number(found[0])) > MOST_INDEX) throw this.wrong();
    this.at = form.lastIndex;
    return Number(found[0]);
  }

  private quoted(): string {
    const quote = this.text[this.at] as string;
    let end = this.at + 1;
    let json = "";
    while (this.text[end] !== quote) {
      const char = this.text[end];
      if (char === undefined) throw this.wrong();
      if (char === "\\") {
        const next = this.text[end + 1] ?? "";
        if (next === (quote === "'" ? '"' : "'")) throw this.wrong();
        json += next === "'" ? "'" : `\\${next}`;
        end += 2;
      } else {
        json += char === '"' ? '\\"' : char;
        end += 1;
      }
    }
    try {
      const value = JSON.parse(`"${json}"`) as string;
      if (/\p{Surrogate}/u.test(value)) throw this.wrong();
      this.at = end + 1;
      return value;
    } catch {
      throw this.wrong();
    }
  }

  private testOf(expression: Expression): Test {
    if ("test" in expression) return expression.test;
    if (!("query" in expression)) throw this.wrong();
    const { relative, segments } = expression.query;
    return (root, here) => select(segments, root, relative ? here : root).length > 0;
  }

  private either(): Expression {
    return this.joined("||", () => this.both(), (tests) => (root, here) => tests.some((test) => test(root, here)));
  }

  private both(): Expression {
    return this.joined("&&", () => this.basic(), (tests) => (root, here) => tests.every((test) => test(root, here)));
  }

  private joined(sign: string, read: () => Expression, join: (tests: Test[]) => Test): Expression {
    const first = read();
    const tests: Test[] = [];
    for (;;) {
      const before = this.at;
      this.blank();
      if (!this.took(sign)) {
        this.at = before;
        break;
      }
      this.blank();
      if (tests.length === 0) tests.push(this.testOf(first));
      tests.push(this.testOf(read()));
    }
    return tests.length === 0 ? first : { test: join(tests) };
  }

  private basic(): Expression {
    if (this.sees("!") && !this.sees("!=")) {
      this.at += 1;
      this.blank();
      const inner = this.sees("(") ? this.bracketed() : this.comparable();
      const test = this.testOf(inner);
      return { test: (root, here) => !test(root, here) };
    }
    if (this.sees("(")) return this.bracketed();
    const left = this.comparable();
    const before = this.at;
    this.blank();
    const sign = COMPARISONS.find((one) => this.took(one));
    if (sign === undefined) {
      this.at = before;
      return left;
    }
    this.blank();
    return { test: compared(this.operandOf(left), sign, this.operandOf(this.comparable())) };
  }

  private bracketed(): Expression {
    this.take("(");
    this.blank();
    const test = this.testOf(this.either());
    this.blank();
    this.take(")");
    return { test };
  }

  private operandOf(expression: Expression): Operand {
    if ("operand" in expression) return expression.operand;
    if (!("query" in expression) || !isSingular(expression.query.segments)) throw this.wrong();
    const { relative, segments } = expression.query;
    return (root, here) => {
      const [found] = select(segments, root, relative ? here : root);
      return found === undefined ? MISSING : found.value;
    };
  }

  private comparable(): Expression {
    if (this.took("@")) return { query: { relative: true, segments: this.segments() } };
    if (this.took("$")) return { query: { relative: false, segments: this.segments() } };
    if (this.sees("'") || this.sees('"')) {
      const text = this.quoted();
      return { operand: () => text };
    }
    const name = /[a-z][a-z0-9_]*(?=\()/y;
    name.lastIndex = this.at;
    const called = name.exec(this.text)?.[0];
    if (called !== undefined) return this.called(called);
    return this.literal();
  }

  private literal(): Expression {
    const form = /true|false|null|-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
    form.lastIndex = this.at;
    const found = form.exec(this.text)?.[0];
    if (found === undefined) throw this.wrong();
    this.at = form.lastIndex;
    const value = parse(found);
    return { operand: () => value };
  }

  private called(name: string): Expression {
    this.at += name.length;
    this.take("(");
    const given: Expression[] = [];
    do {
      this.blank();
      given.push(this.comparable());
      this.blank();
    } while (this.took(","));
    this.take(")");
    const [one, other] = given;
    if (one === undefined || given.length !== (name === "match" || name === "search" ? 2 : 1)) throw this.wrong();
    if (name === "length") {
      const operand = this.operandOf(one);
      return { operand: (root, here) => lengthOf(operand(root, here)) };
    }
    if (name === "match" || name === "search") {
      return { test: matching(this.operandOf(one), this.operandOf(other as Expression), name === "match") };
    }
    if (!("query" in one)) throw this.wrong();
    const { relative, segments } = one.query;
    const nodes = (root: Json, here: Json): Match[] => select(segments, root, relative ? here : root);
    if (name === "count") return { operand: (root, here) => BigInt(nodes(root, here).length) };
    if (name !== "value") throw this.wrong();
    return {
      operand: (root, here) => {
        const found = nodes(root, here);
        return found.length === 1 ? (found[0] as Match).value : MISSING;
      },
    };
  }
}
