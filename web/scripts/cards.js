// Cards: what a chip or a word stands for, beside it. Open on hover and focus, close on Escape;
// a card can be pointed at and stays open. Without this, a chip leads to the list of sources.

const OPENS_AFTER = 120; // milliseconds
const CLOSES_AFTER = 250;

export function showCards(article) {
  if (!HTMLElement.prototype.showPopover) return;
  const card = new Card();
  for (const chip of article.querySelectorAll("a.chip, a.term")) card.attach(chip);
}

class Card {
  #box = document.createElement("div");
  #chip = null;
  #timer = 0;

  constructor() {
    this.#box.className = "pop";
    this.#box.id = "card";
    this.#box.popover = "manual";
    this.#box.setAttribute("role", "group");
    this.#box.addEventListener("pointerenter", () => clearTimeout(this.#timer));
    this.#box.addEventListener("pointerleave", () => this.#closeSoon());
    this.#box.addEventListener("focusout", (event) => this.#left(event));
    document.addEventListener("keydown", (event) => this.#escaped(event));
    document.addEventListener("pointerdown", (event) => this.#pressed(event));
    addEventListener("scroll", () => this.#chip && this.#place(), { passive: true });
    addEventListener("resize", () => this.#close());
  }

  attach(chip) {
    chip.addEventListener("pointerenter", (event) => {
      if (event.pointerType === "mouse") this.#openSoon(chip);
    });
    chip.addEventListener("pointerleave", () => this.#closeSoon());
    chip.addEventListener("focus", () => {
      if (chip.matches(":focus-visible")) this.#open(chip);
    });
    chip.addEventListener("focusout", (event) => this.#left(event));
    chip.addEventListener("click", (event) => this.#clicked(event, chip));
  }

  // A finger has no hover: the first tap shows the card. A mouse or the Enter key follows the link.
  #clicked(event, chip) {
    const touched = event.pointerType === "touch" || event.pointerType === "pen";
    if (touched) {
      event.preventDefault();
      this.#open(chip);
    } else {
      this.#close();
    }
  }

  #escaped(event) {
    if (event.key !== "Escape" || !this.#chip) return;
    const chip = this.#chip;
    if (this.#box.contains(document.activeElement)) chip.focus();
    this.#close();
  }

  #pressed(event) {
    if (this.#chip && !this.#box.contains(event.target) && !this.#chip.contains(event.target)) {
      this.#close();
    }
  }

  #left(event) {
    const to = event.relatedTarget;
    if (to && (this.#box.contains(to) || to === this.#chip)) return;
    this.#closeSoon();
  }

  #openSoon(chip) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#open(chip), OPENS_AFTER);
  }

  #closeSoon() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      const held = this.#box.contains(document.activeElement) || this.#box.matches(":hover");
      if (!held && document.activeElement !== this.#chip) this.#close();
    }, CLOSES_AFTER);
  }

  #open(chip) {
    clearTimeout(this.#timer);
    if (this.#chip === chip) return;
    this.#close();
    const [name, parts] = chip.classList.contains("term") ? ofTerm(chip) : ofSource(chip);
    if (!parts.length) return;
    this.#box.replaceChildren(...parts);
    this.#box.setAttribute("aria-label", name);
    // Beside its chip in the document, so that Tab goes from the chip into the card.
    chip.after(this.#box);
    chip.setAttribute("aria-expanded", "true");
    chip.setAttribute("aria-details", "card");
    this.#chip = chip;
    this.#box.showPopover();
    this.#place();
  }

  #close() {
    clearTimeout(this.#timer);
    if (!this.#chip) return;
    this.#chip.removeAttribute("aria-expanded");
    this.#chip.removeAttribute("aria-details");
    this.#chip = null;
    this.#box.hidePopover();
    this.#box.remove();
  }

  // Below the chip, or above it where there is no room; on a small screen the style sheet does it.
  #place() {
    const box = this.#box.style;
    if (matchMedia("(max-width: 40rem)").matches) {
      box.left = box.top = "";
      return;
    }
    const at = this.#chip.getBoundingClientRect();
    const { offsetWidth: width, offsetHeight: height } = this.#box;
    const gap = 6;
    const below = at.bottom + gap;
    const fits = below + height <= innerHeight || at.top - gap - height < 0;
    box.left = `${Math.max(16, Math.min(at.left, document.documentElement.clientWidth - width - 16))}px`;
    box.top = `${fits ? below : at.top - gap - height}px`;
  }
}

// The list of sources says it all; the card repeats the part that this chip is about.
function ofSource(chip) {
  const source = document.querySelector(chip.getAttribute("href"));
  if (!source) return ["", []];
  const about = [...source.children].filter((part) => part.localName === "p");
  const quotes = [...source.querySelectorAll("[data-quote]")];
  const quote =
    quotes.find((one) => one.dataset.quote.split(" ").includes(chip.dataset.citation)) ?? quotes[0];
  const parts = [...about, quote].filter(Boolean).map((part) => part.cloneNode(true));
  return [chip.getAttribute("aria-label"), parts];
}

function ofTerm(word) {
  const entry = document.querySelector(word.getAttribute("href"));
  const told = entry?.nextElementSibling;
  if (!told) return ["", []];
  const title = document.createElement("p");
  title.className = "title";
  title.textContent = entry.textContent;
  const text = document.createElement("p");
  text.append(...[...told.childNodes].map((node) => node.cloneNode(true)));
  return [`${entry.textContent}, explained`, [title, text]];
}
