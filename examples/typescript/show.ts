// Ask from a terminal, and print what came: node show.ts QUESTION [http://127.0.0.1:7780] [KEY_ID]
// Node 22.18 or later runs it as it is.

import { ask } from "./ask.ts";
import type { Answer } from "./answer.ts";

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
