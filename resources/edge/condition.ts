// Conditions of a descriptor: one value that satisfies the operator suffices.

import { type Found, isNumber, isObject, type Json, JsonObject, less, MISSING, Refused, same, scalarText } from "./json.ts";
import { compilePath } from "./jsonpath.ts";
import { Pattern } from "./pattern.ts";

/** What a source may look at; names of headers are in lower case. */
export interface Place {
  readonly body: Json;
  readonly headers: ReadonlyMap<string, string>;
  readonly query: ReadonlyMap<string, string>;
  readonly params: ReadonlyMap<string, string>;
}

export type Holds = (place: Place) => boolean;
type Values = (place: Place) => Json[];

/** Return a place that holds nothing but an item. */
export const onItem = (body: Json): Place => ({ body, headers: new Map(), query: new Map(), params: new Map() });

/** Compile a source: `$…`, `item:$…`, `header:X`, `query:x` or `param:t`. */
export function compileSource(text: string): Values {
  if (text.startsWith("$")) return pathValues(text);
  if (text.startsWith("item:")) return pathValues(text.slice("item:".length));
  const [, kind, name] = /^(header|query|param):(.+)$/.exec(text) ?? [];
  if (kind === undefined || name === undefined) throw new Refused(`${text} does not say where a value of a call comes from.`);
  return (place) => {
    const found =
      kind === "header" ? place.headers.get(name.trim().toLowerCase())
        : kind === "query" ? place.query.get(name.trim()) : place.params.get(name.trim());
    return found === undefined ? [] : [found];
  };
}

function pathValues(text: string): Values {
  const path = compilePath(text);
  return ({ body }) => path.values(body);
}

/** Compile a condition, or `all`, `any` and `not` of conditions. */
export function compileCondition(predicate: Json): Holds {
  if (!isObject(predicate)) throw new Refused("A condition is an object.");
  const parts = (name: string): Holds[] => {
    const found = predicate.get(name);
    return Array.isArray(found) ? found.map(compileCondition) : [];
  };
  if (predicate.has("all")) {
    const all = parts("all");
    return (place) => all.every((one) => one(place));
  }
  if (predicate.has("any")) {
    const any = parts("any");
    return (place) => any.some((one) => one(place));
  }
  if (predicate.has("not")) {
    const inner = compileCondition(predicate.get("not") as Json);
    return (place) => !inner(place);
  }
  return compared(predicate);
}

function compared(condition: JsonObject): Holds {
  const values = compileSource(scalarText(condition.get("when") ?? ""));
  const operator = scalarText(condition.get("operator") ?? "");
  if (operator === "exists") return (place) => values(place).length > 0;
  if (operator === "missing") return (place) => values(place).length === 0;
  const other = condition.get("valuePath");
  if (typeof other === "string") {
    const others = compileSource(other);
    return (place) => pair(operator, values(place), others(place));
  }
  const test = against(operator, condition.get("value") ?? null);
  return (place) => values(place).some(test);
}

function pair(operator: string, left: Json[], right: Json[]): boolean {
  const [first] = right;
  const flat = operator === "in" && right.length === 1 && Array.isArray(first) ? first : right;
  return left.some((one) => flat.some((other) => against(operator === "in" ? "equals" : operator, other)(one)));
}

function against(operator: string, value: Json): (found: Json) => boolean {
  if (operator === "matches") {
    if (typeof value !== "string") return () => false;
    const pattern = new Pattern(value);
    return (found) => isScalar(found) && pattern.search(scalarText(found));
  }
  if (operator === "in") return (found) => Array.isArray(value) && value.some((one) => equals(found, one));
  const known = COMPARES[operator];
  if (known === undefined) throw new Refused(`There is no operator ${operator}.`);
  return (found) => known(found, value);
}

const isScalar = (value: Found): boolean => value !== null && value !== MISSING && !Array.isArray(value) && !isObject(value);

function equals(found: Json, value: Json): boolean {
  if (typeof value === "string" && typeof found !== "string") {
    return (isNumber(found) || typeof found === "boolean") && scalarText(found) === value;
  }
  return same(found, value);
}

function contains(found: Json, value: Json): boolean {
  if (typeof found === "string") return typeof value === "string" && found.includes(value);
  return Array.isArray(found) && found.some((one) => equals(one, value));
}

const level = (found: Json, value: Json): boolean => (typeof found === "string" || isNumber(found)) && same(found, value);
const COMPARES: Readonly<Record<string, (found: Json, value: Json) => boolean>> = {
  equals,
  not_equals: (found, value) => !equals(found, value),
  contains,
  gt: (found, value) => less(value, found),
  gte: (found, value) => less(value, found) || level(found, value),
  lt: less,
  lte: (found, value) => less(found, value) || level(found, value),
};
