// The answer page, made live. Everything on it can be read, followed and printed without this.

import { showCards } from "./cards.js";
import { checkPage } from "./checking.js";
import { keepQuestions } from "./questions.js";

const article = document.querySelector("article[data-answer]");

const print = article.querySelector("[data-print]");
if (print) {
  print.hidden = false;
  print.addEventListener("click", () => window.print());
}
showCards(article);
keepQuestions(article);
checkPage(article);

// Whoever waited on the page before hears that the answer is there, and reads on from its title.
if (sessionStorage.getItem("caveat.waited") === article.dataset.answer) {
  sessionStorage.removeItem("caveat.waited");
  const title = document.getElementById("title");
  title.tabIndex = -1;
  title.focus();
}
