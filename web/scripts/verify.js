// Verify an answer, or a decision's place in the audit log. No dependencies; needs WebCrypto with
// Ed25519 (Chrome 137, Firefox 129, Safari 17, Node 20, or later).
//
// What does not hold is rejected with VerificationFailed; CannotVerify means that there is no
// WebCrypto to find out with, and says nothing about the answer. Use the document that is returned.

export class VerificationFailed extends Error {}
export class CannotVerify extends Error {}

const [ANSWER, DECISION, PROOF] = ["caveat/answer/1", "caveat/decision/1", "caveat/proof/1"];

const utf8 = new TextEncoder();
const readUtf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * Verify an answer: the signed bytes with their JWS, or the whole envelope as it was parsed.
 * Resolves to { keyId, document }.
 */
export const verifyAnswer = honest(async (envelopeOrBytes, jws, jwks) => {
  if (isBytes(envelopeOrBytes)) return openSigned(bytesOf(envelopeOrBytes), jws, jwks, ANSWER);
  const { answer, attestation } = envelopeOrBytes;
  const content = utf8.encode(canonical(answer));
  const opened = await openSigned(content, jws ?? attestation.jws, jwks, ANSWER);
  const digest = hex(await sha256(content));
  const told = attestation.key_id === opened.keyId && attestation.payload_sha256 === digest;
  need(told, "the envelope names another key or digest");
  return opened;
});

/** Verify a decision record and its JWS. Resolves to { keyId, document }. */
export const verifyDecision = honest((bytes, jws, jwks) =>
  openSigned(bytesOf(bytes), jws, jwks, DECISION),
);

/**
 * Verify that a proof's leaf is in the tree of its signed checkpoint. `vkeys` is the text of
 * log.txt, or its lines. Resolves to { origin, size, index, kind, content, jws }; the guard's
 * signature over the leaf is for verifyDecision.
 */
export const verifyInclusion = honest(async (proof, vkeys) => {
  need(proof.schema === PROOF, `the proof is not of schema ${PROOF}`);
  const { origin, size, root } = await openCheckpoint(proof.checkpoint, vkeys);
  need(proof.tree_size === size, "the proof is for a tree of another size");
  const { index, kind, content: encoded, jws } = proof.leaf;
  const content = fromBase64(encoded);
  const leaf = await sha256(Uint8Array.of(0), content);
  const reached = await rootOfPath(index, size, leaf, proof.path.map(fromBase64));
  need(hex(reached) === hex(root), "the leaf is not in the tree that the checkpoint is about");
  return { origin, size, index, kind, content, jws };
});

/** Write a value in its RFC 8785 form: integers and strings only. */
export function canonical(value) {
  if (value === null || typeof value === "boolean") return String(value);
  if (typeof value === "number") {
    need(Number.isSafeInteger(value), "a number is not an exact integer");
    return String(value);
  }
  if (typeof value === "string") {
    need(!/\p{Surrogate}/u.test(value), "a text holds half of a character");
    return JSON.stringify(value);
  }
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  need(typeof value === "object", "not a JSON value");
  // sort() compares UTF-16 code units, and so does RFC 8785.
  const members = Object.keys(value).sort();
  return `{${members.map((name) => `${canonical(name)}:${canonical(value[name])}`).join(",")}}`;
}

// --- signatures of the guard ---

async function openSigned(content, jws, jwks, schema) {
  const [header, middle, signature, ...more] = String(jws).split(".");
  need(signature && middle === "" && more.length === 0, "not a detached JWS");
  const { alg, kid, crit } = JSON.parse(readUtf8.decode(fromBase64Url(header)));
  need(alg === "Ed25519" && crit === undefined, "the algorithm is not Ed25519, and nothing more");
  const key = await trustedKey(jwks, kid);
  const signed = utf8.encode(`${header}.${toBase64Url(content)}`);
  need(await isSigned(key.x, fromBase64Url(signature), signed), "the signature does not match");
  const text = readUtf8.decode(content);
  const document = JSON.parse(text);
  // This also finds repeated members, fractions and spaces, which JSON.parse passes over.
  need(canonical(document) === text, "the document is not in canonical form");
  need(document?.schema === schema, `the document is not of schema ${schema}`);
  if (key.retiredAt !== undefined) {
    const decided = momentKey((schema === ANSWER ? document.guard : document)?.decided_at);
    const retired = momentKey(key.retiredAt);
    need(decided && retired && decided <= retired, "the key was retired before the decision");
  }
  return { keyId: kid, document };
}

async function trustedKey(jwks, kid) {
  for (const { kty, crv, x, retired_at: retiredAt } of jwks.keys) {
    if (kty !== "OKP" || crv !== "Ed25519") continue;
    // The id is computed (RFC 7638), and not the one that the key set gives.
    const thumbprint = await sha256(utf8.encode(canonical({ crv, kty, x })));
    if (toBase64Url(thumbprint) === kid) return { x: fromBase64Url(x), retiredAt };
  }
  throw new VerificationFailed("the signing key is unknown");
}

/** Make an RFC 3339 moment in UTC comparable as a string; nothing of what is not one. */
function momentKey(moment) {
  const found = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?Z$/.exec(moment);
  return typeof moment === "string" && found ? `${found[1]}.${(found[2] ?? "").padEnd(9, "0")}` : "";
}

// --- checkpoints and the tree of the log ---

async function openCheckpoint(note, vkeys) {
  need(!/[\u0000-\u0009\u000b-\u001f\u007f]|\p{Surrogate}/u.test(note), "not a note");
  const gap = note.lastIndexOf("\n\n");
  need(gap >= 0 && note.endsWith("\n") && gap + 2 < note.length, "not a signed note");
  const text = note.slice(0, gap + 1);
  const [[origin, size, root], keys] = [text.split("\n"), await logKeys(vkeys)];
  let own = false;
  for (const line of note.slice(gap + 2, -1).split("\n")) {
    const [, name, encoded] = /^\u2014 ([^\s+]+) (\S+)$/u.exec(line) ?? [];
    need(name, "a line of the note is no signature");
    const signature = fromBase64(encoded);
    const key = keys.get(`${name}+${hex(signature.subarray(0, 4))}`);
    if (!key) continue;
    const signed = await isSigned(key, signature.subarray(4), utf8.encode(text));
    need(signed, "the checkpoint's signature does not match it");
    own ||= name === origin;
  }
  need(own, "the checkpoint is not signed by a key of its log that we know");
  need(/^(0|[1-9][0-9]{0,15})$/.test(size), "not a checkpoint");
  return { origin, size: Number(size), root: fromBase64(root) };
}

async function logKeys(vkeys) {
  const keys = new Map();
  const lines = typeof vkeys === "string" ? vkeys.split("\n") : vkeys;
  for (const line of lines.filter((each) => each.trim())) {
    const [, name, id, encoded] = /^([^\s+]+)\+([0-9a-f]{8})\+(\S+)$/u.exec(line) ?? [];
    need(name, "not a verifier key");
    const content = fromBase64(encoded);
    const digest = await sha256(utf8.encode(`${name}\n`), content);
    need(content.length === 33 && content[0] === 1, "not an Ed25519 verifier key");
    need(hex(digest.subarray(0, 4)) === id, "a verifier key with another's id");
    keys.set(`${name}+${id}`, content.subarray(1));
  }
  return keys;
}

/** Follow an inclusion path from a leaf to the root (RFC 9162, 2.1.3.2). */
export async function rootOfPath(index, size, leaf, path) {
  need(Number.isSafeInteger(index) && index >= 0 && index < size, "the tree has no such leaf");
  let [place, last, root] = [index, size - 1, leaf];
  const half = (number) => Math.floor(number / 2); // shifts would cut at 32 bits
  for (const sibling of path) {
    need(last > 0 && sibling.length === 32, "the proof's path is too long");
    if (place % 2 === 1 || place === last) {
      root = await sha256(Uint8Array.of(1), sibling, root);
      while (place % 2 === 0 && place > 0) [place, last] = [half(place), half(last)];
    } else {
      root = await sha256(Uint8Array.of(1), root, sibling);
    }
    [place, last] = [half(place), half(last)];
  }
  need(last === 0, "the proof's path is too short");
  return root;
}

// --- bytes ---

function need(holds, why) {
  if (!holds) throw new VerificationFailed(why);
}

async function isSigned(publicKey, signature, content) {
  const key = await crypto.subtle.importKey("raw", publicKey, "Ed25519", false, ["verify"]);
  return crypto.subtle.verify("Ed25519", key, signature, content);
}

async function sha256(...parts) {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", await new Blob(parts).arrayBuffer()));
}

const isBytes = (value) => typeof value === "string" || value instanceof Uint8Array;
const bytesOf = (value) => (typeof value === "string" ? utf8.encode(value) : value);
const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
const toBase64 = (bytes) => btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
const toBase64Url = (bytes) =>
  toBase64(bytes).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
const fromBase64 = (text) => decoded(text, toBase64);
const fromBase64Url = (text) => decoded(text, toBase64Url);

/** Decode either base64; `write` says which it is, in its one right form. */
function decoded(text, write) {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  const bytes = Uint8Array.from(plain, (character) => character.charCodeAt(0));
  need(write(bytes) === text, "base64 that is not written in its one right form");
  return bytes;
}

/** Reject with VerificationFailed whatever went wrong: what cannot be read does not verify. */
function honest(verify) {
  return async (...given) => {
    if (!globalThis.crypto?.subtle) throw new CannotVerify("there is no WebCrypto here");
    try {
      return await verify(...given);
    } catch (error) {
      if (error instanceof VerificationFailed) throw error;
      if (error?.name === "NotSupportedError") throw new CannotVerify("Ed25519 is not supported");
      throw new VerificationFailed(`it cannot be read: ${error?.message ?? error}`);
    }
  };
}
