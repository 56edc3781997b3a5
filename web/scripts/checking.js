// Verify the page that is being read: its signature, and that it shows what was signed.
// A page that fails is replaced: nobody should go on reading it.

import { CannotVerify, verifyAnswer, VerificationFailed } from "./verify.js";

export async function checkPage(article) {
  const room = document.querySelector("[data-verify]");
  const said = room.querySelector("[role=status]");
  const proof = fetchProof(article);
  room.hidden = false;
  room.querySelector("button").addEventListener("click", async () => {
    said.hidden = false;
    said.textContent = "Checking\u2026";
    tell(said, await outcome(article, proof));
  });
  const first = await outcome(article, proof);
  if (first.failed) replace(article, first.failed);
  if (first.newer) announceNewer(article);
}

// Fetched once, so that the button works without a connection later.
async function fetchProof({ dataset }) {
  const [envelope, jwks] = await Promise.all(
    [`/v1/answers/${dataset.answer}?version=${dataset.version}`, "/.well-known/jwks.json"].map(
      async (address) => {
        const response = await fetch(address, { headers: { Accept: "application/json" } });
        if (!response.ok) throw new CannotVerify(`${address} answered ${response.status}`);
        return response.json();
      },
    ),
  );
  return { envelope, jwks };
}

async function outcome(article, proof) {
  try {
    const { envelope, jwks } = await proof;
    const { keyId, document: signed } = await verifyAnswer(envelope, undefined, jwks);
    compare(article, signed, envelope.attestation.payload_sha256);
    return { keyId, newer: envelope.lifecycle.superseded_by };
  } catch (error) {
    if (error instanceof VerificationFailed) return { failed: error.message };
    // No connection, no keys, or a browser without Ed25519: that says nothing about the answer.
    return { unknown: error.message };
  }
}

function compare(article, signed, digest) {
  const { answer, version, sha256 } = article.dataset;
  if (signed.id !== answer || String(signed.version) !== version || digest !== sha256) {
    throw new VerificationFailed("what was signed is another answer than this page");
  }
  for (const shown of article.querySelectorAll("[data-sentence]")) {
    const sentence = signed.sentences[shown.dataset.sentence];
    if (!sentence || line(sentence.text) !== line(shown.textContent)) {
      throw new VerificationFailed("a sentence of this page is not the one that was signed");
    }
  }
}

// The renderer keeps every text on one line and takes out what would turn its direction.
function line(text) {
  return text.replace(/[\u202a-\u202e\u2066-\u2069]/g, "").replace(/[\p{Cc}\p{Zl}\p{Zp}]/gu, " ");
}

function tell(said, { keyId, failed, unknown }) {
  said.classList.toggle("bad", !keyId);
  if (keyId) {
    said.textContent = `This page shows exactly what was signed. Signed by key ${keyId}.`;
  } else {
    said.textContent = failed
      ? `This page does not verify: ${failed}.`
      : `It could not be checked here: ${unknown}. That says nothing about the answer.`;
  }
}

function replace(article, why) {
  const title = document.createElement("h1");
  title.textContent = "This page does not verify";
  title.id = "title";
  title.tabIndex = -1;
  const text = document.createElement("p");
  text.textContent = `It is not shown, because it is not what was signed: ${why}.`;
  article.replaceChildren(title, text);
  title.focus();
}

function announceNewer(article) {
  const note = document.createElement("p");
  note.className = "note";
  const link = document.createElement("a");
  link.textContent = "Read the newer version";
  link.href = `/a/${article.dataset.answer}`;
  note.append("This page has been replaced by a newer version. ", link);
  article.querySelector("h1").after(note);
}
