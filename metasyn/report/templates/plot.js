// The forest plot drawn otherwise: a copy of the printed drawing, moved, hidden and relabelled.
// What the copy shows is a function of the registered drawing and of what was chosen.
const SVG = "http://www.w3.org/2000/svg";
const plot = data?.plot;

const fixed = (value, digits) => {
  const text = value.toFixed(digits);
  return (Number(text) === 0 ? text.replace("-", "") : text).replace("-", "\u2212");
};
const shownNumber = (value) => (plot.percent ? fixed(100 * value, 1) : fixed(value, 2));
const shownInterval = (low, high, between) =>
  low == null || high == null ? "" : `${shownNumber(low)}${between}${shownNumber(high)}`;

const across = (value) => {
  const { low, high, left, right, log } = plot.axis;
  if (value <= low) return left;
  if (value >= high) return right;
  const on = log ? Math.log : (one) => one;
  return left + ((on(value) - on(low)) / (on(high) - on(low))) * (right - left);
};

const relabel = (text, words) => {
  text.textContent = words;
  text.removeAttribute("textLength");
  text.removeAttribute("lengthAdjust");
};
const marksOf = (svg, row, role) => [
  ...svg.querySelectorAll(`[data-row="${row}"]${role ? `[data-role="${role}"]` : ""}`),
];

const middleOf = (diamond) => Number(diamond.getAttribute("points").split(" ")[0].split(",")[1]);

// The diamond at other values; an outline stays where the registered one is.
const moveDiamond = (svg, block, [estimate, low, high]) => {
  const [diamond] = marksOf(svg, block.pooled, "diamond");
  const old = diamond.getAttribute("points").split(" ").map((point) => point.split(",").map(Number));
  const ghost = diamond.cloneNode();
  ghost.setAttribute("fill", "none");
  ghost.setAttribute("stroke-dasharray", "1.6 1.4");
  ghost.setAttribute("data-role", "registered");
  const [y, top, bottom] = [middleOf(diamond), old[1][1], old[3][1]];
  let [left, middle, right] = [low ?? estimate, estimate, high ?? estimate].map(across);
  if (right - left < 2) [left, right] = [middle - 1, middle + 1];
  const points = [[left, y], [middle, top], [right, y], [middle, bottom]];
  diamond.setAttribute("points", points.map((point) => point.map((n) => n.toFixed(3)).join(",")).join(" "));
  diamond.setAttribute("fill-opacity", "0.8");
  diamond.after(ghost);
  for (const arrow of marksOf(svg, block.pooled, "arrow")) {
    const start = Number(arrow.getAttribute("points").split(",")[0]) <= plot.axis.left + 1;
    if (start ? low >= plot.axis.low : high <= plot.axis.high) arrow.remove();
  }
  for (const guide of svg.querySelectorAll('[data-role="pooled-line"]')) {
    const at = Number(guide.getAttribute("y1"));
    if (at < block.top || at > block.bottom) continue;
    guide.setAttribute("x1", middle.toFixed(3));
    guide.setAttribute("x2", middle.toFixed(3));
  }
};

const square = (mark, weight) => {
  const { side, least, heaviest } = plot.square;
  const size = Math.max(least, side * Math.sqrt(Math.max(weight, 0) / heaviest));
  const [x, y, width] = ["x", "y", "width"].map((name) => Number(mark.getAttribute(name)));
  const centre = [x + width / 2, y + width / 2];
  mark.setAttribute("x", (centre[0] - size / 2).toFixed(3));
  mark.setAttribute("y", (centre[1] - size / 2).toFixed(3));
  for (const name of ["width", "height"]) mark.setAttribute(name, size.toFixed(3));
};

const weigh = (svg, marks, weight) => {
  for (const mark of marks) {
    if (/^(square|cases-together)$/.test(mark.dataset.role) && mark.tagName === "rect") square(mark, weight);
    if (mark.dataset.role === "weight") relabel(mark, fixed(100 * weight, 1));
  }
};

const fade = (marks) => marks.forEach((mark) => mark.setAttribute("opacity", "0.45"));

// One pooled line at chosen values; `rows` are weights of its studies where they are known.
const change = (svg, block, { values, rows, words }) => {
  moveDiamond(svg, block, values);
  const [estimate, low, high, share] = values;
  const [first, second] = marksOf(svg, block.pooled, "estimate");
  if (first) relabel(first, shownNumber(estimate));
  if (second) relabel(second, low == null ? "" : `[${shownInterval(low, high, ", ")}]`);
  const labels = marksOf(svg, block.pooled, "pooled");
  labels.forEach((label, i) => relabel(label, i ? "" : words));
  if (block.together != null && share != null) weigh(svg, marksOf(svg, block.together), share);
  for (let row = block.first; row < block.end; row += 1) {
    const marks = marksOf(svg, row);
    const known = rows?.[marks[0]?.dataset.key];
    if (known != null) weigh(svg, marks, known);
    else if (!rows && row !== block.pooled && row !== block.together) fade(marksOf(svg, row, "weight"));
  }
  for (const row of block.fixed) fade(marksOf(svg, row));
};

// Heights after hidden blocks are taken out.
const squeezed = (hidden) => (y) =>
  y - hidden.reduce((sum, { top, bottom }) => sum + Math.min(Math.max(y - top, 0), bottom - top), 0);

const hide = (svg, hidden) => {
  const at = squeezed(hidden);
  const gone = (row) => hidden.some(({ first, end }) => row >= first && row < end);
  const shift = (mark) => {
    if (mark.tagName === "a") {
      [...mark.children].forEach(shift);
      if (![...mark.children].some((one) => one.tagName !== "title")) mark.remove();
      return;
    }
    if (mark.dataset.row !== undefined && gone(Number(mark.dataset.row))) return mark.remove();
    if (mark.tagName === "line") {
      const [from, to] = ["y1", "y2"].map((name) => Number(mark.getAttribute(name)));
      if (from !== to && at(from) === at(to)) return mark.remove();
      mark.setAttribute("y1", at(from).toFixed(3));
      mark.setAttribute("y2", at(to).toFixed(3));
    } else if (/^(text|rect|circle|polygon|polyline)$/.test(mark.tagName)) {
      const points = mark.getAttribute("points")?.split(/[ ,]/).filter((_, i) => i % 2);
      const y = Number(mark.getAttribute("y") ?? mark.getAttribute("cy") ?? points?.[0] ?? 0);
      if (at(y) !== y) mark.setAttribute("transform", `translate(0 ${(at(y) - y).toFixed(3)})`);
    }
  };
  const [width, height] = svg.getAttribute("viewBox").split(" ").slice(2).map(Number);
  [...svg.children].forEach(shift);
  svg.setAttribute("viewBox", `0 0 ${width} ${at(height).toFixed(3)}`);
  svg.setAttribute("height", `${at(height).toFixed(3)}pt`);
  svg.querySelector("rect:not([data-role])")?.setAttribute("height", at(height).toFixed(3));
};

// Words above the table, so that a saved drawing says what it shows.
const banner = (svg, words, colour) => {
  const text = document.createElementNS(SVG, "text");
  const x = svg.querySelector('[data-role="header"]')?.getAttribute("x") ?? 10;
  const look = { x, y: 10, "font-size": 7.5, "font-weight": "bold", fill: colour, "data-role": "banner" };
  for (const [name, value] of Object.entries(look)) text.setAttribute(name, value);
  text.textContent = words;
  svg.append(text);
};

const drawn = (registered, { changes, hidden, words }) => {
  const svg = registered.cloneNode(true);
  svg.querySelector("style")?.remove();
  for (const name of ["title", "desc"]) svg.querySelector(`:scope > ${name}`)?.removeAttribute("id");
  svg.removeAttribute("aria-labelledby");
  svg.setAttribute("aria-label", words);
  svg.setAttribute("class", "redrawn");
  for (const [block, chosen] of changes) change(svg, block, chosen);
  if (hidden.length) hide(svg, hidden);
  banner(svg, words, changes.size ? "#9a3d00" : "#5b6570");
  return svg;
};
