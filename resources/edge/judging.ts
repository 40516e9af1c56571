// What stands in a filter of a path: comparisons, lengths and patterns (RFC 9535, 2.3.5).

import { type Found, type Json, JsonObject, less, MISSING, same } from "./json.ts";
import { Pattern } from "./pattern.ts";

export type Test = (root: Json, here: Json) => boolean;
export type Operand = (root: Json, here: Json) => Found;
export const COMPARISONS = ["==", "!=", "<=", ">=", "<", ">"] as const;

/** Return the indexes that a slice chooses, in its order. */
export function sliced({ start, end, step }: { start?: number; end?: number; step: number }, length: number): number[] {
  if (step === 0) return [];
  const from = (index: number): number => (index >= 0 ? index : length + index);
  const [low, high] = step > 0 ? [0, length] : [-1, length - 1];
  const bound = (index: number): number => Math.min(Math.max(from(index), low), high);
  const first = start === undefined ? (step > 0 ? 0 : length - 1) : bound(start);
  const last = end === undefined ? (step > 0 ? length : -1) : bound(end);
  const found: number[] = [];
  for (let at = first; step > 0 ? at < last : at > last; at += step) found.push(at);
  return found;
}

/** Return whether two operands stand in a relation. */
export function compared(left: Operand, sign: (typeof COMPARISONS)[number], right: Operand): Test {
  const equal = (one: Found, other: Found): boolean =>
    one === MISSING || other === MISSING ? one === other : same(one, other);
  const before = (one: Found, other: Found): boolean => one !== MISSING && other !== MISSING && less(one, other);
  const judges: Record<typeof sign, (one: Found, other: Found) => boolean> = {
    "==": equal,
    "!=": (one, other) => !equal(one, other),
    "<": before,
    ">": (one, other) => before(other, one),
    "<=": (one, other) => before(one, other) || equal(one, other),
    ">=": (one, other) => before(other, one) || equal(one, other),
  };
  return (root, here) => judges[sign](left(root, here), right(root, here));
}

/** Return the length of a text, a list or an object; of nothing else. */
export function lengthOf(value: Found): Found {
  if (typeof value === "string") return BigInt([...value].length);
  if (Array.isArray(value)) return BigInt(value.length);
  return value instanceof JsonObject ? BigInt(value.size) : MISSING;
}

const patterns = new Map<string, Pattern | null>();

/** Return whether a text matches a pattern, whole or anywhere. */
export function matching(text: Operand, pattern: Operand, whole: boolean): Test {
  return (root, here) => {
    const [subject, form] = [text(root, here), pattern(root, here)];
    if (typeof subject !== "string" || typeof form !== "string") return false;
    if (!patterns.has(form)) patterns.set(form, compiled(form));
    const found = patterns.get(form);
    return found ? (whole ? found.fullmatch(subject) : found.search(subject)) : false;
  };
}

function compiled(form: string): Pattern | null {
  try {
    return new Pattern(form, true);
  } catch {
    return null; // RFC 9535 2.4.6: one that is not valid matches nothing
  }
}

