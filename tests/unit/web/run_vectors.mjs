// Run the page's verifier over the test vectors and print what it says: {name: true | why not}.
// Usage: node run_vectors.mjs VERIFY.js VECTORS.json bytes|envelopes|proofs|paths

import { readFile } from "node:fs/promises";
import { pathToFileURL } from "node:url";

const [script, file, what] = process.argv.slice(2);
const { canonical, rootOfPath, verifyAnswer, verifyDecision, verifyInclusion } = await import(
  pathToFileURL(script)
);
const given = JSON.parse(await readFile(file, "utf8"));
const said = {};

async function tell(name, verifying) {
  try {
    await verifying();
    said[name] = true;
  } catch (error) {
    said[name] = `${error.constructor.name}: ${error.message}`;
  }
}

const fromHex = (text) => Uint8Array.from(Buffer.from(text, "hex"));

if (what === "bytes") {
  for (const { name, kind, document, jws } of given.vectors) {
    const verify = kind === "answer" ? verifyAnswer : verifyDecision;
    await tell(name, () => verify(Uint8Array.from(Buffer.from(document, "base64")), jws, given.jwks));
  }
}
if (what === "envelopes") {
  for (const { name, envelope } of given.envelopes) {
    await tell(name, () => verifyAnswer(JSON.parse(envelope), undefined, given.jwks));
  }
}
if (what === "proofs") {
  for (const { name, proof } of given.proofs) {
    await tell(name, () => verifyInclusion(proof, given.vkeys));
  }
}
if (what === "paths") {
  const digest = async (bytes) => new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  for (const { index, size, path } of given.rfc6962.inclusion) {
    await tell(`${index} of ${size}`, async () => {
      const leaf = await digest(Uint8Array.of(0, ...fromHex(given.rfc6962.leaves[index])));
      const root = await rootOfPath(index, size, leaf, path.map(fromHex));
      if (Buffer.from(root).toString("hex") !== given.rfc6962.roots[size - 1]) throw Error("root");
    });
  }
}
if (what === "canonical") {
  for (const [name, text] of Object.entries(given)) said[name] = canonical(JSON.parse(text));
}
process.stdout.write(JSON.stringify(said));
