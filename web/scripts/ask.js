// The ask page, made live: a warning about names and numbers, a count, and one question a click.
// What it notices is a courtesy; what is taken out is decided on the server.

const form = document.querySelector("[data-ask]");
const field = form.elements.text;
const button = form.querySelector("button[type=submit]");
const warning = document.getElementById("private");
const count = document.getElementById("count");

const MOST = field.maxLength;
const COUNTED_FROM = MOST - 500;
const NOTICED = [
  [/[^\s@]+@[^\s@]+\.[a-z]{2,}/i, "an e-mail address"],
  [/(?:\+?\d[\s().-]?){9,}/, "a long number, such as a telephone or record number"],
  [/\b\d{1,2}[./-]\d{1,2}[./-](?:19|20)\d\d\b|\b(?:19|20)\d\d-\d\d-\d\d\b/, "a full date"],
  [/\b(?:my name is|my name's|i am called|dr\.?|mr\.?|mrs\.?|ms\.?)\s+\p{Lu}\p{Ll}+/iu, "a name"],
];

function look() {
  const found = NOTICED.filter(([pattern]) => pattern.test(field.value)).map(([, name]) => name);
  const text = found.length
    ? `This looks like it holds ${found.join(" and ")}. The question works without it.`
    : "";
  if (warning.textContent !== text) warning.textContent = text;
  warning.hidden = !text;
  count.hidden = field.value.length < COUNTED_FROM;
  count.textContent = `${MOST - field.value.length} characters left`;
}

field.addEventListener("input", look);
field.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
});
form.addEventListener("submit", (event) => {
  if (button.disabled) return event.preventDefault(); // a second click is the same question
  button.disabled = true;
  button.textContent = "Asking\u2026";
  // For the waiting page, which repeats the question: the server does not keep its words.
  sessionStorage.setItem("caveat.asked", field.value.trim());
});
// Back from the answer: the page may come from the browser's memory with its button still busy.
addEventListener("pageshow", () => {
  button.disabled = false;
  button.textContent = "Ask";
  look();
});

document.getElementById("fault")?.focus();
