// The waiting page, made live: follows the question's events and goes to the answer.
// Without this, the page looks again by itself every two seconds.

const article = document.querySelector("article[data-question]");
const said = article.querySelector("[data-said]");
const offline = article.querySelector("[data-offline]");
const SLOW_AFTER = 60_000; // milliseconds
const ENDS = ["answer.completed", "answer.refused", "answer.insufficient", "answer.failed"];

const address = `/v1/questions/${article.dataset.question}`;

const asked = sessionStorage.getItem("caveat.asked");
if (asked) {
  document.getElementById("title").textContent = asked.length > 300 ? `${asked.slice(0, 299)}\u2026` : asked;
}

const since = Date.parse(article.dataset.askedAt) || Date.now();
const slow = setTimeout(tellSlow, Math.max(0, since + SLOW_AFTER - Date.now()));

const events = new EventSource(`${address}/events?after=0`);
events.addEventListener("open", () => { offline.hidden = true; });
events.addEventListener("error", () => {
  offline.hidden = false;
  // Closed for good, as after the end: ask once more the ordinary way.
  if (events.readyState === EventSource.CLOSED) lookAgain();
});
events.addEventListener("step.completed", (event) => complete(JSON.parse(event.data)));
for (const name of ENDS) {
  events.addEventListener(name, (event) => {
    events.close();
    arrive(JSON.parse(event.data).answer);
  });
}
addEventListener("offline", () => { offline.hidden = false; });

function complete({ step, label }) {
  const lines = [...article.querySelectorAll("[data-step]")];
  const at = lines.findIndex((line) => line.dataset.step === step);
  if (at < 0) return;
  lines.forEach((line, index) => {
    if (index <= at) line.dataset.state = "done";
    else if (index === at + 1) line.dataset.state = "now";
  });
  if (label) lines[at].firstElementChild.textContent = label;
  said.textContent = label ?? lines[at].textContent;
}

function arrive(answer) {
  clearTimeout(slow);
  article.setAttribute("aria-busy", "false");
  said.textContent = "Answer ready";
  sessionStorage.removeItem("caveat.asked");
  sessionStorage.setItem("caveat.waited", answer.id);
  // In place of this page, so that the back button leads to the question and not to the waiting.
  location.replace(`/a/${answer.id}/${answer.slug}`);
}

async function lookAgain() {
  try {
    const response = await fetch(address, { headers: { Accept: "application/json" } });
    if (response.ok && (await response.json()).status === "done") location.reload();
    else setTimeout(() => location.reload(), 5000);
  } catch {
    setTimeout(lookAgain, 3000); // still offline; the banner says so
  }
}

function tellSlow() {
  article.querySelector("[data-usual]").hidden = true;
  article.querySelector("[data-slow]").hidden = false;
}
