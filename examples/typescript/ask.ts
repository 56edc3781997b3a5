// Ask Caveat, follow the question, verify the answer and print it. No dependencies.
// Node 22.18 or later runs it as it is: node ask.ts QUESTION [http://127.0.0.1:7780] [KEY_ID]
// A browser uses ask(). In production pin KEY_ID: a server that forges answers also forges keys.

import { verifyAnswer, type Envelope } from "../../web/scripts/verify.js";
import type { Answer } from "./answer.ts";

export async function ask(base: string, text: string, pinned?: string): Promise<Answer> {
  // With the same key, a question that is posted again is not asked again.
  const headers = { "Content-Type": "application/json", "Idempotency-Key": crypto.randomUUID() };
  const question = { method: "POST", headers, body: JSON.stringify({ text }) };
  const { links } = await (await call(base, "/v1/questions", question)).json();
  const envelope = links.events
    ? await streamed(base, links.events)
    : await polled(base, links.self);
  const jwks = await (await call(base, "/.well-known/jwks.json")).json();
  const { keyId, document } = await verifyAnswer(envelope, undefined, jwks);
  if (pinned && keyId !== pinned) throw new Error(`signed by ${keyId}, not by the pinned key`);
  return document; // only what was verified is shown
}

/** Read server-sent events until the last one, which holds the answer; go on where it broke off. */
async function streamed(base: string, path: string): Promise<Envelope<Answer>> {
  for (let last = ""; ; await seconds(3)) {
    const headers = { Accept: "text/event-stream", ...(last && { "Last-Event-ID": last }) };
    const { body } = await call(base, path, { headers });
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

/** Ask again and again, as often as the server says. */
async function polled(base: string, path: string): Promise<Envelope<Answer>> {
  for (;;) {
    const told = await call(base, path);
    const { status, links } = await told.json();
    if (status === "done") return (await call(base, links.answer)).json();
    await seconds(Number(told.headers.get("Retry-After") ?? 1));
  }
}

const seconds = (wait: number) => new Promise((resume) => setTimeout(resume, 1000 * wait));

/** A refusal is an answer; a problem (RFC 9457) is an error. */
async function call(base: string, path: string, init?: RequestInit): Promise<Response> {
  const told = await fetch(new URL(path, base), init);
  if (told.ok) return told;
  const { title, detail } = await told.json();
  throw new Error(`${told.status} ${title}: ${detail}`);
}

/** Write whom to call first, then the short answer with its sources, or what can help instead. */
export function shown({ care, outcome, title, summary, sentences, citations, sources }: Answer): string {
  const said = (id: string) => sentences[id]!.text;
  const cited = (id: string) => sentences[id]!.citations.map((c) => ` [${citations[c]!.n}]`).join("");
  return [
    ...(care?.text.map(said) ?? []),
    ...(care?.contacts.map(({ label, tel }) => `${label}: ${tel}`) ?? []),
    ...(outcome ? [outcome.headline, ...outcome.explain.map(said)] : [title]),
    ...(outcome?.you_can.map(({ label, href }) => `- ${label}${href ? ` ${href}` : ""}`) ?? []),
    ...summary.sentences.map((id) => said(id) + cited(id)),
    ...Object.values(citations)
      .filter(({ supports }) => supports.some((id) => summary.sentences.includes(id)))
      .map(({ n, source }) => [n, sources[source]!] as const)
      .map(([n, { title, publisher, url }]) => `[${n}] ${title}, ${publisher}, ${url}`),
  ].join("\n");
}

declare const process: { argv: string[]; exitCode: number } | undefined;
if (typeof process !== "undefined") {
  const [text = "What is MDS?", base = "http://127.0.0.1:7780", pinned] = process.argv.slice(2);
  try {
    console.log(shown(await ask(base, text, pinned)));
  } catch (error) {
    console.error(String(error));
    process.exitCode = 1;
  }
}
