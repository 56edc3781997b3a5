// Questions to take along: what is ticked and added stays in this tab and goes nowhere.

export function keepQuestions(article) {
  const form = article.querySelector("[data-own]");
  if (!form) return;
  const list = article.querySelector(".questions");
  const sheet = form.closest("section");
  const key = `caveat.questions.${article.dataset.answer}`;
  form.hidden = false;

  const kept = read(key);
  for (const text of kept.own) add(list, text);
  for (const box of boxes(list)) box.checked = kept.ticked.includes(box.id);

  const save = () =>
    sessionStorage.setItem(
      key,
      JSON.stringify({
        own: [...list.querySelectorAll("[data-own-text]")].map((one) => one.textContent),
        ticked: boxes(list).filter((box) => box.checked).map((box) => box.id),
      }),
    );

  list.addEventListener("change", save);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const text = form.elements.own.value.trim();
    if (!text) return;
    add(list, text).checked = true;
    form.reset();
    form.elements.own.focus();
    save();
  });
  form.querySelector("[data-print-questions]").addEventListener("click", () => {
    const chosen = boxes(list).some((box) => box.checked);
    sheet.classList.toggle("chosen", chosen);
    document.documentElement.classList.add("only-questions");
    window.print();
  });
  addEventListener("afterprint", () => {
    document.documentElement.classList.remove("only-questions");
    sheet.classList.remove("chosen");
  });
}

function boxes(list) {
  return [...list.querySelectorAll("input[type=checkbox]")];
}

function add(list, text) {
  const line = document.createElement("li");
  const box = document.createElement("input");
  box.type = "checkbox";
  box.id = `take-${list.children.length + 1}`;
  const label = document.createElement("label");
  label.htmlFor = box.id;
  label.dataset.ownText = "";
  label.textContent = text;
  line.append(box, label);
  list.append(line);
  return box;
}

function read(key) {
  const empty = { own: [], ticked: [] };
  try {
    return { ...empty, ...JSON.parse(sessionStorage.getItem(key) ?? "{}") };
  } catch (error) {
    // Whatever is there was not written by this page: begin anew, and say so to who looks.
    console.warn("The questions that were kept cannot be read.", error);
    return empty;
  }
}
