// The controls above the forest plot, built once; each calls `choose` with what was chosen.
const capped = lines.some(({ weight }) => weight != null && weight < registeredWeight - SAME);

const weightNote = () => {
  const moving = lines.filter(({ curve }) => curve);
  const computed = moving.every(({ curve }) => stops.every((one) => onCurve(curve, one)?.exact !== false));
  return [
    "0 leaves single cases out; 1 counts them all together like one full study.",
    `Moves: ${moving.map(({ label }) => label || "the pooled line").join(", ")}.`,
    moving.length < lines.length ? "Lines without single cases do not move." : "",
    computed
      ? "Every step was computed beforehand."
      : "Steps between computed weights lie on a straight line between them.",
    capped
      ? "The registered weight is lowered where single cases would carry too much; the steps are not."
      : "",
  ].filter(Boolean).join(" ");
};

const weightControl = (part, choose) => {
  if (stops.length < 2) return part(".weight").remove();
  const slider = part("#case-weight");
  slider.max = stops.length - 1;
  part("#case-weight-note").textContent = weightNote();
  for (const mark of [0, 0.1, 0.2, 0.5, 1]) {
    const at = stops.findIndex((one) => Math.abs(one - mark) < SAME);
    const label = make("span", {}, weightText(mark));
    label.style.left = `${(100 * at) / (stops.length - 1)}%`;
    if (at >= 0) part(".scale").append(label);
  }
  slider.addEventListener("input", () => {
    const weight = stops[Number(slider.value)];
    choose({ weight: atRegistered(weight) ? null : weight, model: "" });
  });
};

const modelControl = (part, choose) => {
  if (!models.length) return part(".model").remove();
  const select = part("#other-model");
  select.append(...models.map(({ code, label }) => make("option", { value: code }, label)));
  select.addEventListener("change", () => choose({ weight: null, model: select.value }));
};

const linesControl = (part, choose) => {
  if (blocks.length < 2) return part(".lines").remove();
  const pooled = new Set(lines.map(({ code }) => code));
  const boxes = blocks.map(({ code, label }) => {
    const box = make("input", { type: "checkbox", value: code, checked: "" });
    part(".boxes").append(make("label", {}, box, ` ${label}`));
    return box;
  });
  const tell = () =>
    choose({ hidden: new Set(boxes.filter((box) => !box.checked).map((box) => box.value)) });
  part(".boxes").addEventListener("change", tell);
  part(".picks").addEventListener("click", (event) => {
    const { pick } = event.target.dataset;
    if (!pick) return;
    for (const box of boxes) box.checked = pick === "all" || (pick === "pooled" && pooled.has(box.value));
    tell();
  });
};

// The slider's place and words, and the chosen model with the reason why it is not registered.
const showChoice = (part, state) => {
  if (part("#case-weight")) {
    const weight = state.weight ?? registeredWeight;
    const words = weightText(weight) + (state.weight == null ? ", registered" : "");
    part("#case-weight").value = stops.findIndex((one) => one >= weight - SAME);
    part("#case-weight").setAttribute("aria-valuetext", words);
    part("output").textContent = words;
  }
  if (part("#other-model")) {
    part("#other-model").value = state.model;
    part("#other-model-note").textContent = models.find(({ code }) => code === state.model)?.why ?? "";
  }
};

const shownRow = (line, state) => {
  const values = shownOf(line, state)?.values;
  const [before, after] = [line.registered, values ?? line.registered].map((one) => shareWords(one[3]));
  const cells = [
    valueWords(line.registered),
    values ? valueWords(values) : state.model ? "the same" : "no single cases to weigh",
    values ? changeWords(line.registered[0], values[0]) : "\u2013",
    before === after ? before : `${before} \u2192 ${after}`,
  ];
  const row = make("tr", { "data-code": line.code }, make("th", { scope: "row" }, line.label || "All"));
  row.append(...cells.map((text) => make("td", { class: "count" }, text)));
  return row;
};

const showTable = (part, state) => {
  part(".shown").hidden = registered(state);
  part(".what").textContent = registered(state) ? "" : `${whatShown(state)}.`;
  const shown = lines.filter(({ code }) => !state.hidden.has(code));
  part(".shown tbody").replaceChildren(...shown.map((line) => shownRow(line, state)));
  const count = part("details .count");
  if (count) count.textContent = `(${blocks.length - state.hidden.size} of ${blocks.length})`;
};
