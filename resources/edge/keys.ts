// From a secret as a person pasted it to what tells whether it made a signature.
// All secrets are tried with all signatures, and octets are compared in constant time.

import { Buffer } from "node:buffer";
import { createHmac, createPublicKey, type KeyObject, timingSafeEqual, verify as verifySignature } from "node:crypto";
import type { JsonObject } from "./json.ts";
import { textAt, wordAt } from "./items.ts";
import { BLANK, strip } from "./template.ts";

/** Whether a secret made one of the signatures of a text. */
export type Trial = (text: Uint8Array, received: readonly Uint8Array[]) => boolean;

const HMACS: Readonly<Record<string, readonly [hash: string, length: number]>> = {
  "hmac-sha1": ["sha1", 20],
  "hmac-sha256": ["sha256", 32],
  "hmac-sha512": ["sha512", 64],
};
const ED25519_LENGTH = 64;
const P256_HALF = 32;
const SPACES = new RegExp(BLANK, "gu");
const PEM = /^-----BEGIN PUBLIC KEY-----([A-Za-z0-9+/=\s]*)-----END PUBLIC KEY-----/;
const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const fromHex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, "hex"));

/** The algorithm of a scheme as it is named here; a document may use capitals. */
export const algorithmOf = (scheme: JsonObject): string => wordAt(scheme, "algorithm").toLowerCase();

/** Try every one, also after one that holds. */
export function any<T>(all: readonly T[], test: (one: T) => boolean): boolean {
  return all.reduce((found, one) => test(one) || found, false);
}

/** Return the bytes that a header or an address came as: Latin-1, unless it is wider. */
export function headerBytes(text: string): Uint8Array {
  return /^[\0-\xff]*$/.test(text) ? new Uint8Array(Buffer.from(text, "latin1")) : utf8(text);
}

/** Return the octets of a signature, undefined for a text that is none of the scheme. */
export function octetsOf(scheme: JsonObject, text: string): Uint8Array | undefined {
  const algorithm = algorithmOf(scheme);
  if (algorithm === "token") return text === "" ? undefined : headerBytes(text);
  const octets = decoded(text, textAt(scheme, "encoding"));
  if (octets === undefined || algorithm === "ecdsa-p256-sha256") return octets?.length === 2 * P256_HALF ? inDer(octets) : octets;
  return octets.length === (HMACS[algorithm]?.[1] ?? ED25519_LENGTH) ? octets : undefined;
}

/** Read hex in either case, or base64 with its padding and nothing bent: unnamed, either. */
function decoded(text: string, encoding: string | undefined): Uint8Array | undefined {
  if (encoding === "base64url") return fromBase64url(text);
  if (encoding !== "base64" && /^(?:[0-9a-fA-F]{2})+$/.test(text)) return fromHex(text);
  if (encoding === "hex" || text === "") return undefined;
  const octets = Buffer.from(text, "base64");
  return octets.toString("base64") === text ? new Uint8Array(octets) : undefined;
}

/** Read base64 for addresses, with its padding or without it (RFC 4648, section 5). */
function fromBase64url(text: string): Uint8Array | undefined {
  if (/[+/]/.test(text)) return undefined;
  const bare = text.replace(/={1,2}$/, "");
  const padded = bare + "=".repeat((4 - (bare.length % 4)) % 4);
  if (text !== bare && text !== padded) return undefined;
  return decoded(padded.replaceAll("-", "+").replaceAll("_", "/"), "base64");
}

/** Write the two numbers of an ECDSA signature, side by side, as DER (RFC 3279, 2.2.3). */
function inDer(octets: Uint8Array): Uint8Array {
  const members = [octets.subarray(0, P256_HALF), octets.subarray(P256_HALF)].flatMap((half) => {
    const first = half.findIndex((octet) => octet !== 0);
    const short = [...half.subarray(first < 0 ? P256_HALF - 1 : first)];
    const whole = (short[0] as number) >= 0x80 ? [0, ...short] : short;
    return [2, whole.length, ...whole];
  });
  return Uint8Array.from([0x30, members.length, ...members]);
}

/** Return how a secret is tried; throws where it is none of the scheme. */
export function trialOf(scheme: JsonObject, secret: string): Trial {
  const algorithm = algorithmOf(scheme);
  if (algorithm === "token") {
    const expected = filled(utf8(secret));
    return (_text, received) => any(received, (one) => equal(expected, one));
  }
  const hash = HMACS[algorithm]?.[0];
  if (hash !== undefined) {
    const key = sharedKey(scheme, secret);
    return (text, received) => {
      const expected = new Uint8Array(createHmac(hash, key).update(text).digest());
      return any(received, (one) => equal(expected, one));
    };
  }
  const key = publicKey(scheme, secret, algorithm);
  const digest = algorithm === "ed25519" ? null : "sha256";
  return (text, received) => any(received, (one) => holds(digest, text, key, one));
}

function equal(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && timingSafeEqual(left, right);
}

function holds(digest: string | null, text: Uint8Array, key: KeyObject, signature: Uint8Array): boolean {
  try {
    return verifySignature(digest, text, key, signature);
  } catch {
    return false; // octets that are no signature at all
  }
}

function filled(octets: Uint8Array): Uint8Array {
  if (octets.length === 0) throw new Error("The configured secret is empty.");
  return octets;
}

function bareOf(scheme: JsonObject, secret: string): string {
  const prefix = textAt(scheme, "secretPrefix") ?? "";
  return secret.startsWith(prefix) ? secret.slice(prefix.length) : secret;
}

function sharedKey(scheme: JsonObject, secret: string): Uint8Array {
  const bare = bareOf(scheme, secret);
  const encoding = textAt(scheme, "secretEncoding") ?? "utf8";
  return filled(encoding === "utf8" ? utf8(bare) : unpacked(bare, encoding));
}

/** Read a secret that was copied: blanks count nothing, padding may lack. */
function unpacked(text: string, encoding: string): Uint8Array {
  const bare = text.replace(SPACES, "");
  if (encoding === "hex") {
    if (/^(?:[0-9a-fA-F]{2})*$/.test(bare)) return fromHex(bare);
  } else {
    const plain = bare.replaceAll("-", "+").replaceAll("_", "/").replace(/=+$/, "");
    if (/^[A-Za-z0-9+/]*$/.test(plain) && plain.length % 4 !== 1) return new Uint8Array(Buffer.from(plain, "base64"));
  }
  throw new Error(`The configured secret is not ${encoding}.`);
}

const SPKI_ED25519 = fromHex("302a300506032b6570032100");
const SPKI_POINT = fromHex("3059301306072a8648ce3d020106082a8648ce3d030107034200");
const SPKI_SHORT_POINT = fromHex("3039301306072a8648ce3d020106082a8648ce3d030107032200");

/** Return the key that verifies: PEM, DER or bare, in hex or base64, whatever is said. */
function publicKey(scheme: JsonObject, secret: string, algorithm: string): KeyObject {
  let key: KeyObject;
  try {
    key = createPublicKey({ key: Buffer.from(derOf(keyBytes(scheme, secret))), format: "der", type: "spki" });
  } catch {
    throw new Error("The configured secret is no public key.");
  }
  const fits = algorithm === "ed25519" ? key.asymmetricKeyType === "ed25519" : key.asymmetricKeyDetails?.namedCurve === "prime256v1";
  if (!fits) throw new Error(`The configured secret is no public key for ${algorithm}.`);
  return key;
}

function derOf(octets: Uint8Array): Uint8Array {
  const [first] = octets;
  if (octets.length === 32) return Uint8Array.from([...SPKI_ED25519, ...octets]);
  if (octets.length === 65 && first === 4) return Uint8Array.from([...SPKI_POINT, ...octets]);
  if (octets.length === 33 && (first === 2 || first === 3)) return Uint8Array.from([...SPKI_SHORT_POINT, ...octets]);
  return octets;
}

function keyBytes(scheme: JsonObject, secret: string): Uint8Array {
  const text = strip(bareOf(scheme, secret));
  filled(utf8(text));
  const pem = pemOf(text);
  if (pem.startsWith("-----BEGIN ")) return unpacked(PEM.exec(pem)?.[1] ?? "?", "base64");
  const encoding = textAt(scheme, "secretEncoding") ?? "utf8";
  const guessed = /^(?:[0-9a-fA-F]{2})*$/.test(text) ? "hex" : "base64";
  return unpacked(text, encoding === "utf8" ? guessed : encoding);
}

/** Return the PEM in a text: as it is, on one line, between quotes, or as its base64. */
function pemOf(told: string): string {
  const text = strip(told.replace(/^["']+|["']+$/g, ""));
  const packed = text.replace(SPACES, "");
  const plain = /^[A-Za-z0-9+/]+={0,2}$/.test(packed) ? Buffer.from(packed, "base64").toString("utf8") : "";
  return strip((plain.includes("-----BEGIN ") ? plain : text).replaceAll("\\r", "").replaceAll("\\n", "\n"));
}
