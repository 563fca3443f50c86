// The controls above the forest plot.
const LABEL = 'text:not([data-role^="tipping-"])';
const explore = (figure, template) => {
  const panel = template.content.firstElementChild.cloneNode(true);
  const part = (selector) => panel.querySelector(selector);
  const paper = figure.querySelector(".paper");
  const original = paper.querySelector("svg");
  const slider = part("#case-weight");
  const choice = part("#other-model");
  const state = { weight: null, model: "", hidden: new Set() };
  let soon = 0;

  const home = () => Math.max(0, stops.findIndex((one) => one >= (registeredWeight ?? 0) - SAME));
  const position = () => (state.weight == null ? home() : stops.indexOf(state.weight));
  const capped = lines.some((line) => line.weight != null && line.weight < registeredWeight - SAME);

  const tellWeight = () => {
    const words = state.weight == null
      ? `${weightText(registeredWeight)}, registered`
      : weightText(state.weight);
    slider.value = position();
    slider.setAttribute("aria-valuetext", words);
    part("output").textContent = words;
  };

  const rowOf = (line) => {
    const shown = shownOf(line, state);
    const now = shown?.values ?? line.registered;
    const why = state.model ? "the same" : "no single cases to weigh";
    const cells = [
      valueWords(line.registered),
      shown ? valueWords(now) : why,
      shown ? changeWords(line.registered[0], now[0]) : "\u2013",
      shown && shareWords(now[3]) !== shareWords(line.registered[3])
        ? `${shareWords(line.registered[3])} \u2192 ${shareWords(now[3])}`
        : shareWords(line.registered[3]),
    ];
    const row = make("tr", {}, make("th", { scope: "row" }, line.label || "All"));
    row.append(...cells.map((text) => make("td", { class: "count" }, text)));
    row.dataset.code = line.code;
    return row;
  };

  const sentence = () => {
    const moved = lines.filter((line) => !state.hidden.has(line.code) && shownOf(line, state));
    if (registered(state)) return "Registered analysis.";
    const values = moved.map((line) => `${line.label} ${valueWords(shownOf(line, state).values)}`);
    const what = whatShown(state);
    return `Exploratory, ${what}: ${values.join("; ") || "no line changes"}.`;
  };

  const announce = () => {
    clearTimeout(soon);
    soon = setTimeout(() => {
      const drawn = blocks.length - state.hidden.size;
      const count = state.hidden.size ? ` ${drawn} of ${blocks.length} drawn.` : "";
      part(".told").textContent = sentence() + count;
    }, 250);
  };

  const headline = (hidden) => {
    const parts = [];
    if (!registered(state)) {
      parts.push(`Exploratory, not the registered analysis: ${whatShown(state)}.`);
      parts.push("Dashed outline and pale parts: registered.");
    }
    if (hidden.length) parts.push(`Drawn: ${blocks.length - hidden.length} of ${blocks.length}.`);
    return parts.join(" ");
  };

  const redraw = () => {
    paper.querySelector("svg.redrawn")?.remove();
    const changes = new Map(
      lines.flatMap((line) => {
        const [block, shown] = [blocks.find(({ code }) => code === line.code), shownOf(line, state)];
        return block?.pooled != null && shown ? [[block, shown]] : [];
      }),
    );
    const hidden = blocks.filter(({ code }) => state.hidden.has(code));
    const same = registered(state) && !hidden.length;
    original.classList.toggle("printed", !same);
    if (!same) paper.append(drawn(original, { changes, hidden, words: headline(hidden) }));
    figure.dataset.as = `${registered(state) ? "" : "exploratory"} ${hidden.length ? "selection" : ""}`.trim();
    movable();
  };

  const update = () => {
    tellWeight();
    choice.value = state.model;
    part("#other-model-note").textContent = state.model
      ? models.find(({ code }) => code === state.model).why
      : "";
    part(".shown").hidden = registered(state);
    part(".what").textContent = registered(state) ? "" : `${whatShown(state)}.`;
    const rows = lines.filter(({ code }) => !state.hidden.has(code)).map(rowOf);
    part(".shown tbody").replaceChildren(...rows);
    part("details .count").textContent = `(${blocks.length - state.hidden.size} of ${blocks.length})`;
    redraw();
    announce();
  };

  // One stop for Tab in the drawing, whichever copy is shown.
  const movable = () => {
    const links = () => [...[...paper.querySelectorAll("svg")].at(-1).querySelectorAll("a")].filter(
      (link) => link.querySelector(LABEL),
    );
    if (!paper.dataset.roving) roving(paper, links, inOrder);
    else links().forEach((link, i) => { link.tabIndex = i ? -1 : 0; });
    paper.dataset.roving = "yes";
  };

  const weightControl = () => {
    if (stops.length < 2) return part(".weight").remove();
    slider.max = stops.length - 1;
    const all = lines.every(({ curve }) => !curve || stops.every((one) => onCurve(curve, one)?.exact !== false));
    const names = lines.filter(({ curve }) => curve).map(({ label }) => label).filter(Boolean);
    const none = lines.length - lines.filter(({ curve }) => curve).length;
    part("#case-weight-note").textContent = [
      "0 leaves single cases out; 1 counts them all together like one full study.",
      names.length ? `Moves: ${names.join(", ")}.` : "",
      none ? "Lines without single cases do not move." : "",
      all ? "Every step was computed beforehand." : "Steps between computed weights lie on a straight line between them.",
      capped ? "The registered weight is lowered where single cases would carry too much; the steps are not." : "",
    ].filter(Boolean).join(" ");
    for (const mark of [0, 0.1, 0.2, 0.5, 1]) {
      const at = stops.findIndex((one) => Math.abs(one - mark) < SAME);
      const label = make("span", {}, weightText(mark));
      label.style.left = `${(100 * at) / (stops.length - 1)}%`;
      if (at >= 0) part(".scale").append(label);
    }
    slider.addEventListener("input", () => {
      const weight = stops[Number(slider.value)];
      state.weight = atRegistered(weight) ? null : weight;
      state.model = "";
      update();
    });
  };

  const modelControl = () => {
    if (!models.length) return part(".model").remove();
    choice.append(...models.map(({ code, label }) => make("option", { value: code }, label)));
    choice.addEventListener("change", () => {
      state.model = choice.value;
      state.weight = null;
      update();
    });
  };

  const linesControl = () => {
    if (blocks.length < 2) return part(".lines").remove();
    const boxes = blocks.map(({ code, label }) => {
      const box = make("input", { type: "checkbox", value: code });
      box.checked = true;
      part(".boxes").append(make("label", {}, box, ` ${label}`));
      return box;
    });
    const choose = () => {
      state.hidden = new Set(boxes.filter((box) => !box.checked).map((box) => box.value));
      update();
    };
    part(".boxes").addEventListener("change", choose);
    part(".picks").addEventListener("click", (event) => {
      const pick = event.target.dataset.pick;
      if (!pick) return;
      const pooled = new Set(lines.map(({ code }) => code));
      for (const box of boxes) box.checked = pick === "all" || (pick === "pooled" && pooled.has(box.value));
      choose();
    });
  };

  part(".shown thead th").textContent = data.by;
  part(".reset").addEventListener("click", () => {
    Object.assign(state, { weight: null, model: "" });
    update();
    (slider.isConnected ? slider : choice).focus();
  });
  weightControl();
  modelControl();
  linesControl();
  if (panel.querySelector(".control")) figure.before(panel);
  update();
};

const forest = document.getElementById("forest-plot");
const controls = document.getElementById("explore");
if (forest && controls && plot) explore(forest, controls);
for (const paper of document.querySelectorAll("figure .paper")) {
  if (paper.dataset.roving || !paper.querySelector("svg a")) continue;
  roving(paper, () => [...paper.querySelectorAll("svg a")].filter((link) => link.querySelector(LABEL)), inOrder);
}
