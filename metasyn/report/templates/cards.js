// Where a number comes from: a card beside the number, by pointer, by keyboard, by touch.
const card = make("div", { class: "card", id: "card", role: "dialog", tabindex: "-1", hidden: "" });
card.setAttribute("aria-label", "Where this comes from");
document.body.append(card);
let owner = null;
let pinned = false;
let timer = 0;

const listOf = (pairs) => {
  const list = make("dl");
  for (const [term, text] of pairs) list.append(make("dt", {}, term), make("dd", {}, text));
  return list;
};

const fullCard = (one) => {
  const links = one.links.map(([words, href]) => make("a", { href, rel: "noopener noreferrer" }, words));
  const parts = [make("p", { class: "card-title" }, one.title), listOf(one.facts)];
  const foot = make("p", { class: "card-links" }, ...links);
  foot.append(make("a", { href: one.go, class: "go" }, "Show its row"));
  return [...parts, foot];
};

const shortLine = (one, cells) => {
  const counts = one.facts.find(([term]) => term === "Events / patients");
  const words = counts ? `: ${counts[1]}` : "";
  return make("li", {}, make("a", { href: one.go }, one.title), words, make("small", {}, cells));
};

// "results!M4:N4, results!M5:N5" as rows: the key of each, with its cells.
const rowsOf = (cells) => {
  const rows = new Map();
  for (const range of cells.split(", ")) {
    const found = /^(.*)![A-Z]+(\d+)/.exec(range);
    const key = (found && facts.at[`${found[1]}!${found[2]}`]) || range;
    rows.set(key, [...(rows.get(key) ?? []), range]);
  }
  return [...rows];
};

const fromCells = (cells) => {
  const rows = rowsOf(cells);
  const known = rows.filter(([key]) => facts.of[key]);
  if (rows.length === 1 && known.length) return fullCard(facts.of[rows[0][0]]);
  if (!known.length) return [make("p", {}, `From ${cells}`)];
  const lines = known.map(([key, ranges]) => shortLine(facts.of[key], ranges.join(", ")));
  const title = make("p", { class: "card-title" }, `From ${rows.length} rows of the workbook`);
  return [title, make("ol", {}, ...lines)];
};

const contentFor = (target) => {
  if (target.closest("svg")) {
    const one = facts.of[target.querySelector("[data-key]")?.dataset.key];
    return one ? fullCard(one) : [];
  }
  const holder = target.closest("[data-cells], [data-note]");
  const { cells, note } = holder?.dataset ?? {};
  return [...(note ? [make("p", {}, note)] : []), ...(cells ? fromCells(cells) : [])];
};

// Beside the pointer or the number, so that the way up and down stays free; else above or below.
const place = (target, pointer) => {
  const at = target.getBoundingClientRect();
  const [wide, high] = [document.documentElement.clientWidth, window.innerHeight];
  const [width, height] = [card.offsetWidth, card.offsetHeight];
  const inSvg = target.closest("svg");
  const edges = inSvg && pointer ? [pointer.x - 18, pointer.x + 18] : [at.left - 8, at.right + 8];
  const middle = inSvg && pointer ? pointer.y : at.top + at.height / 2;
  let left = edges[1] + width <= wide - 8 ? edges[1] : edges[0] - width;
  let top = Math.max(8, Math.min(middle - 24, high - height - 8));
  if (left < 8) {
    left = Math.max(8, Math.min(at.left, wide - width - 8));
    const below = at.bottom + 6 + height < high || at.top < height + 6;
    top = below ? at.bottom + 6 : at.top - height - 6;
  }
  card.style.left = `${left + window.scrollX}px`;
  card.style.top = `${top + window.scrollY}px`;
};

const showCard = (target, pointer) => {
  clearTimeout(timer);
  if (owner === target && !card.hidden) return;
  const content = contentFor(target);
  if (!content.length) return;
  owner?.removeAttribute("aria-describedby");
  owner = target;
  pinned = false;
  card.replaceChildren(...content);
  card.hidden = false;
  target.setAttribute("aria-describedby", "card");
  place(target, pointer);
};

const hideCard = () => {
  clearTimeout(timer);
  owner?.removeAttribute("aria-describedby");
  owner = null;
  pinned = false;
  card.hidden = true;
};

const SOURCED = ".from, .src[data-cells], figure svg a";
const targetOf = (event) => event.target.closest?.(SOURCED);
const later = (work, wait) => {
  clearTimeout(timer);
  timer = setTimeout(work, wait);
};

document.addEventListener("pointerover", (event) => {
  if (event.pointerType === "touch" || pinned) return;
  const target = targetOf(event);
  const pointer = { x: event.clientX, y: event.clientY };
  if (target) later(() => showCard(target, pointer), 120);
  else if (card.contains(event.target)) clearTimeout(timer);
  else if (owner && owner !== document.activeElement) later(hideCard, 250);
  else clearTimeout(timer);
});
document.addEventListener("focusin", (event) => {
  const target = targetOf(event);
  if (target?.matches(":focus-visible")) showCard(target);
  else if (!card.contains(event.target)) hideCard();
});
document.addEventListener("click", (event) => {
  const target = targetOf(event);
  const touched = event.pointerType === "touch";
  if (target && (touched || target.matches(".from"))) {
    event.preventDefault();
    showCard(target);
    pinned = true;
    if (!event.pointerType) card.focus();
  } else if (!card.contains(event.target) || event.target.closest("a")) hideCard();
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || card.hidden) return;
  const back = card.contains(document.activeElement) ? owner : null;
  hideCard();
  back?.focus();
  if (back) hideCard();
});

// The title of a cell, for those without scripts, is its note and then its cells.
const noteOf = (cell) => {
  const from = cell.dataset.cells ? `From ${cell.dataset.cells}` : "";
  const note = cell.title.slice(0, cell.title.length - from.length).replace(/\. $/, "");
  if (note) cell.dataset.note = note;
  cell.removeAttribute("title");
};

// Numbers of a table become buttons: one stop for Tab a table, arrow keys between them.
const sourceButtons = (table) => {
  const grid = [...table.tBodies[0].rows].map((row) =>
    [...row.cells].map((cell) => {
      if (!cell.title) return null;
      noteOf(cell);
      const text = cell.firstChild;
      if (text?.nodeType !== Node.TEXT_NODE || !text.textContent.trim()) return null;
      const button = make("button", { type: "button", class: "from" });
      const interval = text.nextSibling;
      text.replaceWith(button);
      button.append(text);
      if (interval?.classList?.contains("whole")) button.append(interval);
      return button;
    }),
  );
  const all = grid.flat().filter(Boolean);
  if (!all.length) return;
  const beside = (key, here, list) => {
    if (!key.startsWith("Arrow")) return inOrder(key, here, list);
    if (key === "ArrowLeft" || key === "ArrowRight") return inOrder(key, here, list);
    const cell = list[here].closest("td, th");
    const same = list.filter((one) => one.closest("td, th").cellIndex === cell.cellIndex);
    return inOrder(key, same.indexOf(list[here]), same);
  };
  roving(table, () => [...table.querySelectorAll(".from")], beside);
};
document.querySelectorAll("main table").forEach(sourceButtons);
for (const link of document.querySelectorAll(".src[data-cells]")) link.removeAttribute("title");
