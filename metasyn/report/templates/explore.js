// The forest plot under its controls.
const LABEL = 'text:not([data-role^="tipping-"])';

// What is drawn, in one sentence, for those who do not see it move.
const sentenceOf = (state) => {
  const drawn = blocks.length - state.hidden.size;
  const count = state.hidden.size ? ` ${drawn} of ${blocks.length} drawn.` : "";
  if (registered(state)) return `Registered analysis.${count}`;
  const values = lines.flatMap((line) => {
    const shown = state.hidden.has(line.code) ? null : shownOf(line, state);
    return shown ? [`${line.label} ${valueWords(shown.values)}`] : [];
  });
  return `Exploratory, ${whatShown(state)}: ${values.join("; ") || "no line changes"}.${count}`;
};

// What stands above the redrawn plot, on the screen and in a saved drawing.
const headlineOf = (state) => {
  const parts = registered(state)
    ? []
    : [
        `Exploratory, not the registered analysis: ${whatShown(state)}.`,
        "Dashed outline and pale parts: registered.",
      ];
  const drawn = blocks.length - state.hidden.size;
  if (state.hidden.size) parts.push(`Drawn: ${drawn} of ${blocks.length}.`);
  return parts.join(" ");
};

const redraw = (figure, original, state) => {
  const paper = figure.querySelector(".paper");
  paper.querySelector("svg.redrawn")?.remove();
  const changes = new Map(
    lines.flatMap((line) => {
      const block = blocks.find(({ code }) => code === line.code);
      const shown = shownOf(line, state);
      return block?.pooled != null && shown ? [[block, shown]] : [];
    }),
  );
  const hidden = blocks.filter(({ code }) => state.hidden.has(code));
  const same = registered(state) && !hidden.length;
  original.classList.toggle("printed", !same);
  if (!same) paper.append(drawn(original, { changes, hidden, words: headlineOf(state) }));
  const names = [registered(state) ? "" : "exploratory", hidden.length ? "selection" : ""];
  figure.dataset.as = names.join(" ").trim();
};

// One stop for Tab in a drawing, whichever copy of it is shown.
const linksOf = (paper) =>
  [...[...paper.querySelectorAll("svg")].at(-1).querySelectorAll("a")].filter((link) =>
    link.querySelector(LABEL),
  );

const explore = (figure, template) => {
  const panel = template.content.firstElementChild.cloneNode(true);
  const part = (selector) => panel.querySelector(selector);
  const [paper, original] = [figure.querySelector(".paper"), figure.querySelector("svg")];
  const state = { weight: null, model: "", hidden: new Set() };
  let soon = 0;
  const choose = (chosen) => {
    Object.assign(state, chosen);
    showChoice(part, state);
    showTable(part, state);
    redraw(figure, original, state);
    linksOf(paper).forEach((link, i) => link.setAttribute("tabindex", i ? "-1" : "0"));
    // A slider in motion is told of once, when it rests.
    clearTimeout(soon);
    soon = setTimeout(() => { part(".told").textContent = sentenceOf(state); }, 250);
  };
  weightControl(part, choose);
  modelControl(part, choose);
  linesControl(part, choose);
  part(".shown thead th").textContent = data.by;
  part(".told").textContent = sentenceOf(state);
  part(".reset").addEventListener("click", () => {
    choose({ weight: null, model: "" });
    (part("#case-weight") ?? part("#other-model")).focus();
  });
  if (part(".control")) figure.before(panel);
  choose({});
};

const forest = document.getElementById("forest-plot");
const template = document.getElementById("explore");
if (forest && template && plot) explore(forest, template);
for (const paper of document.querySelectorAll("figure .paper:has(svg a)")) {
  roving(paper, () => linksOf(paper), inOrder);
}
