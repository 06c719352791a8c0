// The table of rumours: sorted and narrowed where it stands.

const FIRST_THREADS = 15;

function setUpThreads() {
  const table = document.getElementById("thread-table");
  if (!table) return;
  const body = table.tBodies[0];
  const rows = [...body.rows];
  const folded = new Map(rows.map((row) => [row, fold(row.cells[0].textContent)]));
  const form = document.getElementById("thread-filters");
  const status = document.getElementById("thread-status");
  const all = document.getElementById("thread-all");
  let showsAll = false;

  makeSortable(table, (key, isDescending) => {
    const place = [...table.tHead.rows[0].cells].findIndex((cell) => cell.dataset.key === key);
    const value = (row) => row.cells[place].dataset.sort;
    rows.sort((a, b) => collator.compare(value(a), value(b)) * (isDescending ? -1 : 1));
    body.append(...rows);
    filter();
  });

  function filter() {
    const terms = parseSearch(form.elements.search.value);
    const { value: alarm } = form.elements.alarm;
    const { value: answered } = form.elements.answered;
    const isNarrowed = Boolean(terms.length || alarm || answered);
    let n = 0;
    for (const row of rows) {
      const isShown =
        terms.every((term) => folded.get(row).includes(term)) &&
        (!alarm || row.dataset.level === alarm) &&
        (!answered || row.dataset.answered === answered);
      n += isShown;
      row.hidden = !isShown || (!isNarrowed && !showsAll && n > FIRST_THREADS);
    }
    all.hidden = isNarrowed || showsAll || n <= FIRST_THREADS;
    status.textContent = say("threads", { n: count.format(n), total: count.format(rows.length) });
  }
  all.addEventListener("click", () => {
    showsAll = true;
    filter();
    rows[FIRST_THREADS].querySelector("summary").focus();
  });
  form.addEventListener("input", filter);
  form.addEventListener("submit", (event) => event.preventDefault());
  filter();
}
