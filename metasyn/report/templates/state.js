// What was chosen, and what follows for every pooled line. Numbers are looked up, never fitted.
const lines = data?.lines ?? [];
const models = data?.models ?? [];
const blocks = plot?.blocks ?? [];
const registeredWeight = data?.weight ?? null;
const SAME = 1e-9;

// Weights on which the slider stops: all that were computed, and the registered one.
const stops = [
  ...new Set([
    ...lines.flatMap((line) => line.curve?.weights ?? []),
    ...(registeredWeight == null ? [] : [registeredWeight]),
  ]),
].sort((a, b) => a - b);

const between = (a, b, part) => (a == null || b == null ? null : a + part * (b - a));

// Values of a curve at a weight: as computed, or on the straight line between the two computed
// weights beside it; null beyond the ends.
const onCurve = (curve, weight) => {
  const { weights, values, rows } = curve;
  const after = weights.findIndex((one) => one >= weight - SAME);
  if (after < 0 || (after === 0 && weights[0] > weight + SAME)) return null;
  const exact = Math.abs(weights[after] - weight) < SAME;
  const before = exact ? after : after - 1;
  const part = exact ? 0 : (weight - weights[before]) / (weights[after] - weights[before]);
  return {
    values: values[before].map((value, i) => between(value, values[after][i], part)),
    rows: Object.fromEntries(
      Object.entries(rows).map(([key, shares]) => [key, between(shares[before], shares[after], part)]),
    ),
    exact,
  };
};

const weightText = (weight) => String(Number(weight.toFixed(4)));

// The state: { weight, model, hidden }. Neither a weight nor a model: the registered analysis.
const registered = (state) => state.weight == null && !state.model;

const atRegistered = (weight) =>
  lines.every((line) => !line.curve || (line.weight != null && Math.abs(line.weight - weight) < SAME));

const shownOf = (line, state) => {
  if (state.model) {
    const values = line.models[state.model];
    return values ? { values, rows: null, words: "Pooled, exploratory model" } : null;
  }
  if (state.weight == null || !line.curve) return null;
  const found = onCurve(line.curve, state.weight);
  return found && { ...found, words: `Exploratory: cases at weight ${weightText(state.weight)}` };
};

const modelName = (state) => models.find((one) => one.code === state.model)?.label ?? "";
const whatShown = (state) =>
  state.model ? modelName(state) : `single cases at weight ${weightText(state.weight ?? 0)}`;

const valueWords = ([estimate, low, high]) => {
  const unit = plot.percent ? "%" : "";
  const ends = low == null ? "" : ` (${shownNumber(low)}${unit} to ${shownNumber(high)}${unit})`;
  return `${shownNumber(estimate)}${unit}${ends}`;
};

const changeWords = (from, to) => {
  if (!plot.percent) return `\u00d7 ${(to / from).toFixed(2)}`;
  const points = fixed(100 * (to - from), 1);
  return `${Number(points.replace("\u2212", "-")) > 0 ? "+" : ""}${points} points`;
};

const shareWords = (share) => (!share ? "none" : `${fixed(100 * share, 1)}%`);
