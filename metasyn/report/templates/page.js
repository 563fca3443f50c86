// What every part uses: elements, the data of the page, and the appearance.
const data = JSON.parse(document.getElementById("report-data")?.textContent ?? "null");
const facts = data?.facts ?? { of: {}, at: {} };

const make = (tag, attributes = {}, ...content) => {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "onclick") element.addEventListener("click", value);
    else element.setAttribute(name, value);
  }
  element.append(...content);
  return element;
};

// One stop for Tab in a set of elements; arrow keys move between them.
const roving = (area, items, step) => {
  const list = () => items().filter((item) => item.getClientRects().length);
  const hold = (chosen) => {
    for (const item of items()) item.tabIndex = item === chosen ? 0 : -1;
  };
  area.addEventListener("focusin", (event) => {
    const item = items().find((one) => one === event.target);
    if (item) hold(item);
  });
  area.addEventListener("keydown", (event) => {
    const here = list().indexOf(event.target);
    if (here < 0 || event.ctrlKey || event.metaKey || event.altKey) return;
    const next = step(event.key, here, list());
    if (!next) return;
    event.preventDefault();
    next.focus();
  });
  hold(list()[0]);
};

const inOrder = (key, here, list) =>
  ({
    ArrowDown: list[here + 1],
    ArrowRight: list[here + 1],
    ArrowUp: list[here - 1],
    ArrowLeft: list[here - 1],
    Home: list[0],
    End: list[list.length - 1],
  })[key];

// Light or dark: as the system says until a reader chooses; forgotten with the page.
const appearance = () => {
  const system = window.matchMedia("(prefers-color-scheme: dark)");
  const button = make("button", { type: "button", class: "quiet theme" });
  const dark = () =>
    document.documentElement.dataset.theme
      ? document.documentElement.dataset.theme === "dark"
      : system.matches;
  const tell = () => {
    button.textContent = dark() ? "Light page" : "Dark page";
  };
  button.addEventListener("click", () => {
    document.documentElement.dataset.theme = dark() ? "light" : "dark";
    tell();
  });
  system.addEventListener("change", tell);
  tell();
  document.querySelector(".byline").append(" · ", button);
};
appearance();
