// The list of statements: 50,000 of them stay as columns of numbers, and one page of rows is drawn.

const PAGE_ROWS = 50;
const FOLD_STEP = 2000;
const TAGS = ["topic", "sentiment", "nature"];
let list = null;

function setUpStatements() {
  const table = document.getElementById("list-table");
  if (table) list = makeList(JSON.parse(document.getElementById("statements").textContent), table);
}

function makeList(data, table) {
  const form = document.getElementById("list-filters");
  const status = document.getElementById("list-status");
  const back = document.getElementById("list-back");
  const chip = document.getElementById("thread-chip");
  const [previous, next] = ["page-previous", "page-next"].map((id) => document.getElementById(id));
  const names = Object.keys(data.codes);
  const folded = new Array(data.n);
  let found = Int32Array.from({ length: data.n }, (_, place) => place);
  let order = { key: null, isDescending: false };
  let page = 0;
  let thread = -1;
  let came = null;
  let counted = null;

  for (const name of names) {
    const select = form.elements[name];
    if (!select) continue;
    const { values, names: shown } = data.codes[name];
    const places = values.map((_, place) => place).filter((place) => values[place] !== "(merged)");
    // Periods stand in their order, the latest first; names by the alphabet.
    if (name === "period") places.reverse();
    else places.sort((a, b) => collator.compare(shown[a], shown[b]));
    select.append(...places.map((place) => new Option(shown[place], values[place])));
  }

  const foldOne = (place) => (folded[place] ??= ` ${fold(`${data.text[place]} ${data.ref[place]}`)} `);

  // Make the texts ready to be searched while nobody waits.
  function foldSome(start) {
    const end = Math.min(start + FOLD_STEP, data.n);
    for (let place = start; place < end; place++) foldOne(place);
    if (end < data.n) setTimeout(foldSome, 0, end);
  }
  setTimeout(foldSome, 0, 0);

  function filter() {
    const terms = parseSearch(form.elements.search.value);
    const tests = names
      .filter((name) => form.elements[name]?.value)
      .map((name) => [data.codes[name].of, data.codes[name].values.indexOf(form.elements[name].value)]);
    if (thread >= 0) tests.push([data.thread, thread]);
    const kept = new Int32Array(data.n);
    let n = 0;
    next_row: for (let place = 0; place < data.n; place++) {
      for (const [codes, code] of tests) if (codes[place] !== code) continue next_row;
      if (terms.length) {
        const text = foldOne(place);
        for (const term of terms) if (!text.includes(term)) continue next_row;
      }
      kept[n++] = place;
    }
    found = kept.subarray(0, n);
    sort();
    page = 0;
    show();
  }

  function sort() {
    if (!order.key) return;
    const ranks = rank(order.key);
    const sign = order.isDescending ? -1 : 1;
    // What is not known comes last either way.
    found.sort((a, b) => (ranks[a] < 0 || ranks[b] < 0 ? ranks[b] - ranks[a] : sign * (ranks[a] - ranks[b])) || a - b);
  }

  function rank(key) {
    if (key === "day") return data.day.map((day) => day ?? -1);
    if (key === "p") return data.p;
    const { names: shown, of } = data.codes[key];
    const places = shown.map((_, place) => place).sort((a, b) => collator.compare(shown[a], shown[b]));
    const ranks = [];
    places.forEach((place, own) => (ranks[place] = own));
    return of.map((code) => (code < 0 ? -1 : ranks[code]));
  }

  function show() {
    const pages = Math.max(1, Math.ceil(found.length / PAGE_ROWS));
    page = Math.min(Math.max(page, 0), pages - 1);
    const own = found.subarray(page * PAGE_ROWS, (page + 1) * PAGE_ROWS);
    table.tBodies[0].replaceChildren(...Array.from(own, (place) => makeRow(place)));
    previous.disabled = page === 0;
    next.disabled = page === pages - 1;
    const parts = [found.length ? say("found", { n: count.format(found.length) }) : say("none")];
    if (counted !== null && counted !== found.length) parts.push(say("counted", { n: count.format(counted) }));
    if (pages > 1) parts.push(say("page", { page: count.format(page + 1), pages: count.format(pages) }));
    status.textContent = parts.join("; ");
  }

  const cell = (text, className, label) => {
    const made = document.createElement("td");
    made.textContent = text;
    made.className = className;
    made.dataset.label = label;
    return made;
  };
  const labels = Object.fromEntries(
    [...table.querySelectorAll("th[data-key]")].map((head) => [head.dataset.key, head.textContent.trim()]),
  );

  function makeRow(place) {
    const row = document.createElement("tr");
    const day = data.day[place];
    const date = day === null ? "" : new Date(day * 864e5).toLocaleDateString("vi-VN", { timeZone: "UTC", day: "2-digit", month: "2-digit", year: "numeric" });
    const text = cell(data.text[place], "text", "");
    text.append(Object.assign(document.createElement("span"), { className: "ref", textContent: data.ref[place] }));
    const tag = (name) => {
      const { names: shown, of } = data.codes[name];
      const isUnsure = TAGS.includes(name) && data.unsure[place] & (1 << TAGS.indexOf(name));
      return cell((shown[of[place]] ?? "") + (isUnsure ? "\u00a0?" : ""), "", labels[name]);
    };
    const p = data.p[place];
    row.append(
      cell(date, "", labels.day),
      text,
      ...TAGS.filter((name) => data.codes[name]).map(tag),
      cell(p < 0 ? "–" : (p / 100).toLocaleString(words.lang, { minimumFractionDigits: 2 }), "n", labels.p),
      ...["area", "source"].filter((name) => data.codes[name]).map(tag),
    );
    return row;
  }

  function showThread() {
    chip.hidden = thread < 0;
    if (chip.hidden) return;
    const button = Object.assign(document.createElement("button"), { type: "button", textContent: `× ${say("remove")}` });
    button.addEventListener("click", () => {
      thread = -1;
      counted = null;
      showThread();
      filter();
      status.closest("section").querySelector("h2").focus();
    });
    chip.replaceChildren(`${say("thread", { claim: data.threads[thread].claim })} `, button);
  }

  function turn(by) {
    page += by;
    show();
    document.getElementById("list-title").scrollIntoView();
    document.getElementById("list-title").focus({ preventScroll: true });
  }

  form.addEventListener("input", () => {
    counted = null;
    filter();
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => {
    thread = -1;
    counted = null;
    showThread();
    // The fields are empty only after this event.
    setTimeout(filter, 0);
  });
  makeSortable(table, (key, isDescending) => {
    order = { key, isDescending };
    sort();
    page = 0;
    show();
  });
  previous.addEventListener("click", () => turn(-1));
  next.addEventListener("click", () => turn(1));
  back.addEventListener("click", () => {
    back.hidden = true;
    came?.scrollIntoView({ block: "center" });
    came?.focus({ preventScroll: true });
  });
  show();

  return {
    open(conditions, from, n) {
      form.elements.search.value = conditions.search ?? "";
      for (const name of names) if (form.elements[name]) form.elements[name].value = conditions[name] ?? "";
      thread = data.threads.findIndex((own) => own.id === conditions.thread);
      counted = n;
      came = from;
      if (!from.matches("button, a, [tabindex]")) from.tabIndex = -1;
      showThread();
      filter();
      back.hidden = false;
      const title = document.getElementById("list-title");
      title.scrollIntoView();
      title.focus({ preventScroll: true });
    },
  };
}
