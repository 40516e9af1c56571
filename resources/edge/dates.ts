// Dates, times and durations as services write them; a time without a zone is UTC.
// A moment is the number of microseconds since 1970.

import { Decimal, isNumber, type Json, encode, Refused } from "./json.ts";

const SECOND = 1_000_000n;
const MILLISECOND = 1_000n;
const DAY = 86_400n * SECOND;
const FIRST = -62_135_596_800n * SECOND;
const AFTER_LAST = 253_402_300_800n * SECOND;
const NAMED = ["iso8601", "unix", "unix_ms", "date"];
const MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];
const DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

const shown = (value: Json): string => {
  const text = typeof value === "string" ? `'${value}'` : encode(value);
  return text.length <= 64 ? text : `${text.slice(0, 64)}…`;
};
const two = (number: number | bigint): string => String(number).padStart(2, "0");
const floorDiv = (left: bigint, right: bigint): bigint => (left - (((left % right) + right) % right)) / right;

function ranged(moment: bigint, told: Json): bigint {
  if (moment < FIRST || moment >= AFTER_LAST) throw new Refused(`${shown(told)} is out of the range of dates`);
  return moment;
}

/** Return the days since 1970 of a date; undefined where there is no such day. */
function dayNumber(year: number, month: number, day: number): bigint | undefined {
  if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1) return undefined;
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  return date.getUTCDate() === day ? BigInt(Math.round(date.getTime() / 86_400_000)) : undefined;
}

function ofWeek(year: number, week: number, day: number): bigint | undefined {
  const fourth = dayNumber(year, 1, 4);
  if (fourth === undefined || week < 1 || week > 53 || day < 1 || day > 7) return undefined;
  const weekday = ((fourth + 3n) % 7n + 7n) % 7n;
  const found = fourth - weekday + BigInt((week - 1) * 7 + day - 1);
  if (week === 53) {
    const next = dayNumber(year + 1, 1, 4);
    if (next !== undefined && found >= next - ((next + 3n) % 7n + 7n) % 7n) return undefined;
  }
  return found;
}

/** Read a date format's name or pattern; refuses what is none. */
export function checkFormat(format: string): string {
  if (!NAMED.includes(format)) checkPattern(format);
  return format;
}

/** Return the moment that a value tells. */
export function parseDate(value: Json, format = "iso8601"): bigint {
  if (format === "unix" || format === "unix_ms") return sinceEpoch(value, format === "unix" ? SECOND : MILLISECOND);
  if (typeof value !== "string") throw new Refused(`${shown(value)} is not a text with a date (${format})`);
  if (format === "iso8601") return parseIso(value);
  if (format === "date") {
    const day = dayOf(value.trim());
    if (day === undefined) throw new Refused(`${shown(value)} is not a date such as 2026-02-03`);
    return day * DAY;
  }
  return readPattern(value, format);
}

function dayOf(text: string): bigint | undefined {
  const plain = /^(\d{4})(-?)(\d{2})\2(\d{2})$/.exec(text);
  if (plain !== null) return dayNumber(Number(plain[1]), Number(plain[3]), Number(plain[4]));
  const week = /^(\d{4})(-?)W(\d{2})(?:\2(\d))?$/.exec(text);
  return week === null ? undefined : ofWeek(Number(week[1]), Number(week[3]), Number(week[4] ?? "1"));
}

const TIME = /^(\d{2})(?:(:?)(\d{2})(?:\2(\d{2})(?:[.,](\d+))?)?)?(?:(Z)|([+-])(\d{2})(?:(:?)(\d{2})(?:\9(\d{2})(?:[.,](\d+))?)?)?)?$/;

function parseIso(told: string): bigint {
  const clean = told.trim().toUpperCase();
  const leap = /^(.*:59):60(\D.*)?$/s.exec(clean);
  const moment = readIso(clean);
  if (moment !== undefined) return ranged(moment, told);
  if (leap !== null) return ranged(parseIso(`${leap[1]}:59${leap[2] ?? ""}`) + SECOND, told);
  throw new Refused(`${shown(told)} is not an ISO 8601 date`);
}

/** Return a time without the one space that may stand before its zone. */
function spaced(time: string): string {
  const found = /^(.*\d) (Z|[+-].*)$/.exec(time);
  if (found === null || /[.,]\d{1,5}$/.test(found[1] as string)) return time;
  return `${found[1]}${found[2]}`;
}

function readIso(text: string): bigint | undefined {
  const whole = dayOf(text);
  if (whole !== undefined) return whole * DAY;
  const date = /^(?:\d{4}-\d{2}-\d{2}|\d{4}-W\d{2}-\d|\d{4}W\d{3}|\d{8}|\d{4}-W\d{2}|\d{4}W\d{2})/.exec(text)?.[0];
  if (date === undefined) return undefined;
  const day = dayOf(date);
  const rest = [...text.slice(date.length)].slice(1).join("");
  const time = TIME.exec(spaced(rest));
  if (day === undefined || time === null) return undefined;
  const [, hour, , minute = "0", second = "0", fraction = "", , sign, zoneHour = "0", , zoneMinute = "0", zoneSecond = "0", zoneFraction = ""] = time;
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined;
  if (Number(zoneMinute) > 59 || Number(zoneSecond) > 59 || Number(zoneHour) > 23) return undefined;
  const micro = (text: string): bigint => BigInt(text.slice(0, 6).padEnd(6, "0"));
  const clock = ((BigInt(hour!) * 60n + BigInt(minute)) * 60n + BigInt(second)) * SECOND + micro(fraction);
  const zone = ((BigInt(zoneHour) * 60n + BigInt(zoneMinute)) * 60n + BigInt(zoneSecond)) * SECOND + micro(zoneFraction);
  return day * DAY + clock - (sign === "-" ? -zone : zone);
}

function sinceEpoch(value: Json, unit: bigint): bigint {
  const number = isNumber(value) ? Decimal.of(value) : typeof value === "string" ? Decimal.read(value.trim()) : undefined;
  if (number === undefined) throw new Refused(`${shown(value)} is not a number of seconds`);
  if (number.adjusted > 20) throw new Refused(`${shown(value)} is out of the range of dates`);
  const scaled = new Decimal(number.negative, number.coefficient * unit, number.exponent);
  return ranged(scaled.truncated(), value);
}

/** Write a moment; `unix` is a text where there is a fraction. */
export function formatDate(moment: bigint, format: string): string | bigint {
  if (format === "iso8601") return rfc3339(moment);
  if (format === "date") return writePattern(moment, "%Y-%m-%d");
  if (format === "unix_ms") return floorDiv(moment, MILLISECOND);
  if (format !== "unix") return writePattern(moment, checkFormat(format));
  if (moment % SECOND === 0n) return moment / SECOND;
  const size = moment < 0n ? -moment : moment;
  const fraction = String(size % SECOND).padStart(6, "0").replace(/0+$/, "");
  return `${moment < 0n ? "-" : ""}${size / SECOND}.${fraction}`;
}

/** Write a moment as RFC 3339 in UTC, with a fraction only where there is one. */
export function rfc3339(moment: bigint): string {
  const fraction = ((moment % SECOND) + SECOND) % SECOND;
  return writePattern(moment, fraction === 0n ? "%Y-%m-%dT%H:%M:%SZ" : "%Y-%m-%dT%H:%M:%S.%fZ");
}

/** Return a value's moment as RFC 3339 in UTC. */
export function toRfc3339(value: Json, format: string): string {
  return rfc3339(parseDate(value, format));
}

const WHOLE: Readonly<Record<string, string>> = { T: "%H:%M:%S", F: "%Y-%m-%d", D: "%m/%d/%y", e: "%d" };
const expanded = (pattern: string): string => pattern.replace(/%%|%([TFDe])/g, (whole, letter: string | undefined) => (letter ? (WHOLE[letter] as string) : whole));

interface Parts {
  readonly date: Date;
  readonly micro: bigint;
  readonly seconds: bigint;
}
const WRITERS: Readonly<Record<string, (at: Parts) => string>> = {
  Y: ({ date }) => String(date.getUTCFullYear()).padStart(4, "0"),
  m: ({ date }) => two(date.getUTCMonth() + 1),
  d: ({ date }) => two(date.getUTCDate()),
  H: ({ date }) => two(date.getUTCHours()),
  M: ({ date }) => two(date.getUTCMinutes()),
  S: ({ date }) => two(date.getUTCSeconds()),
  f: ({ micro }) => String(micro).padStart(6, "0"),
  y: ({ date }) => two(date.getUTCFullYear() % 100),
  I: ({ date }) => two(date.getUTCHours() % 12 || 12),
  p: ({ date }) => (date.getUTCHours() < 12 ? "AM" : "PM"),
  j: ({ date }) => String(Math.floor((date.getTime() - new Date(date).setUTCMonth(0, 1)) / 86_400_000) + 1).padStart(3, "0"),
  b: ({ date }) => (MONTHS[date.getUTCMonth()] as string).slice(0, 3),
  B: ({ date }) => MONTHS[date.getUTCMonth()] as string,
  a: ({ date }) => (DAYS[(date.getUTCDay() + 6) % 7] as string).slice(0, 3),
  A: ({ date }) => DAYS[(date.getUTCDay() + 6) % 7] as string,
  z: () => "+0000",
  Z: () => "UTC",
  s: ({ seconds }) => String(seconds),
  "%": () => "%",
};
const starts = (words: readonly string[]): string => words.map((word) => word.slice(0, 3)).join("|");
const READERS: Readonly<Record<string, string>> = {
  Y: "\\d{4}", m: "\\d{1,2}", d: "[ \\t\\n\\r\\f\\v]?\\d{1,2}", H: "\\d{1,2}", M: "\\d{1,2}", S: "\\d{1,2}", f: "\\d{1,30}",
  y: "\\d{2}", I: "\\d{1,2}", p: "[AaPp][Mm]", j: "\\d{1,3}", b: starts(MONTHS), B: MONTHS.join("|"),
  a: starts(DAYS), A: DAYS.join("|"), z: "[+-]\\d\\d:?\\d\\d|Z", Z: "UTC|GMT|Z", s: "-?\\d{1,12}",
};

function checkPattern(pattern: string): void {
  const letters = [...expanded(pattern).matchAll(/%([\s\S]?)/gu)].map((one) => one[1] as string);
  if (letters.length === 0) {
    throw new Refused(`${shown(pattern)} is no date format: write iso8601, unix, unix_ms, date or a pattern such as %Y-%m-%d`);
  }
  for (const letter of letters) {
    if (!Object.hasOwn(WRITERS, letter)) throw new Refused(`%${letter} is not a part of a date pattern`);
  }
}

function writePattern(moment: bigint, pattern: string): string {
  const seconds = floorDiv(moment, SECOND);
  const parts = { date: new Date(Number(seconds) * 1000), micro: moment - seconds * SECOND, seconds };
  return expanded(pattern).replace(/%([\s\S])/gu, (_whole, letter: string) => (WRITERS[letter] as (at: Parts) => string)(parts));
}

function readPattern(text: string, pattern: string): bigint {
  checkPattern(pattern);
  const letters: string[] = [];
  const escaped = (part: string): string => part.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");
  const source = expanded(pattern).split(/(%[\s\S])/u).map((part) => {
    if (!part.startsWith("%") || part.length < 2) return escaped(part);
    const letter = part.slice(1);
    if (letter === "%") return "%";
    if (letters.includes(letter)) throw new Refused(`%${letter} stands twice in ${pattern}`);
    letters.push(letter);
    return `(${READERS[letter]})`;
  });
  const found = new RegExp(`^${source.join("")}$`, "i").exec(text.trim());
  if (found === null) throw new Refused(`${shown(text)} does not follow ${pattern}`);
  return momentOf(new Map(letters.map((letter, at) => [letter, found[at + 1] as string])), text);
}

function momentOf(told: ReadonlyMap<string, string>, text: string): bigint {
  const number = (letter: string, otherwise: number): number => Number(told.get(letter) ?? otherwise);
  if (told.has("s")) return ranged(BigInt(told.get("s") as string) * SECOND, text);
  if (!told.has("Y") && !told.has("y")) throw new Refused("the date pattern has no year");
  const short = number("y", 0);
  const year = told.has("Y") ? number("Y", 0) : short + (short >= 69 ? 1900 : 2000);
  const name = told.get("b") ?? told.get("B");
  const month = name === undefined ? number("m", 1) : MONTHS.findIndex((one) => one.slice(0, 3).toLowerCase() === name.slice(0, 3).toLowerCase()) + 1;
  const day = dayNumber(year, month, Number((told.get("d") ?? "1").trim()));
  const [hour, minute, second] = [hourOf(told), number("M", 0), number("S", 0)];
  if (day === undefined || hour > 23 || minute > 59 || second > 59) throw new Refused(`${shown(text)} is no date`);
  const micro = BigInt((told.get("f") ?? "0").slice(0, 6).padEnd(6, "0"));
  const clock = ((BigInt(hour) * 60n + BigInt(minute)) * 60n + BigInt(second)) * SECOND + micro;
  const moment = (day + BigInt(number("j", 1) - 1)) * DAY + clock - zoneOf(told.get("z") ?? "Z");
  return ranged(moment, text);
}

function hourOf(told: ReadonlyMap<string, string>): number {
  if (!told.has("I")) return Number(told.get("H") ?? "0");
  const hour = Number(told.get("I"));
  if (hour < 1 || hour > 12) throw new Refused("%I must be 1 to 12");
  return (hour % 12) + ((told.get("p") ?? "AM").toUpperCase() === "PM" ? 12 : 0);
}

function zoneOf(text: string): bigint {
  if (text.toUpperCase() === "Z") return 0n;
  const zone = (BigInt(text.slice(1, 3)) * 60n + BigInt(text.slice(-2))) * 60n * SECOND;
  if (zone >= DAY) throw new Refused(`${text} is no zone`);
  return text.startsWith("-") ? -zone : zone;
}

const AMOUNT = "(?:(\\d{1,12}(?:[.,]\\d{1,9})?)%)?";
const amounts = (units: string): string => [...units].map((unit) => AMOUNT.replace("%", unit)).join("");
const DURATION = new RegExp(`^P${amounts("YMWD")}(?:T${amounts("HMS")})?$`);
const MOST_SPAN = 1_000_000_000n * DAY;

/** Return the microseconds of an ISO 8601 duration such as `P30D` or `PT15S`. */
export function parseDuration(text: string): bigint {
  const found = DURATION.exec(text);
  if (found === null || /[PT]$/.test(text)) throw new Refused(`${shown(text)} is not an ISO 8601 duration such as PT15S or P30D`);
  if (found[1] || found[2]) {
    throw new Refused(`${shown(text)} counts years or months, which have no fixed length: write days (P30D)`);
  }
  const units = [7n * DAY, DAY, 3600n * SECOND, 60n * SECOND, SECOND];
  const parts = found.slice(3).map((part, at): Decimal => {
    const amount = Decimal.read((part ?? "0").replace(",", ".")) as Decimal;
    return new Decimal(false, amount.coefficient * (units[at] as bigint), amount.exponent);
  });
  const total = parts.reduce((sum, part) => sum.plus(part), new Decimal(false, 0n, 0)).truncated();
  if (total >= MOST_SPAN) throw new Refused(`${shown(text)} is too long a duration`);
  return total;
}

/** Return a moment that is `span` later; the day stays a day where `bare` asks for it. */
export function later(value: Json, span: bigint): string {
  const moved = parseDate(value) + span;
  if (moved < FIRST || moved >= AFTER_LAST) throw new Refused("leaves the range of dates");
  const bare = typeof value === "string" && value.length === 10 && ((moved % DAY) + DAY) % DAY === 0n;
  return bare ? (formatDate(moved, "date") as string) : rfc3339(moved);
}
