// The types of verify.js.

/** It does not verify: do not show it. */
export class VerificationFailed extends Error {}

/** There is nothing here to verify with; that says nothing about the answer. */
export class CannotVerify extends Error {}

/** A JSON Web Key Set, as /.well-known/jwks.json serves it. */
export interface KeySet {
  readonly keys: readonly { readonly [member: string]: unknown }[];
}

/** What `GET /v1/answers/{id}` serves around a document. */
export interface Envelope<Answer = unknown> {
  readonly answer: Answer;
  readonly attestation: {
    readonly jws: string;
    readonly key_id: string;
    readonly payload_sha256: string;
  };
}

/** What was signed, and the id (RFC 7638) of the key that signed it. */
export interface Opened<Document> {
  readonly keyId: string;
  readonly document: Document;
}

/** A leaf of the audit log, proved to be in the tree of a signed checkpoint. */
export interface Leaf {
  readonly origin: string;
  readonly size: number;
  readonly index: number;
  readonly kind: string;
  readonly content: Uint8Array;
  readonly jws: string;
}

/** Verify an envelope as it was parsed. */
export function verifyAnswer<Answer>(
  envelope: Envelope<Answer>,
  jws: undefined,
  jwks: KeySet,
): Promise<Opened<Answer>>;

/** Verify the signed bytes of an answer with their JWS. */
export function verifyAnswer(
  bytes: Uint8Array | string,
  jws: string,
  jwks: KeySet,
): Promise<Opened<unknown>>;

/** Verify the bytes of a decision record with their JWS. */
export function verifyDecision(
  bytes: Uint8Array | string,
  jws: string,
  jwks: KeySet,
): Promise<Opened<unknown>>;

/** Verify a proof; `vkeys` is the text of log.txt, or its lines. */
export function verifyInclusion(proof: unknown, vkeys: string | readonly string[]): Promise<Leaf>;

/** Write a value in its RFC 8785 form: integers and strings only. */
export function canonical(value: unknown): string;

/** Follow an inclusion path from a leaf to the root (RFC 9162, 2.1.3.2). */
export function rootOfPath(
  index: number,
  size: number,
  leaf: Uint8Array,
  path: readonly Uint8Array[],
): Promise<Uint8Array>;
