// What several parts of the page need: the words, and the way from a number to its statements.

const words = JSON.parse(document.getElementById("words").textContent);
const say = (key, told = {}) => words[key].replace(/\{(\w+)\}/g, (whole, name) => told[name] ?? whole);
const count = new Intl.NumberFormat(words.lang === "vi" ? "vi-VN" : "en-GB");
const collator = new Intl.Collator(words.lang, { numeric: true });

// Text as it is searched: no case, no accents, one space between words.
function fold(text) {
  return text
    .toLowerCase()
    .normalize("NFD")
    .replace(/[\u0300-\u036f]/g, "")
    .replace(/đ/g, "d")
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim();
}

// Words that must all occur; those in quotation marks together.
function parseSearch(text) {
  const terms = [...text.matchAll(/["“”]([^"“”]+)["“”]|([^\s"“”]+)/g)];
  return terms.map((match) => fold(match[1] ?? match[2])).filter(Boolean);
}

// A click on any number, wherever it stands.
document.addEventListener("click", (event) => {
  const button = event.target.closest?.("button[data-drill]");
  if (button) openStatements(JSON.parse(button.dataset.drill), button, Number(button.dataset.n) || null);
});

function openStatements(conditions, from, n = null) {
  if (list) list.open(conditions, from, n);
}

// A table sorts by the button in a column's head; a second click turns the order round.
function makeSortable(table, sort) {
  for (const head of table.querySelectorAll("th[data-key]")) {
    head.querySelector("button").addEventListener("click", () => {
      const isDescending = head.getAttribute("aria-sort") === "ascending";
      showOrder(table, head.dataset.key, isDescending);
      sort(head.dataset.key, isDescending);
    });
  }
}

function showOrder(table, key, isDescending) {
  for (const head of table.querySelectorAll("th[data-key]")) {
    if (head.dataset.key === key) head.setAttribute("aria-sort", isDescending ? "descending" : "ascending");
    else head.removeAttribute("aria-sort");
  }
}
