// A second reader of bundles, written from docs/bundle-format.md alone, with nothing but Node.
// Standard input: one JSON object a line, {bundle: base64, trust, now, accepted, runtime};
// standard output: for each, {payloadDigest, files: {name: sha256}, connectors: {id: content digest}} or {step, why}.
// A line {list: base64, before: base64 or null} asks for a trust list: {version, digest} or {why}.
// A line {vector: "base64" | "json" | "key" | "name" | "version" | "id" | "time" | "envelope", of} asks for one rule: {is} or {why}.
import { createHash, createPublicKey, verify } from "node:crypto";
import { createInterface } from "node:readline";

const ID = "[a-z0-9]+(?:[._-][a-z0-9]+)*";
const PART = "[A-Za-z0-9][A-Za-z0-9._-]{0,132}";
const whole = (source) => new RegExp(`^(?:${source})$`);
const ID_FORM = whole(ID);
const NAME_FORM = whole(`bundle\\.json|evidence\\.json|connectors/(${ID})\\.json|(?:icons|docs)/${PART}(?:/${PART})?` +
  `|migrations/(${ID})/[0-9]{3}_[A-Za-z0-9._-]+\\.sql|fixtures/(${ID})/${PART}`);
const NAME_SHAPE = whole(`${PART}(?:/${PART}){0,2}`);
const NUMBER = "(?:0|[1-9][0-9]{0,8})";
const VERSION_FORM = whole(`${NUMBER}\\.${NUMBER}\\.${NUMBER}`);
const DATE_FORM = whole("(?!0000)[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z");
const MIB = 1024 * 1024;

class Refused extends Error {}
const must = (holds, why) => { if (!holds) throw new Refused(why); };
const sha256 = (bytes) => createHash("sha256").update(bytes).digest("hex");
const isObject = (value) => value !== null && typeof value === "object" && !Array.isArray(value) && !(value instanceof Number);
const isText = (value) => typeof value === "string";
const isAscii = (value, longest) => isText(value) && value.length <= longest && /^[\x20-\x7e]*$/.test(value);
const isId = (value) => isText(value) && value.length <= 128 && ID_FORM.test(value);
const isVersion = (value) => isText(value) && VERSION_FORM.test(value);
const folded = (name) => name.replace(/[\u0130\u0131]/g, "i").replaceAll("\u017f", "s").replaceAll("\u212a", "k").replace(/[A-Z]/g, (one) => one.toLowerCase());
const HIDDEN = new RegExp("[\\0-\\x1f\\x7f-\\xa0\\xad\\u034f\\u061c\\u115f\\u1160\\u1680\\u17b4\\u17b5\\u180b-\\u180f\\u2000-\\u200f\\u2028-\\u202f" +
  "\\u205f-\\u206f\\u3000\\u3164\\ud800-\\uf8ff\\ufe00-\\ufe0f\\ufeff\\uffa0\\ufff0-\\uffff\\u{1d173}-\\u{1d17a}\\u{e0000}-\\u{10ffff}]", "u");

// Strict JSON. Whole numbers come back as numbers, others as Number objects.
function parse(bytes, limit) {
  must(bytes.length <= limit, "too large");
  must(!(bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf), "byte order mark");
  const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  let [at, values] = [0, 0];
  const skip = () => { while (" \t\n\r".includes(text[at] ?? "x")) at += 1; };
  const take = (expected) => { must(text.startsWith(expected, at), `${expected} expected`); at += expected.length; skip(); };
  const count = () => { values += 1; must(values <= 100_000, "too many values"); };
  function string() {
    must(text[at] === '"', "string expected");
    let end = at + 1;
    while (text[end] !== '"') { must(end < text.length, "open string"); end += text[end] === "\\" ? 2 : 1; }
    const value = JSON.parse(text.slice(at, end + 1));
    must(!/\p{Surrogate}/u.test(value), "unpaired surrogate");
    at = end + 1;
    skip();
    return value;
  }
  function number() {
    const form = /-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?/y;
    form.lastIndex = at;
    const found = form.exec(text);
    must(found && found[0].length <= 64 && Number.isFinite(Number(found[0])), "not a number");
    at = form.lastIndex;
    skip();
    return found[1] || found[2] ? Object(Number(found[0])) : Number(found[0]);
  }
  function members(depth) {
    const found = Object.create(null);
    take("{");
    while (text[at] !== "}") {
      if (Object.keys(found).length) { take(","); count(); }
      const name = string();
      must(!(name in found), "a member twice");
      take(":");
      found[name] = value(depth);
    }
    take("}");
    return found;
  }
  function elements(depth) {
    const found = [];
    take("[");
    while (text[at] !== "]") {
      if (found.length) { take(","); count(); }
      found.push(value(depth));
    }
    take("]");
    return found;
  }
  function value(depth) {
    if (text[at] === "{" || text[at] === "[") {
      must(depth < 64, "too deep");
      count();
      return text[at] === "{" ? members(depth + 1) : elements(depth + 1);
    }
    for (const [word, meaning] of [["true", true], ["false", false], ["null", null]]) {
      if (text.startsWith(word, at)) { take(word); return meaning; }
    }
    return text[at] === '"' ? string() : number();
  }
  skip();
  const result = value(0);
  must(at === text.length, "trailing text");
  return result;
}

function has(value, required, optional = [], { open = false } = {}) {
  must(isObject(value), "not an object");
  for (const name of required) must(name in value, `lacks ${name}`);
  const known = [...required, ...optional];
  for (const name of Object.keys(value)) {
    const confusable = known.some((one) => one !== name && folded(one) === folded(name));
    must(known.includes(name) || (open && !confusable), `unknown member ${name}`);
  }
  return value;
}
const list = (value) => { must(Array.isArray(value), "not a list"); return value; };

function octets(text) {
  must(isText(text) && text.length % 4 === 0 && /^(?:[A-Za-z0-9+/]*|[A-Za-z0-9_-]*)={0,2}$/.test(text), "base64");
  const standard = text.replaceAll("-", "+").replaceAll("_", "/");
  const bytes = Buffer.from(standard, "base64");
  must(bytes.toString("base64") === standard, "unused bits");
  return bytes;
}

function envelopeOf(value) {
  const envelope = has(value, ["payload", "payloadType", "signatures"], [], { open: true });
  must(isText(envelope.payload) && isText(envelope.payloadType), "envelope");
  for (const one of list(envelope.signatures)) {
    has(one, ["sig"], ["keyid"], { open: true });
    must(isText(one.sig) && (!("keyid" in one) || isAscii(one.keyid, 200)), "signature");
  }
  return envelope;
}

const numbers = (version) => version.split(".").map(Number);
function isBefore(one, other) {
  const [left, right] = [numbers(one), numbers(other)];
  const at = left.findIndex((part, index) => part !== right[index]);
  return at >= 0 && left[at] < right[at];
}
function moment(text) {
  must(isText(text) && DATE_FORM.test(text), "not a date");
  const found = new Date(text);
  must(!Number.isNaN(found.getTime()) && found.toISOString() === text.replace("Z", ".000Z"), "not a date");
  return found.getTime();
}
const matches = (pattern, id) => pattern.endsWith("*")
  ? id.startsWith(pattern.slice(0, -1)) && id.length >= pattern.length : pattern === id;

function checkName(name) {
  must(NAME_SHAPE.test(name) && !name.includes("..") && NAME_FORM.test(name), `the name ${name}`);
  must(NAME_FORM.exec(name).slice(1).every((id) => id === undefined || isId(id)), `the id in ${name}`);
}

const steps = {
  1: (s) => { s.outer = parse(s.raw, 8 * MIB); },
  2: (s) => {
    must(isObject(s.outer) && s.outer.mediaType === "application/vnd.ferrule.bundle.v1+json", "media type");
    has(s.outer, ["mediaType", "dsseEnvelope", "files"], ["verificationMaterial"]);
    must(!("verificationMaterial" in s.outer) || isObject(s.outer.verificationMaterial), "material");
    must(list(s.outer.files).length <= 256, "too many files");
    for (const file of s.outer.files) {
      has(file, ["name", "content"]);
      must(isText(file.name) && isText(file.content), "file");
    }
    s.envelope = envelopeOf(s.outer.dsseEnvelope);
  },
  3: (s) => must(s.envelope.payloadType === "application/vnd.in-toto+json", "payload type"),
  4: (s) => {
    s.payload = octets(s.envelope.payload);
    s.signatures = s.envelope.signatures.map((one) => octets(one.sig));
  },
  5: (s) => {
    const type = Buffer.from(s.envelope.payloadType);
    s.message = Buffer.concat([Buffer.from(`DSSEv1 ${type.length} `), type, Buffer.from(` ${s.payload.length} `), s.payload]);
  },
  6: (s) => {
    must(s.signatures.length >= 1 && s.signatures.length <= 16, "1 to 16 signatures");
    s.signers = s.trust.keys.filter((one) => {
      const key = createPublicKey({ key: octets(one.public), format: "der", type: "spki" });
      return s.signatures.some((signature) => verify(null, s.message, key, signature));
    });
    must(s.signers.length >= 1, "no trusted signature holds");
  },
  7: (s) => {
    const statement = has(parse(s.payload, MIB), ["_type", "subject", "predicateType", "predicate"]);
    must(statement._type === "https://in-toto.io/Statement/v1", "statement type");
    must(statement.predicateType === "https://ferrule.dev/attestation/connector/v1", "predicate type");
    s.subjects = list(statement.subject).map((one) => {
      has(has(one, ["name", "digest"]).digest, ["sha256"]);
      must(isText(one.name) && isText(one.digest.sha256) && /^[0-9a-f]{64}$/.test(one.digest.sha256), "subject");
      return [one.name, one.digest.sha256];
    });
    const p = s.predicate = has(statement.predicate,
      ["bundleFormat", "bundleId", "version", "connectors", "createdAt", "expiresAt", "files", "permissions"],
      ["minRuntime", "supersedes", "toolVersion"]);
    must(p.bundleFormat === 1 && isId(p.bundleId) && isVersion(p.version), "predicate");
    for (const one of list(p.connectors)) must(isId(has(one, ["id", "version"]).id) && isVersion(one.version), "connector");
    must(p.connectors.length && new Set(p.connectors.map((one) => one.id)).size === p.connectors.length, "connectors");
    [s.created, s.expires] = [moment(p.createdAt), moment(p.expiresAt)];
    s.sizes = list(p.files).map((one) => {
      must(isText(has(one, ["name", "size"]).name) && Number.isInteger(one.size) && one.size >= 0, "file");
      return [one.name, one.size];
    });
    has(p.permissions, ["hosts", "scopes", "writes"]);
    for (const kind of Object.values(p.permissions)) must(list(kind).every((one) => isAscii(one, 500)), "permission");
    must(!("supersedes" in p) || (isText(p.supersedes) && /^sha256:[0-9a-f]{64}$/.test(p.supersedes)), "supersedes");
    must(!("toolVersion" in p) || isAscii(p.toolVersion, 200), "tool version");
    must(!("minRuntime" in p) || (isVersion(p.minRuntime) && !isBefore(s.runtime, p.minRuntime)), "runtime");
  },
  8: (s) => {
    const counts = (one) => !(one.revokedAt && moment(one.revokedAt) <= s.now)
      && !(one.notBefore && s.now < moment(one.notBefore)) && !(one.notAfter && moment(one.notAfter) <= s.now);
    const signed = new Set(s.signers.filter(counts).map((one) => one.id));
    for (const { id } of s.predicate.connectors) {
      const first = s.trust.delegations.find((one) => one.connectors.some((pattern) => matches(pattern, id)));
      must(first && first.keyids.filter((one) => signed.has(one)).length >= first.threshold, `not enough may sign ${id}`);
    }
  },
  9: (s) => must(s.now < moment(s.trust.expiresAt) && s.created <= s.now + 300_000 && s.created < s.expires && s.now < s.expires, "dates"),
  10: (s) => {
    for (const names of [s.subjects, s.sizes].map((pairs) => pairs.map(([name]) => name))) {
      names.forEach(checkName);
      must(names.length <= 256 && new Set(names.map((name) => name.toLowerCase())).size === names.length, "names");
    }
    const sizes = new Map(s.sizes);
    must(sizes.size === s.subjects.length && s.subjects.every(([name]) => sizes.has(name)), "subjects unlike files");
  },
  11: (s) => {
    const [digests, sizes] = [new Map(s.subjects), new Map(s.sizes)];
    s.files = new Map();
    for (const { name, content } of s.outer.files) {
      must(digests.has(name) && !s.files.has(name), `the file ${name}`);
      const bytes = octets(content);
      must(bytes.length === sizes.get(name) && sha256(bytes) === digests.get(name), `${name} was changed`);
      s.files.set(name, bytes);
    }
    must(s.files.size === digests.size, "a file is missing");
  },
  12: (s) => {
    const read = (name) => { must(s.files.has(name), `${name} is missing`); return parse(s.files.get(name), 8 * MIB); };
    if (s.files.has("evidence.json")) read("evidence.json");
    const manifest = read("bundle.json");
    must(manifest.id === s.predicate.bundleId && manifest.version === s.predicate.version, "bundle.json");
    const listed = new Map(list(manifest.connectors).map((one) => [one.id, one]));
    const stated = new Map(s.predicate.connectors.map((one) => [one.id, one.version]));
    must(listed.size === manifest.connectors.length && listed.size === stated.size, "connectors of bundle.json");
    for (const [id, version] of stated) {
      const file = `connectors/${id}.json`;
      must(listed.get(id)?.version === version && listed.get(id).file === file, `bundle.json and ${id}`);
      const descriptor = read(file);
      must(descriptor.id === id && descriptor.version === version, `${file} is another connector`);
      const asked = descriptor.permissions ?? {};
      must(isObject(asked), `permissions of ${id}`);
      for (const kind of ["hosts", "scopes", "writes"]) {
        const granted = new Set(s.predicate.permissions[kind]);
        must(list(kind in asked ? asked[kind] : []).every((one) => isText(one) && granted.has(kind === "hosts" ? one.replace(/[A-Z]/g, (letter) => letter.toLowerCase()) : one)), `${kind} of ${id}`);
      }
    }
    for (const name of s.files.keys()) {
      must(NAME_FORM.exec(name).slice(1).every((id) => id === undefined || stated.has(id)), `${name} belongs to nobody`);
    }
  },
  13: (s) => {
    s.payloadDigest = `sha256:${sha256(s.payload)}`;
    const digest = s.digest = (id) => `sha256:${sha256(s.subjects
      .filter(([name]) => name === `connectors/${id}.json` || name.startsWith(`migrations/${id}/`))
      .sort(([one], [other]) => (one < other ? -1 : 1)).map(([name, hash]) => `${hash}  ${name}\n`).join(""))}`;
    for (const { id, version } of s.predicate.connectors) {
      const last = Object.hasOwn(s.accepted, id) ? s.accepted[id] : undefined;
      must(!last || !isBefore(version, last.version), `${id} is older`);
      must(!last || version !== last.version || last.digest === digest(id), `${id} is reused`);
    }
  },
};

function examine({ bundle, trust, now, accepted, runtime }) {
  const state = { raw: Buffer.from(bundle, "base64"), trust, now: Date.parse(now), accepted, runtime };
  for (const step of Object.keys(steps).map(Number)) {
    try {
      steps[step](state);
    } catch (error) {
      return { step, why: error.message };
    }
  }
  const files = Object.fromEntries([...state.files].map(([name, bytes]) => [name, sha256(bytes)]));
  const connectors = Object.fromEntries(state.predicate.connectors.map(({ id }) => [id, state.digest(id)]));
  return { payloadDigest: state.payloadDigest, files, connectors };
}

const PATTERN_FORM = new RegExp(`^${ID}(?:[._-]\\*)?$`);
const SPKI = Buffer.from("302a300506032b6570032100", "hex");
const PRIME = 2n ** 255n - 19n;
const power = (base, exponent) => {
  let [result, square] = [1n, base % PRIME];
  for (let left = exponent; left; left >>= 1n, square = (square * square) % PRIME) if (left & 1n) result = (result * square) % PRIME;
  return result;
};
const D = PRIME - (121665n * power(121666n, PRIME - 2n)) % PRIME;
const ORDER_8 = 0x05fc536d880238b13933c6d305acdfd5f098eff289f4c345b027b2c28f95e826n;

function trustedKey(one) {
  has(one, ["id", "alg", "public", "label"], ["notBefore", "notAfter", "revokedAt"]);
  const der = octets(one.public);
  must(one.alg === "ed25519" && der.length === 44 && der.subarray(0, 12).equals(SPKI), "not an Ed25519 key");
  const y = BigInt(`0x${Buffer.from(der.subarray(12)).reverse().toString("hex")}`) % 2n ** 255n;
  must(y < PRIME && ![0n, 1n, PRIME - 1n, ORDER_8, PRIME - ORDER_8].includes(y), "a key of small order");
  const square = ((y * y - 1n + PRIME) * power(D * y * y + 1n, PRIME - 2n)) % PRIME;
  must([0n, 1n].includes(power(square, (PRIME - 1n) / 2n)), "no point of the curve");
  must(one.id === `sha256:${sha256(der)}`, "another id");
  must(isText(one.label) && [...one.label].length <= 200 && !HIDDEN.test(one.label), "label");
  for (const name of ["notBefore", "notAfter", "revokedAt"]) if (name in one) moment(one[name]);
  return createPublicKey({ key: der, format: "der", type: "spki" });
}
function role(one, keys) {
  const ids = list(one.keyids);
  must(ids.every((id) => keys.has(id)) && new Set(ids).size === ids.length, "key ids");
  must(Number.isInteger(one.threshold) && one.threshold >= 1 && one.threshold <= ids.length, "threshold");
}
function readList(bytes) {
  const type = "application/vnd.ferrule.trust.v1+json";
  const envelope = envelopeOf(parse(bytes, MIB));
  must(envelope.payloadType === type, "payload type");
  const payload = octets(envelope.payload);
  const trust = has(parse(payload, MIB), ["trustFormat", "version", "expiresAt", "root", "keys", "delegations"]);
  must(trust.trustFormat === 1 && Number.isSafeInteger(trust.version) && trust.version >= 1, "format");
  moment(trust.expiresAt);
  const keys = new Map(list(trust.keys).map((one) => [one.id, trustedKey(one)]));
  must(keys.size === trust.keys.length && keys.size <= 256, "a key twice");
  role(has(trust.root, ["keyids", "threshold"]), keys);
  for (const one of list(trust.delegations)) {
    role(has(one, ["connectors", "keyids", "threshold"]), keys);
    must(list(one.connectors).length && one.connectors.every((p) => isText(p) && PATTERN_FORM.test(p) && isId(p.replace(/[._-]\*$/, ""))), "pattern");
  }
  const message = Buffer.concat([Buffer.from(`DSSEv1 ${type.length} ${type} ${payload.length} `), payload]);
  must(envelope.signatures.length >= 1 && envelope.signatures.length <= 16, "1 to 16 signatures");
  const signatures = envelope.signatures.map((one) => octets(one.sig));
  const signed = (by) => by.root.keyids.filter((id) => {
    const one = by.keys.find((key) => key.id === id);
    return !one.revokedAt && signatures.some((s) => verify(null, message, trustedKey(one), s));
  }).length >= by.root.threshold;
  must(signed(trust), "its own root did not sign it");
  return { trust, signed, digest: `sha256:${sha256(payload)}` };
}
function examineList({ list: raw, before }) {
  try {
    const found = readList(Buffer.from(raw, "base64"));
    const old = before && readList(Buffer.from(before, "base64"));
    if (old && old.digest !== found.digest) {
      must(found.trust.version === old.trust.version + 1, "not the next version");
      must(found.signed(old.trust), "the root before did not sign it");
    }
    return { version: found.trust.version, digest: found.digest };
  } catch (error) {
    return { why: error.message };
  }
}

const vectors = {
  base64: (text) => octets(text).toString("hex"),
  json: (text) => (parse(Buffer.from(text, "base64"), MIB), "JSON"),
  key: (hex) => {
    const der = Buffer.concat([SPKI, Buffer.from(hex, "hex")]);
    const id = `sha256:${sha256(der)}`;
    trustedKey({ id, alg: "ed25519", public: der.toString("base64"), label: "" });
    return id;
  },
  name: (name) => { checkName(name); return name; },
  version: (text) => { must(isVersion(text), "version"); return text; },
  id: (text) => { must(isId(text), "id"); return text; },
  time: (text) => { moment(text); return text; },
  envelope: ({ envelope, keys, threshold, types }) => {
    const found = envelopeOf(envelope);
    must(types.includes(found.payloadType), "payload type");
    const [type, payload] = [Buffer.from(found.payloadType), octets(found.payload)];
    const message = Buffer.concat([Buffer.from(`DSSEv1 ${type.length} `), type, Buffer.from(` ${payload.length} `), payload]);
    const signatures = found.signatures.map((one) => octets(one.sig));
    must(signatures.length >= 1 && signatures.length <= 16, "1 to 16 signatures");
    const publicKeys = keys.map((hex) => createPublicKey({ key: Buffer.concat([SPKI, Buffer.from(hex, "hex")]), format: "der", type: "spki" }));
    must(publicKeys.filter((key) => signatures.some((one) => verify(null, message, key, one))).length >= threshold, "not enough");
    return message.toString("hex");
  },
};
function examineVector({ vector, of }) {
  try {
    return { is: vectors[vector](of) };
  } catch (error) {
    return { why: error.message };
  }
}
const asked = (question) => ("list" in question ? examineList : "vector" in question ? examineVector : examine)(question);

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(asked(JSON.parse(line)))}\n`);
}
