"""From rows in different forms to effects of one measure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from metasyn.effects.arrays import FloatArray, read_only
from metasyn.effects.conversions.ledger.converted import Converted, Rows, Unconverted
from metasyn.effects.conversions.ledger.prepared import Choices, Prepared, Skewed
from metasyn.effects.conversions.ledger.reading import read_rows
from metasyn.effects.conversions.ledger.refusal import refusal
from metasyn.effects.conversions.ledger.row import Row
from metasyn.effects.conversions.ledger.rules import BRIDGES, RULES, TARGETS, TWO_ARMS, Bridge
from metasyn.effects.counts_behind import counts_behind
from metasyn.effects.effects import Derivation, Effects
from metasyn.effects.measures import measure_of
from metasyn.effects.measures.computation import Computed, Options, compute
from metasyn.errors import DataError, Note, SpecError
from metasyn.records import Result

__all__ = ["convert_rows"]


def convert_rows(
    rows: Rows,
    target: str,
    *,
    skewed: Skewed = "mln",
    level: float = 0.95,
    approximate: bool = False,
    slab: Sequence[object] | None = None,
    among: Sequence[Result] = (),
) -> Converted:
    """Effects of one measure from rows that come in different forms.

    Every row is converted by the first rule that fits it: counts, means or medians of its arms,
    the printed effect with its interval, standard error or p-value, t and F statistics, logrank
    statistics, a single case. :data:`~metasyn.effects.conversions.ledger.RULES` lists them in
    their order. What the arms report comes before what the report computed of it, so that an
    adjusted effect is only taken where the arms are left out.

    Parameters
    ----------
    rows
        Records (control arms are found by ``comparator_arm``), mappings, or a frame; the fields
        are those of :data:`~metasyn.effects.conversions.ledger.FIELDS`. In mappings, fields of
        the control arm begin with ``comparator_``.
    target
        Code of the measure.
    skewed
        Method for medians of clearly skewed data (Shi 2023): ``mln``, ``qe``, ``bc``, or
        ``normal`` to take them for normal all the same.
    level
        Coverage of the printed intervals.
    approximate
        Let odds ratios and standardised mean differences stand for each other.
    slab
        Labels of the rows; without them, ``slab``, ``label`` or ``study`` of each row.
    among
        Records in which control arms may also be looked up.

    Returns
    -------
    Converted
        The effects, each with its derivation, and the rows that no rule fits, with what they lack.

    Raises
    ------
    SpecError
        If the target is no measure that rows can be converted to, or a choice is unknown.
    DataError
        If there are no rows, or none could be converted; every one is listed.

    Examples
    --------
    >>> converted = convert_rows([{"study": "A", "t": 2.5, "n": 20, "comparator_n": 22}], "SMD")
    >>> converted.yi.round(4), converted.derivations[0].rule
    (array([0.7578]), 't')
    """
    if target not in TARGETS:
        raise SpecError(f"target is {target!r}; it must be one of {', '.join(TARGETS)}.")
    choices = Choices(skewed, level, approximate)
    done: list[_Done] = []
    lost: list[Unconverted] = []
    for position, row in read_rows(rows, slab, among, two_arms=target in TWO_ARMS):
        try:
            done.append(_Done(position, row, _convert(row, target, choices)))
        except DataError as problem:
            reason = str(problem).removeprefix(f"{row.label}: ").rstrip(".")
            lost.append(Unconverted(row.label, reason, position))
    if not done:
        lines = "".join(f"\n  {one.slab}: {one.reason}." for one in lost) or " There are no rows."
        raise DataError(f"No row could be converted to {target}.{lines}")
    positions = tuple(one.position for one in done)
    return Converted(_effects(target, done, lost), positions, tuple(lost))


class _Done(NamedTuple):
    """A converted row."""

    position: int
    row: Row
    made: Prepared


def _convert(row: Row, target: str, choices: Choices) -> Prepared:
    """The first rule that fits, else the first bridge that leads on."""
    made = _by_rule(row, target, choices)
    if made is not None:
        _compute(target, made, row)
        return made
    for bridge in BRIDGES:
        known = not row.lacks(*bridge.needs) and (choices.approximate or not bridge.approximate)
        first = _by_rule(row, bridge.source, choices) if bridge.target == target and known else None
        if first is not None:
            return _cross(bridge, row, first)
    raise DataError(refusal(row, target, approximate=choices.approximate))


def _by_rule(row: Row, target: str, choices: Choices) -> Prepared | None:
    rule = next((r for r in RULES if target in r.targets and not r.lacks(row, target)), None)
    return None if rule is None else rule.make(row, target, choices)


def _cross(bridge: Bridge, row: Row, first: Prepared) -> Prepared:
    source = _compute(bridge.source, first, row)
    estimate = bridge.cross(float(source.yi[0]), float(source.vi[0]), row.numbers)
    said = [first.sentence, *(note.message for note in source.notes)]
    sentence = " ".join([*said, bridge.sentence.format(**row.numbers)])
    inputs = {"yi": float(estimate.yi), "vi": float(estimate.vi)}
    name = f"{first.rule}, {bridge.source} to {bridge.target}"
    return Prepared(name, inputs, sentence, first.flags)


def _compute(target: str, made: Prepared, row: Row) -> Computed:
    """The estimate of one row.

    Raises
    ------
    DataError
        If the numbers are impossible or give no positive variance.
    """
    given = {name: np.array([value]) for name, value in _inputs(made, row).items()}
    computed = compute(measure_of(target), given, (row.label,), Options())
    if not computed.vi[0] > 0:
        raise DataError("the numbers give no estimate with a positive variance")
    return computed


def _inputs(made: Prepared, row: Row) -> dict[str, float]:
    """Arguments of the measure; estimates go with the number of patients where it is known."""
    if "yi" not in made.inputs:
        return dict(made.inputs)
    size = np.nan if row.lacks("n", "comparator_n") else row["n"] + row["comparator_n"]
    return {**made.inputs, "ni": size}


def _effects(target: str, done: Sequence[_Done], lost: Sequence[Unconverted]) -> Effects:
    """All rows together; those with the same arguments are computed at once."""
    yi, vi, ni = (np.full(len(done), np.nan) for _ in range(3))
    notes: list[Note] = []
    inputs = [_inputs(one.made, one.row) for one in done]
    labels = tuple(one.row.label for one in done)
    forms = dict.fromkeys(tuple(given) for given in inputs)
    for names in forms:
        at = np.array([i for i, given in enumerate(inputs) if tuple(given) == names])
        arrays: dict[str, FloatArray] = {
            name: np.array([inputs[i][name] for i in at]) for name in names
        }
        some = tuple(labels[i] for i in at)
        computed = compute(measure_of(target), arrays, some, Options())
        yi[at], vi[at], ni[at] = computed.yi, computed.vi, computed.ni
        notes += computed.notes
    counts = counts_behind(measure_of(target), arrays, labels) if len(forms) == 1 else None
    records = tuple(one.row.record for one in done if one.row.record is not None)
    return Effects(
        read_only(yi),
        read_only(vi),
        labels,
        target,
        None if np.isnan(ni).all() else read_only(ni),
        records=records,
        derivations=tuple(
            Derivation(one.row.label, one.made.rule, one.made.sentence) for one in done
        ),
        notes=(*notes, *_notes(done, lost)),
        counts=counts,
    )


_FLAGS = {
    "estimated-moments": (
        "Means and SDs were estimated from medians, quartiles or ranges in {}: their sampling "
        "variances are too small (McGrath 2023); compare the analysis without them."
    ),
    "skewed": "Clearly skewed data were taken for normal in {}.",
    "not-converged": "The fit of a distribution did not converge in {}.",
    "sd-beyond-range": "The estimated SD exceeds what the range allows in {}.",
    "small-sample": "Mean and SD were estimated from medians of fewer than 5 patients in {}.",
    "lopsided-interval": "The estimate is not in the middle of its interval in {}.",
    "bounded-p": "Only an upper bound of the p-value is printed in {}.",
}


def _notes(done: Sequence[_Done], lost: Sequence[Unconverted]) -> list[Note]:
    notes = []
    for code, text in _FLAGS.items():
        flagged = [one.row.label for one in done if code in one.made.flags]
        if flagged:
            notes.append(Note(code, text.format(", ".join(flagged))))
    controls = Counter(one.row.control for one in done if one.row.control)
    shared = [one.row.label for one in done if controls[one.row.control] > 1]
    if shared:
        text = f"Rows that share a control group are not independent: {', '.join(shared)}."
        notes.append(Note("shared-control", text))
    if lost:
        lines = "; ".join(f"{one.slab} ({one.reason})" for one in lost)
        notes.append(Note("unconverted", f"Rows that could not be converted: {lines}."))
    return notes
