// From a body to items: where they stand, in which shape, and changed by transforms.

import { toRfc3339 } from "./dates.ts";
import { compileCondition, type Holds, onItem } from "./condition.ts";
import { decode, Decimal, type Found, isNumber, isObject, type Json, JsonObject, MISSING, Refused, scalarText } from "./json.ts";
import { compilePath, type Path, type Steps } from "./jsonpath.ts";
import { compileTemplate, strip } from "./template.ts";

export interface Changed {
  readonly received: Json;
  readonly item: Json;
  readonly error?: { readonly message: string; readonly field: string };
  readonly gone?: boolean;
}
export type Caster = (value: Json) => Json;
type Change = (item: Json) => Json;
type Step = { told: string; change: Change } | { told: string; member: Steps; keeps: boolean };

const MOST_EXPANDED = 10_000;
const MOST_DIGITS = 4_300;
const WORDS: Readonly<Record<string, boolean>> = { true: true, yes: true, on: true, "1": true, false: false, no: false, off: false, "0": false };

/** Return a member that is a text, or undefined. */
export function textAt(part: JsonObject, name: string): string | undefined {
  const found = part.get(name);
  return typeof found === "string" ? found : undefined;
}

/** Return a member that is a list of objects, empty where it is not there. */
export function partsAt(part: JsonObject, name: string): JsonObject[] {
  const found = part.get(name);
  return Array.isArray(found) ? found.filter(isObject) : [];
}

/** Return a member that must be a text. */
export function wordAt(part: JsonObject, name: string): string {
  const found = textAt(part, name);
  if (found === undefined) throw new Refused(`The descriptor lacks ${name}.`);
  return found;
}

/** Return a function from a body to its items. */
export function compileItems(text: string, shape: string | undefined, columns: JsonObject | undefined): (body: Json) => Json[] {
  const path = compilePath(text);
  if (shape === undefined || shape === "list") return (body) => elementsAt(path, body);
  const within = shapes[shape];
  if (within === undefined) throw new Refused(`There is no shape ${shape}.`);
  const places = new Map([...(columns ?? [])].map(([name, one]) => [name, compilePath(scalarText(one))]));
  return (body) => path.values(body).filter((value) => value !== null).flatMap((value) => within(value, places));
}

/** Return what a path leads to: a list at one place is its elements. */
export function elementsAt(path: Path, value: Json): Json[] {
  if (!path.singular) return path.values(value);
  const found = path.first(value);
  if (Array.isArray(found)) return found;
  return found === MISSING || found === null ? [] : [found];
}

type Within = (value: Json, columns: ReadonlyMap<string, Path>) => Json[];
const shapes: Readonly<Record<string, Within>> = {
  object: (value) => {
    if (isObject(value)) return [...value].map(([name, member]) => keyed(name, member));
    return Array.isArray(value) ? value.map((one, at) => keyed(String(at), one)) : [value];
  },
  entries: (value) => {
    if (isObject(value)) return [...value].map(([name, member]) => keyed(name, member));
    return Array.isArray(value) ? value.map(entry) : [value];
  },
  columns: (value, columns) => {
    if (isObject(value)) return parallel(value, columns);
    if (!Array.isArray(value)) return [value];
    if (columns.size > 0) return value.map((row) => members([...columns].map(([name, path]) => [name, path.first(row)])));
    return underHeader(value);
  },
};

function entry(pair: Json): Json {
  if (!Array.isArray(pair) || pair.length !== 2) return pair;
  const [key = null, value = null] = pair;
  return key !== null && !Array.isArray(key) && !isObject(key) ? keyed(scalarText(key), value) : pair;
}

function keyed(key: string, value: Json): Json {
  if (!isObject(value)) return new JsonObject([["_key", key], ["_value", value]]);
  return new JsonObject([["_key", key], ...[...value].filter(([name]) => name !== "_key")]);
}

function members(pairs: readonly (readonly [string, Found])[]): Json {
  return new JsonObject(pairs.filter((pair): pair is readonly [string, Json] => pair[1] !== MISSING));
}

function parallel(table: JsonObject, columns: ReadonlyMap<string, Path>): Json[] {
  const found: [string, Found][] = columns.size > 0 ? [...columns].map(([name, path]) => [name, path.first(table)]) : [...table];
  const lists = found.filter((pair): pair is [string, Json[]] => Array.isArray(pair[1]));
  const rows = Math.max(0, ...lists.map(([, list]) => list.length));
  return Array.from({ length: rows }, (_none, at) => members(lists.map(([name, list]) => [name, at < list.length ? (list[at] as Json) : MISSING])));
}

function underHeader(rows: Json[]): Json[] {
  const [header] = rows;
  if (!Array.isArray(header)) return rows;
  const names: string[] = [];
  header.forEach((cell, at) => {
    const empty = cell === null || cell === "" || Array.isArray(cell) || isObject(cell);
    const name = empty ? `column_${at + 1}` : scalarText(cell);
    names.push(names.includes(name) ? `${name}_${at + 1}` : name);
  });
  return rows.slice(1).map((row) => {
    if (!Array.isArray(row)) return row;
    const found = new JsonObject(names.slice(0, row.length).map((name, at) => [name, row[at] as Json]));
    if (row.length > names.length) found.set("_rest", row.slice(names.length));
    return found;
  });
}

const shown = (value: Json): string => {
  if (isObject(value)) return "an object";
  if (Array.isArray(value)) return "a list";
  const text = typeof value === "string" ? `'${value}'` : scalarText(value);
  return text.length <= 64 ? text : `${text.slice(0, 64)}…`;
};

function exact(value: Json): bigint | Decimal | undefined {
  if (isNumber(value)) return value;
  const text = typeof value === "string" ? strip(value) : "";
  if (text.length > MOST_DIGITS || !/^[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d{1,6})?$/.test(text)) return undefined;
  return /^[+-]?\d+$/.test(text) ? BigInt(text.replace(/^\+/, "")) : Decimal.read(text);
}

/** Return a function from a value to the same value as a type, exactly or not at all. */
export function compileCast(cast: string, dateFormat: string | undefined): Caster {
  const format = dateFormat ?? "iso8601";
  const casters: Readonly<Record<string, Caster>> = {
    string: (value) => {
      if (Array.isArray(value) || isObject(value)) throw new Refused(`${shown(value)} is not text`);
      return scalarText(value);
    },
    integer: (value) => {
      const number = exact(value);
      const whole = number instanceof Decimal ? (number.adjusted <= MOST_DIGITS ? number.whole() : undefined) : number;
      if (whole === undefined) throw new Refused(`${shown(value)} is not a whole number`);
      return whole;
    },
    number: (value) => {
      const number = exact(value);
      if (number === undefined) throw new Refused(`${shown(value)} is not a number`);
      return number;
    },
    boolean: (value) => {
      if (typeof value === "boolean") return value;
      const word = typeof value === "string" || typeof value === "bigint" ? strip(scalarText(value)).toLowerCase() : "";
      const found = Object.hasOwn(WORDS, word) ? WORDS[word] : undefined;
      if (found === undefined) throw new Refused(`${shown(value)} is not yes or no`);
      return found;
    },
    json: (value) => {
      if (typeof value !== "string") return value;
      try {
        return decode(new TextEncoder().encode(value));
      } catch (error) {
        throw new Refused(`${shown(value)} is no JSON: ${(error as Error).message}`);
      }
    },
    datetime: (value) => toRfc3339(value, typeof value === "string" ? format : format === "unix_ms" ? "unix_ms" : "unix"),
  };
  const caster = casters[cast];
  if (caster === undefined) throw new Refused(`There is no type ${cast}.`);
  return (value) => (value === null ? null : caster(value));
}

/** Return a function from an item to what its transforms make of it. */
export function compileTransforms(parts: readonly JsonObject[], names: JsonObject, dateFormat: string | undefined): (item: Json) => Changed[] {
  const steps = parts.map((part) => compileStep(part, names, dateFormat));
  return (item) => [...run(steps, 0, item, item)];
}

function* run(steps: readonly Step[], start: number, received: Json, first: Json): Generator<Changed> {
  let item = first;
  for (let at = start; at < steps.length; at += 1) {
    const step = steps[at] as Step;
    try {
      if ("change" in step) item = step.change(item);
      else {
        const parts = spread(step.member, step.keeps, item);
        if (parts.length === 0) yield { received, item, gone: true };
        for (const part of parts) yield* run(steps, at + 1, part, part);
        return;
      }
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      yield { received, item, error: { message: `${step.told}: ${error.message.replace(/\.$/, "")}.`, field: `transforms/${at}` } };
      return;
    }
  }
  yield { received, item };
}

function compileStep(part: JsonObject, names: JsonObject, dateFormat: string | undefined): Step {
  const op = wordAt(part, "op");
  const path = textAt(part, "path");
  const told = path === undefined ? op : `${op} ${path}`;
  if (op === "expand") return { told, member: compileMember(wordAt(part, "path")), keeps: part.get("keepParent") === true };
  if (op === "set") return { told, change: onlyIf(part, setter(part, names, dateFormat)) };
  if (op === "remove") {
    const paths = part.get("paths");
    return { told, change: onlyIf(part, remover(Array.isArray(paths) ? paths.map(scalarText) : [])) };
  }
  if (op === "rename") {
    const [old, fresh] = [compileMember(wordAt(part, "from")), compileMember(wordAt(part, "to"))];
    return {
      told: `rename ${wordAt(part, "from")}`,
      change: (item) => {
        const value = readMember(item, old);
        return value === MISSING ? item : putMember(without(item, old), fresh, value);
      },
    };
  }
  if (op === "flatten") return { told, change: flattener(path, textAt(part, "separator") ?? "_") };
  if (op === "keys") {
    const rename = RENAMERS[wordAt(part, "case")];
    if (rename !== undefined) return { told, change: (item) => inCase(item, rename) };
  }
  throw new Refused(`The transform ${op} is not carried over.`);
}

function onlyIf(part: JsonObject, change: Change): Change {
  const predicate = part.get("if");
  if (!isObject(predicate ?? null)) return change;
  const holds: Holds = compileCondition(predicate as Json);
  return (item) => (holds(onItem(item)) ? change(item) : item);
}

function setter(part: JsonObject, names: JsonObject, dateFormat: string | undefined): Change {
  const member = compileMember(wordAt(part, "path"));
  const template = compileTemplate(wordAt(part, "value"));
  const as = textAt(part, "as");
  const cast = as === undefined ? undefined : compileCast(as, dateFormat);
  return (item) => {
    const value = template.render({ names, item });
    return value === MISSING ? item : putMember(item, member, cast === undefined ? value : cast(value));
  };
}

function remover(paths: readonly string[]): Change {
  const finders = paths.map((text): ((item: Json) => Steps[]) => {
    const path = text.startsWith("$") ? compilePath(text) : undefined;
    if (path !== undefined && path.steps === undefined) {
      return (item) => unique(path.find(item).map((match) => match.steps)).sort(lastFirst);
    }
    const member = compileMember(text);
    return (item) => (readMember(item, member) === MISSING ? [] : [member]);
  });
  return (item) => finders.reduce((before, find) => find(before).reduce(without, before), item);
}

const unique = (all: Steps[]): Steps[] => [...new Map(all.map((steps) => [JSON.stringify(steps), steps])).values()].filter((steps) => steps.length > 0);

/** Deeper and later places first, so that removing one moves no other. */
function lastFirst(left: Steps, right: Steps): number {
  for (let at = 0; at < Math.min(left.length, right.length); at += 1) {
    const [one, other] = [left[at], right[at]];
    if (typeof one === "number" && typeof other === "number" && one !== other) return other - one;
    if (one !== other) return String(one) < String(other) ? 1 : -1;
  }
  return right.length - left.length;
}

function compileMember(text: string): Steps {
  const steps = text.startsWith("$") ? compilePath(text).steps : text.split(".");
  if (steps === undefined || steps.length === 0 || steps.includes("")) throw new Refused(`${text} names no single member.`);
  return steps;
}

function indexOf(step: string | number, length: number): number | undefined {
  const index = typeof step === "number" ? step : /^-?[0-9]{1,9}$/.test(step) ? Number(step) : NaN;
  const at = index < 0 ? index + length : index;
  return at >= 0 && at < length ? at : undefined;
}

function readMember(item: Json, steps: Steps): Found {
  let found: Json = item;
  for (const step of steps) {
    if (isObject(found) && found.has(String(step))) found = found.get(String(step)) as Json;
    else if (Array.isArray(found) && indexOf(step, found.length) !== undefined) found = found[indexOf(step, found.length) as number] as Json;
    else return MISSING;
  }
  return found;
}

function putMember(item: Json, steps: Steps, value: Json): Json {
  const [step, ...rest] = steps;
  if (step === undefined) return value;
  if (Array.isArray(item)) {
    const at = indexOf(step, item.length);
    if (at === undefined) throw new Refused(`the list has no element ${step}`);
    return item.with(at, putMember(item[at] as Json, rest, value));
  }
  if (item !== null && !isObject(item)) throw new Refused(`${step} cannot stand in something that is no object`);
  const found = new JsonObject(item ?? []);
  return found.set(String(step), putMember(found.get(String(step)) ?? null, rest, value));
}

function without(item: Json, steps: Steps): Json {
  const [step, ...rest] = steps;
  if (step === undefined) return item;
  if (isObject(item) && item.has(String(step))) {
    const found = new JsonObject(item);
    if (rest.length === 0) found.delete(String(step));
    else found.set(String(step), without(item.get(String(step)) as Json, rest));
    return found;
  }
  const at = Array.isArray(item) ? indexOf(step, item.length) : undefined;
  if (!Array.isArray(item) || at === undefined) return item;
  return rest.length === 0 ? item.filter((_one, place) => place !== at) : item.with(at, without(item[at] as Json, rest));
}

function spread(member: Steps, keeps: boolean, item: Json): Json[] {
  const found = readMember(item, member);
  if (found === MISSING || found === null) return [];
  if (!Array.isArray(found) && !isObject(found)) throw new Refused(`${shown(found)} is not a list`);
  const elements = Array.isArray(found) ? found : [found];
  if (elements.length > MOST_EXPANDED) throw new Refused(`${elements.length} elements; at most ${MOST_EXPANDED} become items`);
  return keeps ? elements.map((one) => putMember(item, member, one)) : elements;
}

function named(pairs: Iterable<[string, Json]>): JsonObject {
  const found = new JsonObject();
  for (const [name, value] of pairs) {
    if (found.has(name)) throw new Refused(`two members would be named '${name}'`);
    found.set(name, value);
  }
  return found;
}

function flattener(path: string | undefined, separator: string): Change {
  if (path === undefined) return (item) => (isObject(item) ? named(lifted(item, separator)) : item);
  const steps = compileMember(path);
  const [above, last] = [steps.slice(0, -1), String(steps[steps.length - 1])];
  return (item) => {
    const holder = readMember(item, above);
    if (!isObject(holder)) return item;
    const pairs = [...holder].flatMap(([name, value]): [string, Json][] =>
      name === last ? [...lifted(new JsonObject([[name, value]]), separator)] : [[name, value]]);
    return putMember(item, above, named(pairs));
  };
}

function* lifted(object: JsonObject, separator: string): Generator<[string, Json]> {
  for (const [name, value] of object) {
    if (isObject(value) && value.size > 0) {
      for (const [inner, found] of lifted(value, separator)) yield [`${name}${separator}${inner}`, found];
    } else yield [name, value];
  }
}

function inCase(value: Json, rename: (name: string) => string): Json {
  if (Array.isArray(value)) return value.map((one) => inCase(one, rename));
  if (!isObject(value)) return value;
  return named([...value].map(([name, member]): [string, Json] => [rename(name), inCase(member, rename)]));
}

function wordsOf(name: string): string[] {
  return [...name.matchAll(/[\p{L}\p{N}]+/gu)].flatMap(([run]) => humps([...run])).map((word) => word.toLowerCase());
}

function humps(run: string[]): string[] {
  const words: string[] = [];
  let start = 0;
  const isUpper = (char: string | undefined): boolean => char !== undefined && /^\p{Uppercase}$/u.test(char);
  for (let at = 1; at < run.length; at += 1) {
    const after = run[at + 1];
    if (isUpper(run[at]) && (!isUpper(run[at - 1]) || (after !== undefined && /^\p{Lowercase}$/u.test(after)))) {
      words.push(run.slice(start, at).join(""));
      start = at;
    }
  }
  words.push(run.slice(start).join(""));
  return words;
}

const led = (name: string, text: string): string => (/^_*/.exec(name)?.[0] ?? "") + text;
const capitalised = (word: string): string => {
  const [first = "", ...rest] = [...word];
  return first.toUpperCase() + rest.join("").toLowerCase();
};
const RENAMERS: Readonly<Record<string, (name: string) => string>> = {
  snake: (name) => (wordsOf(name).length > 0 ? led(name, wordsOf(name).join("_")) : name),
  lower: (name) => name.toLowerCase(),
  camel: (name) => {
    const [first, ...rest] = wordsOf(name);
    return first === undefined ? name : led(name, first + rest.map(capitalised).join(""));
  },
};
