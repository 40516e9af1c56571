// Asks an exported edge function what it makes of things: standard input has one JSON
// object a line, and standard output its answer, {"error": …} where it was refused.

import { text as whole } from "node:stream/consumers";
import { BundleRefused, openBundle, readTrust } from "./bundle.ts";
import { onItem, compileCondition } from "./condition.ts";
import { Connector } from "./descriptor.ts";
import { encode, isObject, type Json, JsonObject, MISSING, parse } from "./json.ts";
import { compilePath } from "./jsonpath.ts";
import { Mapping, type Outcome } from "./mapping.ts";
import { Pattern } from "./pattern.ts";
import { compileTemplate } from "./template.ts";
import { Unverified, verifyCall } from "./webhook.ts";

const bytes = (value: Json | undefined): Uint8Array => new Uint8Array(Buffer.from(String(value ?? ""), "base64"));
const object = (pairs: [string, Json][]): JsonObject => new JsonObject(pairs);
const part = (value: Json | undefined): JsonObject => (value !== undefined && isObject(value) ? value : new JsonObject());
const text = (value: Json | undefined): string => String(value ?? "");

function row(outcome: Outcome): Json {
  const { signal, deleted, error } = outcome;
  if (signal !== undefined) return signal;
  if (deleted !== undefined) return object([["deleted", deleted]]);
  if (error === undefined) return "skipped";
  const told: [string, Json][] = [["field", error.field], ["message", error.message]];
  return object([["error", object(error.itemId === null ? told : [...told, ["itemId", error.itemId]])]]);
}

const answers: Record<string, (asked: JsonObject) => Json> = {
  template: (asked) => {
    const names = object([]);
    const found = compileTemplate(text(asked.get("template"))).render({ names, item: object([["v", asked.get("input") ?? null]]) });
    return found === MISSING ? object([["undefined", true]]) : object([["result", found]]);
  },
  path: (asked) => compilePath(text(asked.get("path"))).values(asked.get("root") ?? null),
  pattern: (asked) => {
    const pattern = new Pattern(text(asked.get("pattern")));
    const subject = text(asked.get("text"));
    return [pattern.search(subject), pattern.fullmatch(subject)];
  },
  condition: (asked) => compileCondition(asked.get("condition") ?? null)(onItem(asked.get("item") ?? null)),
  mapping: (asked) => {
    const from = part(asked.get("origin"));
    const origin = {
      source: text(from.get("source")), project: text(from.get("project")), connection: text(from.get("connection")),
      collectionKey: text(from.get("collectionKey")), stream: text(from.get("stream")), config: part(from.get("config")),
    };
    return new Mapping(part(asked.get("mapping")), origin).outcomes(asked.get("body") ?? null).map(row);
  },
  stream: (asked) => {
    const connector = new Connector(part(asked.get("document")));
    const setting = { project: text(asked.get("project")), connection: text(asked.get("connection")), config: part(asked.get("config")) };
    const stream = connector.stream(text(asked.get("stream")));
    return connector.mapping(stream, setting).outcomes(asked.get("body") ?? null).map(row);
  },
  webhook: (asked) => {
    const headers = (asked.get("headers") as Json[][]).map((pair) => [text(pair[0]), text(pair[1])] as const);
    const url = text(asked.get("url") ?? "https://hooks.example.com/");
    const call = { method: text(asked.get("method") ?? "POST"), url, headers, body: bytes(asked.get("body")) };
    const now = BigInt(text(asked.get("now"))) * 1_000_000n;
    verifyCall(part(asked.get("scheme")), (asked.get("secrets") as Json[]).map(text), call, now);
    return object([["state", "valid"], ["reason", "valid"]]);
  },
  trust: (asked) => BigInt(readTrust(bytes(asked.get("list"))).version),
  bundle: (asked) => {
    const accepted = new Map([...part(asked.get("accepted"))].map(([id, one]) => {
      const known = part(one);
      return [id, { version: text(known.get("version")), digest: text(known.get("digest")) }] as const;
    }));
    const trust = readTrust(bytes(asked.get("trust")));
    const opened = openBundle(bytes(asked.get("bundle")), trust, Date.parse(text(asked.get("now"))), text(asked.get("runtime")), accepted);
    const connectors = [...opened.connectors].map(([id, { digest }]): [string, Json] => [id, digest]);
    return object([["payloadDigest", opened.payloadDigest], ["connectors", object(connectors)]]);
  },
};

function answer(line: string): Json {
  const asked = part(parse(line));
  try {
    const known = answers[text(asked.get("ask"))];
    if (known === undefined) throw new Error("an unknown question");
    return known(asked);
  } catch (error) {
    const told: [string, Json][] = [["error", error instanceof Error ? error.message : String(error)]];
    if (error instanceof BundleRefused) told.push(["step", BigInt(error.step)]);
    if (error instanceof Unverified) told.push(["state", error.state], ["reason", error.reason]);
    return object(told);
  }
}

// A text may hold U+2028, which a reader of lines takes for an end of one.
for (const line of (await whole(process.stdin)).split("\n")) process.stdout.write(`${encode(answer(line))}\n`);
