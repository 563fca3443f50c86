"""What a reader of a selection model has to know."""

from __future__ import annotations

import numpy as np

from metasyn.diagnostics.funnel_notes import FEWEST, funnel_notes
from metasyn.diagnostics.selection_models.fit import Solution
from metasyn.diagnostics.selection_models.request import Request
from metasyn.diagnostics.take import InverseVariance
from metasyn.effects.effects import Effects
from metasyn.errors import Note
from metasyn.models.results import Pooled
from metasyn.models.specs import RandomEffects

__all__ = ["interval_names", "notes_of"]

FEW = 3
"""Studies in an interval up to which its weight is poorly told."""


def notes_of(
    effects: Effects,
    asked: InverseVariance | None,
    made: Request,
    found: Solution,
    unadjusted: Pooled,
) -> tuple[Note, ...]:
    """The notes, data first."""
    return (
        *_of_data(effects, made, unadjusted),
        *_of_spec(asked),
        *_of_intervals(made),
        *_of_search(found),
    )


def interval_names(steps: tuple[float, ...]) -> tuple[str, ...]:
    """Intervals of p-values in words.

    Examples
    --------
    >>> interval_names((0.025, 1.0))
    ('0 < p <= 0.025', '0.025 < p <= 1')
    """
    lower = (0.0, *steps[:-1])
    return tuple(f"{a:g} < p <= {b:g}" for a, b in zip(lower, steps, strict=True))


def _of_data(effects: Effects, made: Request, unadjusted: Pooled) -> list[Note]:
    notes = [note for note in funnel_notes(effects) if note.code == "funnel-proportions"]
    if len(effects) < FEWEST:
        message = (
            f"{len(effects)} studies: with fewer than {FEWEST} a selection model says what if "
            "rather than what is; prefer given weights."
        )
        notes.append(Note("selection-few-studies", message))
    if not made.likelihood.function.two_sided and made.sign * unadjusted.estimate < 0.0:
        side, other = ("high", "less") if made.sign > 0.0 else ("low", "greater")
        message = (
            f"Selection is taken to favour {side} estimates, but the pooled one lies on the other "
            f"side of 0; was alternative {other!r} meant?"
        )
        notes.append(Note("selection-other-side", message))
    return notes


def _of_spec(asked: InverseVariance | None) -> list[Note]:
    if not isinstance(asked, RandomEffects) or (asked.tau2, asked.ci) == ("ML", "z"):
        return []
    message = (
        "Selection models are fitted by maximum likelihood with normal intervals; tau2 "
        f"{asked.tau2!r} and ci {asked.ci!r} of the specification are not used."
    )
    return [Note("selection-maximum-likelihood", message)]


def _of_intervals(made: Request) -> list[Note]:
    """Intervals of p-values whose weights the studies tell little or nothing of."""
    if not made.counts or not np.isnan(made.fixed).any():
        return []
    notes = []
    for name, k in zip(interval_names(made.likelihood.function.steps), made.counts, strict=True):
        if k == 0:
            message = (
                f"No study has {name}: the weights cannot be estimated, the likelihood is highest "
                "where such studies are never seen. Leave the step out or give the weights."
            )
            notes.append(Note("selection-empty-interval", message))
        elif k <= FEW:
            message = f"Only {k} of {sum(made.counts)} studies have {name}; weights are uncertain."
            notes.append(Note("selection-few-in-interval", message))
    return notes


def _of_search(found: Solution) -> list[Note]:
    notes = []
    if not found.converged:
        message = (
            "The likelihood kept rising, or is flat, where the search ended: the data do not tell "
            "the parameters of this selection model apart. Do not use the adjusted estimate."
        )
        notes.append(Note("selection-not-converged", message))
    if found.at_bound[0]:
        message = "tau2 is estimated as 0; standard errors take it as known."
        notes.append(Note("selection-no-heterogeneity", message))
    if found.at_bound[1:].any():
        values = ", ".join(f"{value:.4g}" for value in found.deltas[found.at_bound[1:]])
        message = (
            f"A delta ended at a bound ({values}): it has no standard error, and the others take "
            "it as known."
        )
        notes.append(Note("selection-at-bound", message))
    if found.covariance is None:
        message = "The likelihood is not curved enough at its maximum to give standard errors."
        notes.append(Note("selection-no-curvature", message))
    return notes
