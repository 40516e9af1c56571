// Reading a signed bundle, after the published page of its format: thirteen steps, each
// over the bytes that were received, and nothing after one that fails.

import { Buffer } from "node:buffer";
import { createPublicKey, type KeyObject, verify } from "node:crypto";
import { isObject, type Json, JsonObject, Refused } from "./json.ts";
import {
  ascii, HIDDEN, ID, id, integer, list, lower, members, MIB, moment, must, octets, sha256, strict, text, version, whole,
} from "./strict.ts";

const PART = "[A-Za-z0-9][A-Za-z0-9._-]{0,132}";
const NAME_SHAPE = whole(`${PART}(?:/${PART}){0,2}`);
const NAME_FORM = whole(
  `bundle\\.json|evidence\\.json|connectors/(${ID})\\.json|(?:icons|docs)/${PART}(?:/${PART})?` +
    `|migrations/(${ID})/[0-9]{3}_[A-Za-z0-9._-]+\\.sql|fixtures/(${ID})/${PART}`,
);
const PATTERN_FORM = whole(`${ID}(?:[._-]\\*)?`);
const SPKI = Buffer.from("302a300506032b6570032100", "hex");
const BUNDLE_TYPE = "application/vnd.ferrule.bundle.v1+json";
const TRUST_TYPE = "application/vnd.ferrule.trust.v1+json";
const STATEMENT_TYPE = "application/vnd.in-toto+json";

/** Why a bundle was refused, and at which of the thirteen steps. */
export class BundleRefused extends Refused {
  constructor(
    readonly step: number,
    why: string,
  ) {
    super(why);
  }
}

/** A bundle that passed: its files by name, its connectors with version and digest. */
export interface Bundle {
  readonly payloadDigest: string;
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly connectors: ReadonlyMap<string, { readonly version: string; readonly digest: string }>;
}
export type Accepted = ReadonlyMap<string, { readonly version: string; readonly digest: string }>;

interface Key {
  readonly id: string;
  readonly key: KeyObject;
  readonly notBefore: number;
  readonly notAfter: number;
  readonly revokedAt: number;
}
interface Role {
  readonly keyids: readonly string[];
  readonly threshold: number;
}
export interface TrustList {
  readonly version: number;
  readonly expiresAt: number;
  readonly root: Role;
  readonly keys: ReadonlyMap<string, Key>;
  readonly delegations: readonly (Role & { readonly connectors: readonly string[] })[];
}

function isBefore(one: string, other: string): boolean {
  const [left, right] = [one, other].map((version) => version.split(".").map(Number)) as [number[], number[]];
  const at = left.findIndex((part, index) => part !== right[index]);
  return at >= 0 && (left[at] as number) < (right[at] as number);
}
const matches = (pattern: string, connector: string): boolean =>
  pattern.endsWith("*") ? connector.startsWith(pattern.slice(0, -1)) && connector.length >= pattern.length : pattern === connector;

interface Envelope {
  readonly type: string;
  readonly payload: Json;
  readonly signatures: readonly Json[];
}
function envelopeOf(value: Json | undefined): Envelope {
  const found = members(value, ["payload", "payloadType", "signatures"], [], true);
  const signatures = list(found.get("signatures")).map((one): Json => {
    const signature = members(one, ["sig"], ["keyid"], true);
    if (signature.has("keyid")) ascii(signature.get("keyid"), 200);
    return text(signature.get("sig"));
  });
  return { type: text(found.get("payloadType")), payload: text(found.get("payload")), signatures };
}
function signedBytes(type: string, payload: Uint8Array): Buffer {
  const name = Buffer.from(type);
  return Buffer.concat([Buffer.from(`DSSEv1 ${name.length} `), name, Buffer.from(` ${payload.length} `), payload]);
}

const PRIME = 2n ** 255n - 19n;
function power(base: bigint, exponent: bigint): bigint {
  let [result, square] = [1n, base % PRIME];
  for (let left = exponent; left > 0n; left >>= 1n) {
    if (left & 1n) result = (result * square) % PRIME;
    square = (square * square) % PRIME;
  }
  return result;
}
const D = PRIME - ((121665n * power(121666n, PRIME - 2n)) % PRIME);
const ORDER_8 = 0x05fc536d880238b13933c6d305acdfd5f098eff289f4c345b027b2c28f95e826n;

function keyOf(value: Json): Key {
  const found = members(value, ["id", "alg", "public", "label"], ["notBefore", "notAfter", "revokedAt"]);
  const der = octets(found.get("public"));
  must(found.get("alg") === "ed25519" && der.length === 44 && der.subarray(0, 12).equals(SPKI), "not an Ed25519 key");
  const y = BigInt(`0x${Buffer.from(der.subarray(12)).reverse().toString("hex")}`) % 2n ** 255n;
  must(y < PRIME && ![0n, 1n, PRIME - 1n, ORDER_8, PRIME - ORDER_8].includes(y), "a key of small order");
  const square = ((y * y - 1n + PRIME) * power(D * y * y + 1n, PRIME - 2n)) % PRIME;
  must([0n, 1n].includes(power(square, (PRIME - 1n) / 2n)), "no point of the curve");
  must(found.get("id") === `sha256:${sha256(der)}`, "a key with another id");
  const label = text(found.get("label"));
  must([...label].length <= 200 && !HIDDEN.test(label), "a label that cannot be shown");
  const at = (name: string, otherwise: number): number => (found.has(name) ? moment(found.get(name)) : otherwise);
  return {
    id: text(found.get("id")), key: createPublicKey({ key: der, format: "der", type: "spki" }),
    notBefore: at("notBefore", -Infinity), notAfter: at("notAfter", Infinity), revokedAt: at("revokedAt", Infinity),
  };
}
function roleOf(found: JsonObject, keys: ReadonlyMap<string, Key>): Role {
  const keyids = list(found.get("keyids")).map(text);
  const threshold = integer(found.get("threshold"));
  must(keyids.every((one) => keys.has(one)) && new Set(keyids).size === keyids.length, "key ids of a role");
  must(threshold >= 1 && threshold <= keyids.length, "the threshold of a role");
  return { keyids, threshold };
}

/** Read a trust list that is whole: signed by its own root. */
export function readTrust(raw: Uint8Array): TrustList {
  const envelope = envelopeOf(strict(raw, MIB));
  must(envelope.type === TRUST_TYPE, "not a trust list");
  const payload = octets(envelope.payload);
  const signatures = envelope.signatures.map(octets);
  must(signatures.length >= 1 && signatures.length <= 16, "1 to 16 signatures");
  const found = members(strict(payload, MIB), ["trustFormat", "version", "expiresAt", "root", "keys", "delegations"]);
  must(found.get("trustFormat") === 1n && integer(found.get("version")) >= 1, "the format of the trust list");
  const all = list(found.get("keys")).map(keyOf);
  const keys = new Map(all.map((one) => [one.id, one]));
  must(keys.size === all.length && keys.size <= 256, "a key that stands twice");
  const root = roleOf(members(found.get("root"), ["keyids", "threshold"]), keys);
  const delegations = list(found.get("delegations")).map((one) => {
    const part = members(one, ["connectors", "keyids", "threshold"]);
    const connectors = list(part.get("connectors")).map(text);
    must(connectors.length > 0 && connectors.every((pattern) => PATTERN_FORM.test(pattern) && pattern.replace(/[._-]\*$/, "").length <= 128), "a pattern");
    return { ...roleOf(part, keys), connectors };
  });
  const message = signedBytes(TRUST_TYPE, payload);
  const signed = root.keyids.filter((one) => {
    const key = keys.get(one) as Key;
    return key.revokedAt === Infinity && signatures.some((signature) => verify(null, message, key.key, signature));
  });
  must(signed.length >= root.threshold, "too few of its root signed the trust list");
  return { version: integer(found.get("version")), expiresAt: moment(found.get("expiresAt")), root, keys, delegations };
}

interface Statement {
  readonly subjects: readonly (readonly [string, string])[];
  readonly sizes: ReadonlyMap<string, number>;
  readonly names: readonly (readonly string[])[];
  readonly bundleId: string;
  readonly version: string;
  readonly connectors: ReadonlyMap<string, string>;
  readonly created: number;
  readonly expires: number;
  readonly permissions: JsonObject;
}

function statementOf(payload: Uint8Array, runtime: string): Statement {
  const statement = members(strict(payload, MIB), ["_type", "subject", "predicateType", "predicate"]);
  must(statement.get("_type") === "https://in-toto.io/Statement/v1", "another type of statement");
  must(statement.get("predicateType") === "https://ferrule.dev/attestation/connector/v1", "another type of predicate");
  const subjects = list(statement.get("subject")).map((one): readonly [string, string] => {
    const subject = members(one, ["name", "digest"]);
    const digest = text(members(subject.get("digest"), ["sha256"]).get("sha256"));
    must(/^[0-9a-f]{64}$/.test(digest), "a digest");
    return [text(subject.get("name")), digest];
  });
  const required = ["bundleFormat", "bundleId", "version", "connectors", "createdAt", "expiresAt", "files", "permissions"];
  const predicate = members(statement.get("predicate"), required, ["minRuntime", "supersedes", "toolVersion"]);
  must(predicate.get("bundleFormat") === 1n, "another format of bundle");
  const connectors = list(predicate.get("connectors")).map((one): [string, string] => {
    const connector = members(one, ["id", "version"]);
    return [id(connector.get("id")), version(connector.get("version"))];
  });
  must(connectors.length > 0 && new Map(connectors).size === connectors.length, "connectors");
  const files = list(predicate.get("files")).map((one): [string, number] => {
    const file = members(one, ["name", "size"]);
    return [text(file.get("name")), integer(file.get("size"))];
  });
  const permissions = members(predicate.get("permissions"), ["hosts", "scopes", "writes"]);
  for (const kind of permissions.values()) list(kind).forEach((one) => ascii(one, 500));
  if (predicate.has("supersedes")) must(/^sha256:[0-9a-f]{64}$/.test(text(predicate.get("supersedes"))), "supersedes");
  if (predicate.has("toolVersion")) ascii(predicate.get("toolVersion"), 200);
  if (predicate.has("minRuntime")) must(!isBefore(runtime, version(predicate.get("minRuntime"))), "it needs a later runtime");
  return {
    subjects, sizes: new Map(files), names: [subjects.map(([name]) => name), files.map(([name]) => name)],
    bundleId: id(predicate.get("bundleId")), version: version(predicate.get("version")), connectors: new Map(connectors),
    created: moment(predicate.get("createdAt")), expires: moment(predicate.get("expiresAt")), permissions,
  };
}

/** Take the thirteen steps over a bundle; `now` is in milliseconds. */
export function openBundle(raw: Uint8Array, trust: TrustList, now: number, runtime: string, accepted: Accepted = new Map()): Bundle {
  let step = 0;
  const at = <T>(number: number, take: () => T): T => {
    step = number;
    return take();
  };
  try {
    const outer = at(1, () => strict(raw, 8 * MIB));
    const { files, envelope } = at(2, () => shapeOf(outer));
    at(3, () => must(envelope.type === STATEMENT_TYPE, "another payload type"));
    const [payload, signatures] = at(4, (): [Buffer, Buffer[]] => [octets(envelope.payload), envelope.signatures.map(octets)]);
    const message = at(5, () => signedBytes(envelope.type, payload));
    const signers = at(6, () => signersOf(message, signatures, trust));
    const statement = at(7, () => statementOf(payload, runtime));
    at(8, () => checkTrust(statement, signers, trust, now));
    at(9, () => must(now < trust.expiresAt && statement.created <= now + 300_000 && statement.created < statement.expires && now < statement.expires, "it is not valid now"));
    at(10, () => checkNames(statement));
    const contents = at(11, () => contentsOf(statement, files));
    at(12, () => checkContents(statement, contents));
    return at(13, () => ({ payloadDigest: `sha256:${sha256(payload)}`, files: contents, connectors: unrolled(statement, accepted) }));
  } catch (error) {
    throw new BundleRefused(step, error instanceof Error ? error.message : String(error));
  }
}

function shapeOf(outer: Json): { files: ReadonlyMap<string, Json>[]; envelope: Envelope } {
  const found = members(outer, ["mediaType", "dsseEnvelope", "files"], ["verificationMaterial"]);
  must(found.get("mediaType") === BUNDLE_TYPE, "another media type");
  if (found.has("verificationMaterial")) must(isObject(found.get("verificationMaterial") ?? null), "verificationMaterial");
  const files = list(found.get("files")).map((one) => {
    const file = members(one, ["name", "content"]);
    text(file.get("name"));
    text(file.get("content"));
    return file;
  });
  must(files.length <= 256, "too many files");
  return { files, envelope: envelopeOf(found.get("dsseEnvelope")) };
}

function signersOf(message: Buffer, signatures: readonly Buffer[], trust: TrustList): Key[] {
  must(signatures.length >= 1 && signatures.length <= 16, "1 to 16 signatures");
  const found = [...trust.keys.values()].filter(({ key }) => signatures.some((one) => verify(null, message, key, one)));
  must(found.length > 0, "no signature of a trusted key holds");
  return found;
}

function checkTrust(statement: Statement, signers: readonly Key[], trust: TrustList, now: number): void {
  const counts = signers.filter((one) => one.notBefore <= now && now < one.notAfter && now < one.revokedAt);
  const signed = new Set(counts.map((one) => one.id));
  for (const connector of statement.connectors.keys()) {
    const first = trust.delegations.find((one) => one.connectors.some((pattern) => matches(pattern, connector)));
    must(first && first.keyids.filter((one) => signed.has(one)).length >= first.threshold, `not enough may sign ${connector}`);
  }
}

const ownersOf = (name: string): string[] => (NAME_FORM.exec(name) ?? []).slice(1).filter((one) => one !== undefined);

function checkNames({ names, subjects, sizes }: Statement): void {
  for (const one of names) {
    for (const name of one) {
      must(NAME_SHAPE.test(name) && !name.includes("..") && NAME_FORM.test(name), `the name ${name}`);
      ownersOf(name).forEach(id);
    }
    must(one.length <= 256 && new Set(one.map(lower)).size === one.length, "two names alike");
  }
  must(sizes.size === subjects.length && subjects.every(([name]) => sizes.has(name)), "subjects unlike files");
}

function contentsOf({ subjects, sizes }: Statement, files: readonly ReadonlyMap<string, Json>[]): Map<string, Uint8Array> {
  const [digests, found] = [new Map(subjects), new Map<string, Uint8Array>()];
  for (const file of files) {
    const name = text(file.get("name"));
    must(digests.has(name) && !found.has(name), `the file ${name}`);
    const bytes = octets(file.get("content"));
    must(bytes.length === sizes.get(name) && sha256(bytes) === digests.get(name), `${name} was changed`);
    found.set(name, bytes);
  }
  must(found.size === digests.size, "a file is missing");
  return found;
}

function checkContents(statement: Statement, files: ReadonlyMap<string, Uint8Array>): void {
  const read = (name: string): JsonObject => {
    const bytes = files.get(name);
    must(bytes, `${name} is missing`);
    const found = strict(bytes, 8 * MIB);
    must(isObject(found), `${name} is no object`);
    return found;
  };
  if (files.has("evidence.json")) strict(files.get("evidence.json") as Uint8Array, 8 * MIB);
  const manifest = read("bundle.json");
  must(manifest.get("id") === statement.bundleId && manifest.get("version") === statement.version, "bundle.json is of another bundle");
  const listed = list(manifest.get("connectors")).map((one) => (isObject(one) ? one : new JsonObject()));
  must(listed.length === statement.connectors.size, "the connectors of bundle.json");
  for (const [connector, stated] of statement.connectors) {
    const file = `connectors/${connector}.json`;
    const same = listed.filter((one) => one.get("id") === connector);
    must(same.length === 1 && same[0]?.get("version") === stated && same[0].get("file") === file, `bundle.json and ${connector}`);
    const descriptor = read(file);
    must(descriptor.get("id") === connector && descriptor.get("version") === stated, `${file} is another connector`);
    checkPermissions(statement, descriptor);
  }
  for (const name of files.keys()) {
    must(ownersOf(name).every((one) => statement.connectors.has(one)), `${name} belongs to no connector`);
  }
}

function checkPermissions(statement: Statement, descriptor: JsonObject): void {
  const asked = descriptor.get("permissions") ?? null;
  if (asked === null) return;
  must(isObject(asked), "permissions that are no object");
  for (const [kind, granted] of statement.permissions) {
    const known = new Set(list(granted));
    for (const one of list(asked.get(kind) ?? []).map(text)) {
      must(known.has(kind === "hosts" ? lower(one) : one), `${kind} that were not signed`);
    }
  }
}

function unrolled({ subjects, connectors }: Statement, accepted: Accepted): Bundle["connectors"] {
  const found = new Map<string, { version: string; digest: string }>();
  for (const [connector, stated] of connectors) {
    const own = subjects.filter(([name]) => name === `connectors/${connector}.json` || name.startsWith(`migrations/${connector}/`));
    const lines = [...own].sort(([one], [other]) => (one < other ? -1 : 1)).map(([name, hash]) => `${hash}  ${name}\n`);
    const digest = `sha256:${sha256(lines.join(""))}`;
    const last = accepted.get(connector);
    must(!last || !isBefore(stated, last.version), `${connector} is older than what was accepted`);
    must(!last || last.version !== stated || last.digest === digest, `${connector} is another one of the same version`);
    found.set(connector, { version: stated, digest });
  }
  return found;
}
