// Files made in the page: tables as CSV, drawings as SVG and PNG, the methods as text.
const save = (name, content, type) => {
  const address = URL.createObjectURL(content instanceof Blob ? content : new Blob([content], { type }));
  make("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 1000);
};

// Text that a spreadsheet would take for a formula is marked as text.
const quoted = (text) => {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
};

const columnsOf = (table) =>
  [...table.tHead.rows[0].cells].map((head) => ({
    name: (head.querySelector(".sort")?.firstChild ?? head).textContent.trim(),
    parts: head.dataset.parts?.split("|") ?? [],
    detail: head.dataset.detail ?? "",
    numeric: [...table.tBodies[0].rows].some((row) => row.cells[head.cellIndex].dataset.value),
  }));

const headOf = ({ name, parts, detail, numeric }) => {
  const full = numeric ? (parts.length ? parts : ["value"]).map((part) => `${name}: ${part}`) : [];
  return [name, ...full, ...(detail ? [detail] : [])].map(quoted);
};

const fieldsOf = (cell, { parts, detail, numeric }) => {
  const values = numbersOf(cell);
  const wide = numeric ? Array.from({ length: parts.length || 1 }, (_, i) => values[i] ?? "") : [];
  const small = wordsOf(cell.querySelector("small") ?? make("i"));
  const text = mainWords(cell) + (small && !detail ? ` (${small})` : "");
  return [quoted(text), ...wide.map(String), ...(detail ? [quoted(small)] : [])];
};

const csvOf = (table, rows) => {
  const columns = columnsOf(table);
  const lines = [columns.flatMap(headOf)];
  for (const row of rows) lines.push(columns.flatMap((one, i) => fieldsOf(row.cells[i], one)));
  return `\ufeff${lines.map((line) => line.join(",")).join("\r\n")}\r\n`;
};

for (const table of document.querySelectorAll("main table")) {
  const rows = [...table.tBodies[0].rows];
  const name = table.id.replace(/^table-/, "");
  const button = make("button", { type: "button", class: "quiet" }, "Download as CSV");
  button.setAttribute("aria-describedby", table.caption.id);
  button.addEventListener("click", () => save(`${name}.csv`, csvOf(table, rows), "text/csv"));
  table.parentElement.after(make("p", { class: "take" }, button));
}

// The drawing as it is shown, on its own: links removed, its letters brought along.
const standalone = (figure) => {
  const svgs = [...figure.querySelectorAll("svg")];
  const svg = svgs[svgs.length - 1].cloneNode(true);
  for (const link of svg.querySelectorAll("a")) {
    link.querySelector(":scope > title")?.remove();
    link.replaceWith(...link.childNodes);
  }
  if (!svg.querySelector("style")) {
    const style = svgs[0].querySelector("style");
    if (style) svg.querySelector("rect").before(style.cloneNode(true));
  }
  svg.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  return new XMLSerializer().serializeToString(svg);
};

const MOST_PIXELS = 16000;
const toPng = (text, done) => {
  const image = new Image();
  image.addEventListener("load", () => {
    const { naturalWidth: width, naturalHeight: height } = image;
    const scale = Math.min(3, MOST_PIXELS / Math.max(width, height));
    const canvas = make("canvas", { width: Math.round(width * scale), height: Math.round(height * scale) });
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    canvas.toBlob(done, "image/png");
  });
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
};

const fileName = (figure) => [figure.id, ...(figure.dataset.as ?? "").split(" ")].filter(Boolean).join("-");
for (const figure of document.querySelectorAll("main figure:has(svg)")) {
  const svg = make("button", { type: "button", class: "quiet" }, "Download as SVG");
  const png = make("button", { type: "button", class: "quiet" }, "Download as PNG");
  svg.addEventListener("click", () => save(`${fileName(figure)}.svg`, standalone(figure), "image/svg+xml"));
  png.addEventListener("click", () => {
    const name = `${fileName(figure)}.png`;
    toPng(standalone(figure), (blob) => save(name, blob));
  });
  for (const button of [svg, png]) button.setAttribute("aria-describedby", `${figure.id}-caption`);
  figure.append(make("p", { class: "take" }, svg, " ", png));
}

// The methods as plain text, references as [numbers].
const plainText = (section) => {
  const copy = section.cloneNode(true);
  for (const gone of copy.querySelectorAll("h2, .src, .take, .filter, .scroll, figure, span.cite")) gone.remove();
  for (const cite of copy.querySelectorAll("a.cite")) cite.textContent = ` [${cite.textContent}]`;
  return [...copy.querySelectorAll("p, li")].map(wordsOf).filter(Boolean).join("\n\n");
};

const copying = (section) => {
  const button = make("button", { type: "button", class: "quiet" }, "Copy this text");
  const told = make("span", { role: "status" });
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(plainText(section));
      told.textContent = "Copied.";
    } catch {
      save("methods.txt", plainText(section), "text/plain");
      told.textContent = "Saved as a text file, because the clipboard is not open to this page.";
    }
  });
  section.append(make("p", { class: "take" }, button, " ", told));
};
const methods = document.getElementById("methods");
if (methods) copying(methods);
