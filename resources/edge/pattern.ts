// Patterns in the part of RE2's syntax that needs no tables: matched by walking all
// states at once, so that no text makes a pattern slow. What it does not know it refuses.

import { Refused } from "./json.ts";

type Test = (code: number) => boolean;
type Node =
  | { kind: "test"; test: Test }
  | { kind: "assert"; holds: (codes: readonly number[], at: number) => boolean }
  | { kind: "all"; parts: Node[] }
  | { kind: "any"; parts: Node[] }
  | { kind: "repeat"; part: Node; least: number; most: number };

interface State {
  test?: Test;
  holds?: (codes: readonly number[], at: number) => boolean;
  next: number[];
}

const MOST_PATTERN = 512;
const MOST_SUBJECT = 64 * 1024;
const MOST_STATES = 20_000;
const between = (low: string, high: string): Test => {
  const [first, last] = [low.codePointAt(0)!, high.codePointAt(0)!];
  return (code) => code >= first && code <= last;
};
const any = (tests: readonly Test[]): Test => (code) => tests.some((test) => test(code));
const not = (test: Test): Test => (code) => !test(code);
const is = (char: string): Test => between(char, char);
const DIGIT = between("0", "9");
const WORD = any([DIGIT, between("a", "z"), between("A", "Z"), is("_")]);
const SPACE = any([..."\t\n\f\r "].map(is));
const CLASSES: Readonly<Record<string, Test>> = {
  d: DIGIT, D: not(DIGIT), w: WORD, W: not(WORD), s: SPACE, S: not(SPACE),
};
const CONTROLS: Readonly<Record<string, string>> = { t: "\t", n: "\n", r: "\r", f: "\f", v: "\v", a: "\x07" };
const atWord = (codes: readonly number[], at: number): boolean =>
  (at > 0 && WORD(codes[at - 1] as number)) !== (at < codes.length && WORD(codes[at] as number));

function classOf(name: string): RegExp | undefined {
  try {
    return new RegExp(`^\\p{${name}}$`, "u");
  } catch {
    return undefined;
  }
}

interface Flags {
  fold: boolean;
  dots: boolean;
  lines: boolean;
}

class Reader {
  private at = 0;
  private readonly chars: string[];

  constructor(
    private readonly text: string,
    private readonly narrow: boolean,
  ) {
    this.chars = [...text];
  }

  whole(): Node {
    const node = this.alternatives({ fold: false, dots: false, lines: false });
    if (this.at < this.chars.length) throw this.refused("an unopened )");
    return node;
  }

  private refused(what: string): Refused {
    return new Refused(`The pattern ${JSON.stringify(this.text)} holds ${what}.`);
  }

  private peek(ahead = 0): string {
    return this.chars[this.at + ahead] ?? "";
  }

  private alternatives(flags: Flags): Node {
    const parts = [this.sequence(flags)];
    while (this.peek() === "|") {
      this.at += 1;
      parts.push(this.sequence(flags));
    }
    return parts.length === 1 ? (parts[0] as Node) : { kind: "any", parts };
  }

  private sequence(flags: Flags): Node {
    const parts: Node[] = [];
    while (this.at < this.chars.length && this.peek() !== "|" && this.peek() !== ")") {
      parts.push(this.repeated(this.atom(flags)));
    }
    return { kind: "all", parts };
  }

  private repeated(part: Node): Node {
    const limits = this.limits();
    if (limits === undefined) return part;
    if (this.peek() === "?") this.at += 1; // lazy: the same texts match
    return { kind: "repeat", part, least: limits[0], most: limits[1] };
  }

  private limits(): [number, number] | undefined {
    const sign = this.peek();
    if (sign === "*" || sign === "+" || sign === "?") {
      this.at += 1;
      return [sign === "+" ? 1 : 0, sign === "?" ? 1 : Infinity];
    }
    const found = /^\{(\d+)(,?)(\d*)\}/.exec(this.chars.slice(this.at, this.at + 12).join(""));
    if (found === null) return undefined;
    this.at += found[0].length;
    const least = Number(found[1]);
    const most = found[2] === "" ? least : found[3] === "" ? Infinity : Number(found[3]);
    if (least > 1000 || (most !== Infinity && most > 1000) || most < least) throw this.refused("a wrong count");
    return [least, most];
  }

  private atom(flags: Flags): Node {
    const char = this.peek();
    this.at += 1;
    if (char === "(") return this.group(flags);
    if (char === "[") return { kind: "test", test: this.set(flags) };
    if (char === "^") return { kind: "assert", holds: (codes, at) => at === 0 || (flags.lines && codes[at - 1] === 10) };
    if (char === "$") {
      return { kind: "assert", holds: (codes, at) => at === codes.length || (flags.lines && codes[at] === 10) };
    }
    if (char === ".") {
      const line = this.narrow ? any([is("\n"), is("\r")]) : is("\n");
      return { kind: "test", test: flags.dots ? () => true : not(line) };
    }
    if (char === "\\") return this.escape(flags);
    if ("*+?".includes(char)) throw this.refused(`${char} after nothing`);
    return { kind: "test", test: this.literal(char, flags) };
  }

  private literal(char: string, flags: Flags): Test {
    return flags.fold ? any([...new Set([char, char.toLowerCase(), char.toUpperCase()])].filter((one) => [...one].length === 1).map(is)) : is(char);
  }

  private escape(flags: Flags): Node {
    const char = this.peek();
    this.at += 1;
    const known = CLASSES[char] ?? this.category(char);
    if (known !== undefined) return { kind: "test", test: known };
    if (char === "b") return { kind: "assert", holds: atWord };
    if (char === "B") return { kind: "assert", holds: (codes, at) => !atWord(codes, at) };
    if (char === "A") return { kind: "assert", holds: (_codes, at) => at === 0 };
    if (char === "z") return { kind: "assert", holds: (codes, at) => at === codes.length };
    return { kind: "test", test: this.literal(this.escaped(char), flags) };
  }

  /** Read what follows a `\\p` or `\\P`: a category or script of Unicode. */
  private category(char: string): Test | undefined {
    if (char !== "p" && char !== "P") return undefined;
    const found = /^(?:([A-Z])|\{(\^?)([A-Za-z_]+)\})/.exec(this.chars.slice(this.at, this.at + 40).join(""));
    if (found === null) throw this.refused("a wrong \\p");
    this.at += found[0].length;
    const name = found[1] ?? (found[3] as string);
    const form = [name, `Script=${name}`].map(classOf).find((one) => one !== undefined);
    if (form === undefined) throw this.refused(`\\p{${name}}, which is not known`);
    const test: Test = (code) => form.test(String.fromCodePoint(code));
    return (char === "P") !== (found[2] === "^") ? not(test) : test;
  }

  private escaped(char: string): string {
    const control = CONTROLS[char];
    if (control !== undefined) return control;
    if (char === "x") {
      const found = /^(?:([0-9A-Fa-f]{2})|\{([0-9A-Fa-f]{1,6})\})/.exec(this.chars.slice(this.at, this.at + 9).join(""));
      if (found === null) throw this.refused("a wrong \\x");
      this.at += found[0].length;
      return String.fromCodePoint(parseInt(found[1] ?? (found[2] as string), 16));
    }
    if (char === "" || /[A-Za-z0-9]/.test(char)) throw this.refused(`\\${char}, which is not carried over`);
    return char;
  }

  private set(flags: Flags): Test {
    const tests: Test[] = [];
    const negated = this.peek() === "^";
    if (negated) this.at += 1;
    let first = true;
    while (first || this.peek() !== "]") {
      if (this.at >= this.chars.length) throw this.refused("an open [");
      if (this.peek() === "[" && this.peek(1) === ":") throw this.refused("a named class, which is not carried over");
      first = false;
      const low = this.member();
      if (typeof low !== "string") tests.push(low);
      else if (this.peek() === "-" && this.peek(1) !== "]" && this.peek(1) !== "") {
        this.at += 1;
        const high = this.member();
        if (typeof high !== "string") throw this.refused("a wrong range");
        tests.push(this.range(low, high, flags));
      } else tests.push(this.literal(low, flags));
    }
    this.at += 1;
    return negated ? not(any(tests)) : any(tests);
  }

  private range(low: string, high: string, flags: Flags): Test {
    if (low.codePointAt(0)! > high.codePointAt(0)!) throw this.refused("a wrong range");
    const test = between(low, high);
    if (!flags.fold) return test;
    const folded = (code: number, fold: string): boolean => [...fold].length === 1 && test(fold.codePointAt(0) ?? code);
    return (code) => {
      const char = String.fromCodePoint(code);
      return test(code) || folded(code, char.toLowerCase()) || folded(code, char.toUpperCase());
    };
  }

  private member(): string | Test {
    const char = this.peek();
    this.at += 1;
    if (char !== "\\") return char;
    const next = this.peek();
    this.at += 1;
    return CLASSES[next] ?? this.category(next) ?? this.escaped(next);
  }

  private group(flags: Flags): Node {
    let inner = flags;
    if (this.peek() === "?") {
      const head = /^\?(?:P?<[A-Za-z0-9_]+>|([ims]*)(?:-([ims]+))?(:|\)))/.exec(this.chars.slice(this.at).join(""));
      if (head === null) throw this.refused("a group that is not carried over");
      if (head[3] === ")" && this.at !== 1) throw this.refused("flags that do not begin it");
      this.at += [...head[0]].length;
      const on = (flag: string, before: boolean): boolean =>
        (before || (head[1] ?? "").includes(flag)) && !(head[2] ?? "").includes(flag);
      inner = { fold: on("i", flags.fold), dots: on("s", flags.dots), lines: on("m", flags.lines) };
      if (head[3] === ")") {
        return this.alternatives(inner); // to the end of the pattern
      }
    }
    const node = this.alternatives(inner);
    if (this.peek() !== ")") throw this.refused("an open (");
    this.at += 1;
    return node;
  }
}

class Machine {
  readonly states: State[] = [];

  add(state: State): number {
    if (this.states.length >= MOST_STATES) throw new Refused("The pattern is too large.");
    return this.states.push(state) - 1;
  }

  /** Return the state that begins `node` and goes on at `next`. */
  build(node: Node, next: number): number {
    if (node.kind === "test") return this.add({ test: node.test, next: [next] });
    if (node.kind === "assert") return this.add({ holds: node.holds, next: [next] });
    if (node.kind === "all") return node.parts.reduceRight((after, part) => this.build(part, after), next);
    if (node.kind === "any") return this.add({ next: node.parts.map((part) => this.build(part, next)) });
    let after = next;
    if (node.most === Infinity) {
      const loop = this.add({ next: [next] });
      (this.states[loop] as State).next.push(this.build(node.part, loop));
      after = loop;
    } else {
      for (let left = node.most; left > node.least; left -= 1) {
        after = this.add({ next: [next, this.build(node.part, after)] });
      }
    }
    for (let left = node.least; left > 0; left -= 1) after = this.build(node.part, after);
    return after;
  }
}

export class Pattern {
  private readonly states: readonly State[];
  private readonly start: number;
  private readonly end: number;

  /** Compile a pattern; with `narrow` a dot is no carriage return either (RFC 9485). */
  constructor(text: string, narrow = false) {
    if ([...text].length > MOST_PATTERN) throw new Refused("The pattern has more than 512 characters.");
    const machine = new Machine();
    this.end = machine.add({ next: [] });
    this.start = machine.build(new Reader(text, narrow).whole(), this.end);
    this.states = machine.states;
  }

  search(text: string): boolean {
    return this.run(text, false);
  }

  fullmatch(text: string): boolean {
    return this.run(text, true);
  }

  private run(text: string, whole: boolean): boolean {
    const codes = subject(text);
    let here = new Set<number>();
    for (let at = 0; at <= codes.length; at += 1) {
      if (at === 0 || !whole) this.reach(this.start, codes, at, here);
      if (here.has(this.end) && (!whole || at === codes.length)) return true;
      const after = new Set<number>();
      if (at === codes.length) break;
      for (const one of here) {
        const state = this.states[one] as State;
        if (state.test?.(codes[at] as number)) this.reach(state.next[0] as number, codes, at + 1, after);
      }
      here = after;
    }
    return false;
  }

  private reach(start: number, codes: readonly number[], at: number, found: Set<number>): void {
    const left = [start];
    for (let one = left.pop(); one !== undefined; one = left.pop()) {
      if (found.has(one)) continue;
      found.add(one);
      const state = this.states[one] as State;
      if (state.test === undefined && (state.holds === undefined || state.holds(codes, at))) left.push(...state.next);
    }
  }
}

/** Return the code points of a text, of which 64 Ki are looked at. */
function subject(text: string): number[] {
  const codes: number[] = [];
  for (const char of text) {
    if (codes.length === MOST_SUBJECT) break;
    codes.push(char.codePointAt(0)!);
  }
  return codes;
}
