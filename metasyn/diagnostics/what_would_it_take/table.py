"""What it would take to change the reading of a pooled estimate, in one table."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from metasyn.diagnostics.fail_safe_n import fail_safe_n
from metasyn.diagnostics.no_null import null_of, told
from metasyn.diagnostics.publication_bias_sensitivity import SelectionRatio
from metasyn.diagnostics.publication_bias_sensitivity.sensitivity import Ratios, selection_ratios
from metasyn.diagnostics.take import InverseVariance, one_mean
from metasyn.diagnostics.what_would_it_take.answer import Answer, Method, WhatWouldItTake
from metasyn.diagnostics.what_would_it_take.bound import MeanBound
from metasyn.diagnostics.what_would_it_take.goals import Goal, goals_of
from metasyn.diagnostics.what_would_it_take.hidden import (
    MOST,
    ONE_BY_ONE,
    Hidden,
    fewest_hidden,
)
from metasyn.diagnostics.what_would_it_take.removal import Removal, fewest_removed
from metasyn.effects.arrays import read_only
from metasyn.effects.effects import Effects
from metasyn.errors import DataError, Note, SpecError
from metasyn.models.pool import pool
from metasyn.models.random_effects.pooling import check
from metasyn.models.results import Pooled
from metasyn.models.specs import RandomEffects

__all__ = ["what_would_it_take"]


def what_would_it_take(
    effects: Effects,
    spec: InverseVariance | None = None,
    threshold: float | None = None,
    *,
    null: float | None = None,
) -> WhatWouldItTake:
    """The studies, hidden results or selection that would change the reading.

    Parameters
    ----------
    effects
        Estimates and sampling variances of three or more studies.
    spec
        The model, without moderators and fixed weights; :class:`~metasyn.RandomEffects` by default.
        Everything is pooled anew with it.
    threshold
        Value at which a decision turns, on the analysis scale as all of the models: of a ratio its
        logarithm (``math.log(0.8)``), of a proportion pooled as logits its logit.
    null
        Value of no effect on the analysis scale; None: that of the measure, which is 0 for most and
        missing for measures of one group.

    Raises
    ------
    SpecError
        If the model cannot be used, or there is neither a null nor a threshold.
    DataError
        If there are fewer than three studies.

    References
    ----------
    Rosenthal 1979, Psychol Bull 86:638; Rosenberg 2005, Evolution 59:464; Mathur and VanderWeele
    2020, J R Stat Soc C 69:1091.

    Examples
    --------
    >>> import metasyn as ms
    >>> effects = ms.effects_from([0.6, 0.1, 0.2, 0.1], [0.03] * 4, slab=list("abcd"))
    >>> print(ms.what_would_it_take(effects, ms.CommonEffect()).answers[1].sentence)
    Removing 1 study (a) would make the interval include 0, and no other single study would.
    """
    spec = one_mean(effects, spec, "What it would take", 3)
    check(effects)
    if isinstance(spec, RandomEffects):
        if spec.weights is not None:
            raise SpecError("Fixed weights have nothing to say of studies that are added.")
        spec = replace(spec, prediction="none", tau2_ci="none")
    zero = null_of(effects.measure) if null is None else null
    if zero is None and threshold is None:
        raise SpecError(
            f"{effects.measure} has no value that means no effect: give a threshold or a null, on "
            "the analysis scale."
        )
    pooled = pool(effects, spec)
    goals = goals_of(pooled, zero, threshold)
    removals = fewest_removed(effects, spec, goals)
    answers = [_removal(effects, *pair) for pair in zip(goals, removals, strict=True)]
    if zero is not None:
        answers += _hidden(effects, spec, goals, zero)
        shifted = replace(effects, yi=read_only(effects.yi - zero))
        at = told(zero, effects.measure)
        answers += [_fail_safe(shifted, at), _fail_safe(shifted, at, "Rosenberg")]
        answers += list(_selection(shifted, spec, goals, zero))
    return WhatWouldItTake(pooled, zero, threshold, tuple(answers), _notes(pooled, zero))


def _removal(effects: Effects, goal: Goal, found: Removal) -> Answer:
    """The fewest studies to remove."""
    if found.rows is None:
        return Answer("removal", goal.code, None, (), "not found", _not_removed(goal, found))
    studies = tuple(effects.slab[row] for row in found.rows)
    number = len(studies)
    count = "1 study" if number == 1 else f"{number} studies"
    sentence = f"Removing {count} ({_listed(studies)}) would {goal.words}"
    if found.alternatives is None:
        fewer = "no smaller set does" if found.exact else "fewer may do"
        sentence += f"; found one study at a time, {fewer}."
        method: Method = "exact" if found.exact else "greedy"
        return Answer("removal", goal.code, number, studies, method, sentence)
    others = found.alternatives - 1
    kind = _set_words(number, plural=others > 1)
    sentence += f"; so would {others} other {kind}." if others else f", and no other {kind} would."
    return Answer("removal", goal.code, number, studies, "exact", sentence)


def _not_removed(goal: Goal, found: Removal) -> str:
    """What was tried in vain."""
    checked = min(found.checked, found.tried)
    which = {1: "Removing any study", 2: "Removing any study or pair of studies"}
    sentence = which.get(checked, f"Removing any {checked} studies or fewer")
    if found.tried > checked:
        sentence += f", or the {found.tried} most telling ones one after another,"
    return f"{sentence} would not {goal.words}."


def _set_words(number: int, *, plural: bool = False) -> str:
    """A set of studies in words."""
    if number == 1:
        return "single studies" if plural else "single study"
    if number == 2:
        return "pairs" if plural else "pair"
    return f"{'sets' if plural else 'set'} of {number}"


def _listed(studies: tuple[str, ...]) -> str:
    """Up to eight names."""
    shown = ", ".join(studies[:8])
    return shown if len(studies) <= 8 else f"{shown} and {len(studies) - 8} more"


def _hidden(
    effects: Effects, spec: InverseVariance, goals: tuple[Goal, ...], null: float
) -> list[Answer]:
    """The fewest hidden studies without effect."""
    at = told(null, effects.measure)
    reasons = {goal: _ruled_out(effects, spec, goal, null) for goal in goals}
    open_goals = [goal for goal, reason in reasons.items() if reason is None]
    numbers = fewest_hidden(effects, spec, open_goals, null) if open_goals else ()
    found = dict(zip(open_goals, numbers, strict=True))
    answers = []
    for goal, reason in reasons.items():
        if reason is None:
            answers.append(_hidden_number(goal, found[goal], at))
        else:
            answers.append(Answer("hidden", goal.code, None, (), "exact", reason))
    return answers


def _hidden_number(goal: Goal, found: Hidden, at: str) -> Answer:
    """What trying came to."""
    number = found.number
    if number is None:
        sentence = (
            f"Not even {MOST} hidden studies at {at} with the median variance would "
            f"{goal.words}, nor would any number up to {ONE_BY_ONE}."
        )
        return Answer("hidden", goal.code, None, (), "not found", sentence)
    count = "1 hidden study" if number == 1 else f"{number} hidden studies"
    sentence = (
        f"{count} at {at} with the median variance would {goal.words}, all pooled anew with "
        "the same model"
    )
    if not found.exact:
        sentence += f"; {number - 1} do not, nor any up to {ONE_BY_ONE}, but not all were tried"
    method: Method = "exact" if found.exact else "searched"
    return Answer("hidden", goal.code, number, (), method, f"{sentence}.")


def _ruled_out(effects: Effects, spec: InverseVariance, goal: Goal, null: float) -> str | None:
    """Why hidden studies without effect cannot do it, however many; None where they might.

    With a common effect they only draw the estimate nearer; a change of tau2 can do more.
    """
    random, at = isinstance(spec, RandomEffects), told(null, effects.measure)
    if goal.code == "sign" and MeanBound.of(effects, goal, random=random).least_removed() > 0:
        return (
            f"Hidden studies at {at} draw the estimate towards {at} but never past it: "
            "they cannot change its side."
        )
    if goal.code == "exclude" and not random:
        return f"The interval includes {at} as it is; hidden studies at {at} keep it so."
    if goal.code == "threshold" and goal.side * (goal.value - null) <= 0.0 and not random:
        return (
            f"Hidden studies at {at} draw the estimate away from {goal.told}: they cannot "
            "move it across."
        )
    return None


def _fail_safe(shifted: Effects, at: str, method: str = "Rosenthal") -> Answer:
    """The classical formulas, for comparison."""
    rosenthal = method == "Rosenthal"
    found = fail_safe_n(shifted, "Rosenthal" if rosenthal else "Rosenberg")
    test = "Stouffer's sum of z, one-sided" if rosenthal else "a common effect, two-sided"
    if found.p_value is not None and found.p_value > found.target:
        sentence = f"{method}'s number is 0: by {test}, there is nothing significant to undo."
    else:
        sentence = (
            f"{method}'s formula: {found.n} hidden studies averaging {at} would end "
            f"significance by {test} at {found.target:g}."
        )
    return Answer("rosenthal" if rosenthal else "rosenberg", "significance", found.n, (),
                  "formula", sentence)  # fmt: skip


def _selection(
    shifted: Effects, spec: InverseVariance, goals: tuple[Goal, ...], null: float
) -> Iterator[Answer]:
    """Selection ratios for the estimate and the limit of its interval."""
    values = dict.fromkeys(goal.value for goal in goals)
    try:
        ratios = selection_ratios(shifted, spec, [value - null for value in values])
    except DataError as error:
        yield Answer("selection", "estimate", None, (), "not found", f"Selection: {error}")
        return
    for value, found in zip(values, ratios, strict=True):
        for name, ratio in (("estimate", found.for_estimate), ("interval", found.for_ci)):
            goal = "estimate" if name == "estimate" else "include"
            sentence = _ratio_sentence(name, told(value, shifted.measure), ratio, found)
            yield Answer("selection", goal, ratio.value, (), "exact", sentence)


def _ratio_sentence(name: str, value: str, ratio: SelectionRatio, found: Ratios) -> str:
    what = f"the {name} {'to' if name == 'estimate' else 'to include'} {value}"
    if ratio.reading == "already":
        if name == "interval" and found.uncorrected.low <= found.q <= found.uncorrected.high:
            return f"The interval includes {value} without any selection."
        return f"Correcting for selection moves the {name} away from {value}."
    if ratio.value is None:
        return (
            f"No selection of significant {found.favoured} results, however strong, would move "
            f"{what}."
        )
    return (
        f"To move {what}, significant {found.favoured} results would have to be published "
        f"{ratio.value:.2f} times as often as others."
    )


def _notes(pooled: Pooled, null: float | None) -> tuple[Note, ...]:
    """How to read the table."""
    message = (
        "These numbers describe how firmly the estimate stands on these studies; none of them "
        "proves or excludes bias."
    )
    notes = [Note("what-would-it-take", message)]
    if null is None:
        message = (
            f"{pooled.measure} has no value of no effect: hidden null results and selection of "
            "significant results have no meaning, and only the threshold is looked at."
        )
        notes.append(Note("no-null", message))
    if pooled.k < 5:
        message = f"{pooled.k} studies: every one of them counts for much."
        notes.append(Note("few-studies", message))
    return tuple(notes)
