// Ask Caveat, follow the question, and verify the answer. No dependencies; for browsers and Node 22.
// In production pin the key: a server that forges answers also forges keys.

import { verifyAnswer, type Envelope } from "../../web/scripts/verify.js";
import type { Answer } from "./answer.ts";

export async function ask(base: string, text: string, pinned?: string): Promise<Answer> {
  // With the same key, a question that is posted again is not asked again.
  const headers = { "Content-Type": "application/json", "Idempotency-Key": crypto.randomUUID() };
  const question = { method: "POST", headers, body: JSON.stringify({ text }) };
  const { links } = await (await call(base, "/v1/questions", question)).json();
  const envelope = await followed(base, links.events);
  const jwks = await (await call(base, "/.well-known/jwks.json")).json();
  const { keyId, document } = await verifyAnswer(envelope, undefined, jwks);
  if (pinned && keyId !== pinned) throw new Error(`signed by ${keyId}, not by the pinned key`);
  return document; // only what was verified is shown
}

/** Read server-sent events until the one that holds the answer; go on where they broke off. */
async function followed(base: string, path: string): Promise<Envelope<Answer>> {
  for (let last = ""; ; await new Promise((resume) => setTimeout(resume, 3000))) {
    const { body } = await call(base, path, { headers: last ? { "Last-Event-ID": last } : {} });
    let unread = "";
    for await (const part of body!.pipeThrough(new TextDecoderStream())) {
      const events = (unread + part).split("\n\n");
      unread = events.pop()!;
      for (const event of events) {
        const fields = event.split("\n").map((line) => line.split(/: ?(.*)/));
        const { id, event: name, data } = Object.fromEntries(fields);
        if (name?.startsWith("answer.")) return JSON.parse(data);
        last = id ?? last;
      }
    }
  }
}

/** A refusal is an answer; a problem (RFC 9457) is an error. */
async function call(base: string, path: string, init?: RequestInit): Promise<Response> {
  const told = await fetch(new URL(path, base), init);
  if (told.ok) return told;
  const { title, detail } = await told.json();
  throw new Error(`${told.status} ${title}: ${detail}`);
}
