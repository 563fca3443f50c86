"use strict";
(() => {
  const words = new Intl.Collator("en-GB", { numeric: true, sensitivity: "base" });
  const keyOf = (row, column) => {
    const cell = row.cells[column];
    return cell.dataset.sort === undefined ? cell.textContent.trim() : Number(cell.dataset.sort);
  };
  const compare = (a, b) => {
    if (typeof a === "number" && typeof b === "number") return a - b;
    if (typeof a === "number") return -1;
    if (typeof b === "number") return 1;
    return words.compare(a, b);
  };
  const sortable = (table) => {
    const body = table.tBodies[0];
    const heads = [...table.tHead.rows[0].cells];
    heads.forEach((head, column) => {
      const button = document.createElement("button");
      const name = head.textContent.trim();
      button.type = "button";
      button.textContent = "↕";
      button.setAttribute("aria-label", `Sort by ${name}`);
      head.dataset.sortable = "";
      head.append(button);
      head.addEventListener("click", () => {
        const down = head.getAttribute("aria-sort") === "ascending";
        for (const other of heads) {
          other.removeAttribute("aria-sort");
          other.lastElementChild.textContent = "↕";
        }
        head.setAttribute("aria-sort", down ? "descending" : "ascending");
        button.textContent = down ? "↓" : "↑";
        const rows = [...body.rows].filter((row) => !row.classList.contains("total"));
        const totals = [...body.rows].filter((row) => row.classList.contains("total"));
        rows.sort((a, b) => (down ? -1 : 1) * compare(keyOf(a, column), keyOf(b, column)));
        body.append(...rows, ...totals);
      });
    });
  };
  const filterable = (table) => {
    const rows = [...table.tBodies[0].rows];
    const box = document.createElement("label");
    const input = document.createElement("input");
    const count = document.createElement("output");
    box.className = "filter";
    input.type = "search";
    input.setAttribute("aria-controls", table.id);
    box.append("Show rows with ", input, count);
    table.parentElement.before(box);
    input.addEventListener("input", () => {
      const wanted = input.value.toLowerCase().split(/\s+/).filter(Boolean);
      let shown = 0;
      for (const row of rows) {
        const text = row.textContent.toLowerCase();
        row.hidden = !wanted.every((word) => text.includes(word));
        if (!row.hidden) shown += 1;
      }
      count.textContent = wanted.length ? `${shown} of ${rows.length} rows` : "";
    });
  };
  for (const table of document.querySelectorAll("main table")) {
    if (table.tBodies[0].rows.length > 2) sortable(table);
    if (table.matches("[data-filter]") && table.tBodies[0].rows.length > 4) filterable(table);
  }
})();
