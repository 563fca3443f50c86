// Tables: sorted by a column, searched by words, narrowed by what stands in a column.
const collator = new Intl.Collator("en-GB", { numeric: true, sensitivity: "base" });
const numbersOf = (cell) =>
  (cell.dataset.value ?? "").split(" ").filter(Boolean).map((part) => {
    if (part === "-") return null;
    return Number(part.replace("inf", "Infinity"));
  });
const wordsOf = (cell) => cell.textContent.trim();
const mainWords = (cell) => {
  const detail = cell.querySelector("small");
  return (detail ? wordsOf(cell).slice(0, -detail.textContent.length) : wordsOf(cell)).trim();
};

const compare = (one, other) => {
  const [a, b] = [numbersOf(one)[0], numbersOf(other)[0]];
  if (a != null && b != null) return a - b;
  return collator.compare(wordsOf(one), wordsOf(other));
};
const hasNumber = (row, column) => numbersOf(row.cells[column])[0] != null;

const sorted = (rows, column, sign) => {
  const plain = rows.filter((row) => !row.classList.contains("total"));
  const totals = rows.filter((row) => row.classList.contains("total"));
  const numeric = plain.some((row) => hasNumber(row, column));
  // Rows without a number stay below those with one, whichever way the others are sorted.
  const first = plain.filter((row) => !numeric || hasNumber(row, column));
  const last = plain.filter((row) => numeric && !hasNumber(row, column));
  first.sort((a, b) => sign * compare(a.cells[column], b.cells[column]));
  return [...first, ...last, ...totals];
};

const sortable = (table) => {
  const body = table.tBodies[0];
  const printed = [...body.rows];
  const heads = [...table.tHead.rows[0].cells];
  const next = { none: "ascending", ascending: "descending", descending: "none" };
  heads.forEach((head, column) => {
    const button = make("button", { type: "button", class: "sort" });
    button.append(...head.childNodes, make("span", { class: "way", "aria-hidden": "true" }));
    if (head.title) {
      button.append(make("span", { class: "unseen" }, ` (${head.title})`));
      button.title = head.title;
      head.removeAttribute("title");
    }
    head.append(button);
    button.addEventListener("click", () => {
      const way = next[head.getAttribute("aria-sort") ?? "none"];
      for (const other of heads) other.removeAttribute("aria-sort");
      if (way !== "none") head.setAttribute("aria-sort", way);
      const sign = way === "descending" ? -1 : 1;
      body.append(...(way === "none" ? printed : sorted(printed, column, sign)));
    });
  });
};

const chooser = (table, head, column) => {
  const name = mainWords(head).replace(/\s*\(.*/, "");
  const id = `${table.id}-choice-${column}`;
  const select = make("select", { id, "aria-controls": table.id });
  const found = new Set([...table.tBodies[0].rows].map((row) => mainWords(row.cells[column])));
  select.append(make("option", { value: "" }, "All"));
  for (const text of [...found].sort(collator.compare)) {
    select.append(make("option", { value: text }, text || "Not given"));
  }
  const label = make("span", {}, make("label", { for: id }, name), " ", select);
  return { column, select, label };
};

const filterable = (table) => {
  const rows = [...table.tBodies[0].rows];
  const heads = [...table.tHead.rows[0].cells];
  const choosers = heads.flatMap((head, column) =>
    head.hasAttribute("data-choice") ? [chooser(table, head, column)] : [],
  );
  const input = make("input", { type: "search", "aria-controls": table.id });
  const count = make("output", { "aria-live": "polite" });
  const words = make("label", {}, "Rows with the words ", input);
  const bar = make("div", { class: "filter" }, words, ...choosers.map((one) => one.label), count);
  bar.setAttribute("role", "search");
  bar.setAttribute("aria-label", wordsOf(table.caption));
  table.parentElement.before(bar);
  const apply = () => {
    const wanted = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    const chosen = choosers.filter(({ select }) => select.selectedIndex > 0);
    let shown = 0;
    for (const row of rows) {
      const text = row.textContent.toLowerCase();
      row.hidden = !(
        wanted.every((word) => text.includes(word)) &&
        chosen.every(({ column, select }) => mainWords(row.cells[column]) === select.value)
      );
      if (!row.hidden) shown += 1;
    }
    count.textContent = `Showing ${shown} of ${rows.length}`;
  };
  bar.addEventListener("input", apply);
  // A link to a row that is not shown shows all rows again.
  window.addEventListener("hashchange", () => {
    const row = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!row?.hidden || !table.contains(row)) return;
    input.value = "";
    for (const { select } of choosers) select.selectedIndex = 0;
    apply();
    row.scrollIntoView();
  });
  apply();
};

for (const table of document.querySelectorAll("main table")) {
  if (table.tBodies[0].rows.length > 2) sortable(table);
  if (table.matches("[data-filter]") && table.tBodies[0].rows.length > 4) filterable(table);
}
