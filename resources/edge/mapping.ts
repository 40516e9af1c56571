// From items to signals: one mapping, compiled once for one stream of one connection.
// What is wrong with an item is a value beside it: one bad item stops nothing.

import { createHash } from "node:crypto";
import { cleanJson, cleanText, cleanTexts, UNSAFE, type Warn } from "./cleaning.ts";
import { compileCondition, onItem } from "./condition.ts";
import { toRfc3339 } from "./dates.ts";
import { type Changed, compileCast, compileItems, compileTransforms, elementsAt, partsAt, textAt, wordAt } from "./items.ts";
import { canonical, type Found, isNumber, isObject, type Json, JsonObject, MISSING, Refused, scalarText } from "./json.ts";
import { compilePath, type Path } from "./jsonpath.ts";
import { compileTemplate } from "./template.ts";

/** Where items come from: what every signal of a stream has in common. */
export interface Origin {
  readonly source: string;
  readonly project: string;
  readonly connection: string;
  readonly collectionKey: string;
  readonly stream: string;
  readonly config: JsonObject;
  /** What templates know beside the item, the configuration and the stream. */
  readonly names?: JsonObject;
}

/** What became of an item: a signal, an error, the id of one that is gone, or nothing. */
export interface Outcome {
  readonly index: number;
  readonly signal?: JsonObject;
  readonly error?: { readonly itemId: string | null; readonly field: string; readonly message: string };
  readonly deleted?: string;
}

class ItemRefused extends Refused {
  constructor(
    message: string,
    readonly itemId: string | null,
    readonly field: string,
  ) {
    super(message);
  }
}

const MOST_ID = 2_000;
const MOST_SUMMARY = 500;
const MOST_ENTRY = 100;
const MOST_LINK = 500;
const unheard: Warn = () => undefined;

type Test = (item: Json) => boolean;
type Key = (item: Json, warn: Warn) => string;
type Texts = (item: Json, warn: Warn) => string[];

export class Mapping {
  private readonly items: (body: Json) => Json[];
  private readonly change: ((item: Json) => Changed[]) | undefined;
  private readonly key: Key;
  private readonly gone: Test | undefined;
  private readonly keep: Test | undefined;
  private readonly build: (item: Json) => JsonObject;

  constructor(mapping: JsonObject, origin: Origin, itemsPath?: string) {
    const names = new JsonObject([["config", origin.config], ["stream", origin.stream], ...(origin.names ?? [])]);
    const columns = mapping.get("columns");
    this.items = compileItems(itemsPath ?? wordAt(mapping, "itemsPath"), textAt(mapping, "itemsShape"), columns && isObject(columns) ? columns : undefined);
    const transforms = partsAt(mapping, "transforms");
    this.change = transforms.length > 0 ? compileTransforms(transforms, names, textAt(mapping, "timestampFormat")) : undefined;
    this.key = compileKey(mapping);
    this.gone = testAt(mapping, "deletedWhen");
    this.keep = testAt(mapping, "filter");
    this.build = compileSignal(mapping, origin, names, this.key);
  }

  /** Return what becomes of each item of a body. */
  outcomes(body: Json): Outcome[] {
    return this.items(body).flatMap((item, index) => this.changed(item).map((changed) => this.outcome(index, changed)));
  }

  private changed(item: Json): Changed[] {
    return this.change === undefined ? [{ received: item, item }] : this.change(item);
  }

  private outcome(index: number, { item, error, gone }: Changed): Outcome {
    if (error !== undefined) return { index, error: { itemId: null, ...error } };
    if (gone === true) return { index };
    try {
      if (this.gone?.(item)) return { index, deleted: this.key(item, unheard) };
      if (this.keep !== undefined && !this.keep(item)) return { index };
      return { index, signal: this.build(item) };
    } catch (refused) {
      if (!(refused instanceof Refused)) throw refused;
      const known = refused instanceof ItemRefused ? refused : new ItemRefused(refused.message, null, "");
      return { index, error: { itemId: known.itemId, field: known.field, message: known.message } };
    }
  }
}

function testAt(mapping: JsonObject, name: string): Test | undefined {
  const predicate = mapping.get(name);
  if (predicate === undefined || predicate === null) return undefined;
  const holds = compileCondition(predicate);
  return (item) => holds(onItem(item));
}

function compileSignal(mapping: JsonObject, origin: Origin, names: JsonObject, key: Key): (item: Json) => JsonObject {
  const format = textAt(mapping, "timestampFormat") ?? "iso8601";
  const time = compileTime(wordAt(mapping, "timestampPath"), format, "timestampPath");
  const created = compileTime(textAt(mapping, "createdPath"), format, "createdPath");
  const [kind, priority] = [compileRules(partsAt(mapping, "signalTypeRules")), compileRules(partsAt(mapping, "priorityMapping"))];
  const summarise = compileSummary(wordAt(mapping, "summaryTemplate"), names);
  const people = compileTexts(textAt(mapping, "participantsPath"), "participants", MOST_ENTRY);
  const tags = compileTexts(textAt(mapping, "tagsPath"), "tags", MOST_ENTRY);
  const related = compileTexts(textAt(mapping, "relatedItemsPath"), "related", MOST_LINK);
  const archivedAt = compileArchived(mapping, format);
  const further = compileFields(mapping);
  const kept = mapping.get("rawFields");
  return (item) => {
    const warnings: string[] = [];
    const warn: Warn = (warning) => warnings.push(warning);
    const externalId = key(item, warn);
    const timestamp = time(item, externalId);
    if (timestamp === null) throw new ItemRefused(`${wordAt(mapping, "timestampPath")} holds no time.`, externalId, "timestampPath");
    const createdAt = created(item, externalId);
    const parts: Json[] = [
      kind(item) ?? `${origin.collectionKey}_updated`, timestamp, createdAt, priority(item),
      summarise(item, externalId, warn), people(item, warn), tags(item, warn), related(item, warn),
    ];
    const archived = archivedAt(item, externalId, timestamp);
    const fields = further?.(item, externalId, warn) ?? null;
    const hashed = canonical(archived === null && fields === null ? parts : [...parts, archived, fields]);
    const raw = cleanJson(Array.isArray(kept) ? picked(item, kept.map(scalarText)) : item, "raw", warn);
    return signal(origin, externalId, parts, archived, fields, raw, hashed, warnings);
  };
}

function signal(
  origin: Origin, externalId: string, parts: Json[], archived: string | null, fields: JsonObject | null,
  raw: Json, hashed: string, warnings: string[],
): JsonObject {
  const [type = null, timestamp = null, createdAt = null, priority = null, summary = null, participants = null, tags = null, related = null] = parts;
  const members: [string, Json][] = [
    ["id", signalId(origin, externalId)], ["externalId", externalId], ["source", origin.source],
    ["projectId", origin.project], ["connection", origin.connection], ["collectionKey", origin.collectionKey],
    ["stream", origin.stream], ["type", type], ["timestamp", timestamp], ["summary", summary],
    ["participants", participants], ["tags", tags], ["relatedItems", related],
  ];
  const optional: [string, Json][] = [["createdAt", createdAt], ["archivedAt", archived], ["priority", priority], ["fields", fields], ["raw", raw]];
  members.push(...optional.filter(([, value]) => value !== null));
  members.push(["contentHash", createHash("sha256").update(hashed).update(canonical(raw)).digest("hex")]);
  if (warnings.length > 0) members.push(["warnings", warnings]);
  return new JsonObject(members);
}

/** Return the id of a signal: 32 hex digits over its four parts, each with its length. */
export function signalId(origin: Origin, externalId: string): string {
  const hash = createHash("sha256");
  for (const part of [origin.project, origin.connection, origin.collectionKey, externalId]) {
    const bytes = new TextEncoder().encode(part);
    const length = new Uint8Array(4);
    new DataView(length.buffer).setUint32(0, bytes.length);
    hash.update(length).update(bytes);
  }
  return hash.digest("hex").slice(0, 32);
}

function picked(item: Json, names: readonly string[]): Json {
  if (!isObject(item)) return item;
  return new JsonObject(names.filter((name) => item.has(name)).map((name) => [name, item.get(name) as Json]));
}

function compileKey(mapping: JsonObject): Key {
  const several = mapping.get("primaryKey");
  if (!Array.isArray(several) || several.length === 0) return idAt(compilePath(wordAt(mapping, "idPath")), "idPath");
  const parts = several.map((text, at) => idAt(compilePath(scalarText(text)), `primaryKey/${at}`));
  const [only] = parts;
  if (parts.length === 1 && only !== undefined) return only;
  return (item, warn) => {
    const key = parts.map((part) => part(item, warn).replace(/[\\|]/g, "\\$&")).join("|");
    if ([...key].length > MOST_ID) throw tooLong(key, "The parts together are", "primaryKey");
    return key;
  };
}

function idAt(path: Path, member: string): Key {
  return (item, warn) => {
    const value = path.first(item);
    if (isNumber(value)) return scalarText(value);
    if (typeof value === "string" && value !== "") return idOf(path, value, member, warn);
    throw new ItemRefused(`${path.text} holds ${kindName(value)}, not an id.`, null, member);
  };
}

function idOf(path: Path, value: string, member: string, warn: Warn): string {
  const unsafe = UNSAFE.exec(value)?.[0];
  if (/[\r\n]/.test(value) || (unsafe !== undefined && unsafe < "\u0100")) {
    throw new ItemRefused(`${path.text} holds an id with a control character: '${[...value].slice(0, 60).join("")}'.`, null, member);
  }
  if ([...value].length > MOST_ID) throw tooLong(value, `${path.text} holds`, member);
  return cleanText(value, 16 * MOST_ID, "id", warn);
}

function tooLong(value: string, holds: string, member: string): ItemRefused {
  return new ItemRefused(`${holds} an id of ${[...value].length} characters; at most ${MOST_ID} are read.`, null, member);
}

function kindName(value: Found): string {
  if (value === MISSING) return "nothing";
  if (value === null) return "null";
  if (typeof value === "boolean") return "a boolean";
  if (Array.isArray(value)) return "a list";
  return isObject(value) ? "an object" : typeof value === "string" ? "an empty text" : "a number";
}

function compileTime(text: string | undefined, format: string, member: string): (item: Json, key: string) => string | null {
  if (text === undefined) return () => null;
  const path = compilePath(text);
  return (item, key) => {
    const value = path.first(item);
    if (value === MISSING || value === null) return null;
    try {
      return toRfc3339(value, format);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      throw new ItemRefused(`${text}: ${error.message}`, key, member);
    }
  };
}

function compileRules(rules: readonly JsonObject[]): (item: Json) => string | null {
  const compiled = rules.map((rule) => ({ holds: compileCondition(rule.get("if") ?? rule), then: wordAt(rule, "then") }));
  return (item) => compiled.find(({ holds }) => holds(onItem(item)))?.then ?? null;
}

function compileSummary(text: string, names: JsonObject): (item: Json, key: string, warn: Warn) => string {
  const template = compileTemplate(text);
  return (item, key, warn) => {
    const unfound: string[] = [];
    let filled: string;
    try {
      filled = template.fill({ names, item }, unfound);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      throw new ItemRefused(error.message, key, "summaryTemplate");
    }
    if (unfound.length > 0) warn(`summary: no value for ${unfound.join(", ")}.`);
    return cleanText(filled, MOST_SUMMARY, "summary", warn);
  };
}

function compileTexts(text: string | undefined, what: string, limit: number): Texts {
  if (text === undefined) return () => [];
  const path = compilePath(text);
  return (item, warn) => {
    const texts = elementsAt(path, item).map((value) => {
      if (value === null) return "";
      if (!Array.isArray(value) && !isObject(value)) return scalarText(value);
      warn(`${what}: ${kindName(value)} was left out.`);
      return "";
    });
    return cleanTexts(texts, limit, what, warn).filter((one) => one !== "");
  };
}

function compileArchived(mapping: JsonObject, format: string): (item: Json, key: string, changed: string) => string | null {
  const path = textAt(mapping, "archivedAtPath");
  const holds = testAt(mapping, "archivedWhen");
  const read = compileTime(path, format, "archivedAtPath");
  return (item, key, changed) => {
    if (holds !== undefined && !holds(item)) return null;
    const at = read(item, key);
    return at === null && holds !== undefined ? changed : at;
  };
}

function compileFields(mapping: JsonObject): ((item: Json, key: string, warn: Warn) => JsonObject) | undefined {
  const fields = mapping.get("fields");
  if (fields === undefined || !isObject(fields) || fields.size === 0) return undefined;
  const format = textAt(mapping, "timestampFormat");
  const readers = [...fields].filter((pair): pair is [string, JsonObject] => isObject(pair[1])).map(([name, field]) => {
    const path = compilePath(wordAt(field, "path"));
    const as = textAt(field, "as");
    return { name, path, cast: as === undefined ? (value: Json): Json => value : compileCast(as, format) };
  });
  return (item, key, warn) => {
    const found = new JsonObject();
    for (const { name, path, cast } of readers) {
      try {
        const value = path.singular ? path.first(item) : path.values(item).map(cast);
        if (value !== MISSING) found.set(name, path.singular ? cast(value) : value);
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
        throw new ItemRefused(`${path.text}: ${error.message}.`, key, `fields/${name}`);
      }
    }
    const clean = cleanJson(found, "fields", warn);
    return isObject(clean) ? clean : found;
  };
}
