"""What somebody may have meant by a word that is not known."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

__all__ = ["did_you_mean", "nearest"]


def nearest(word: str, known: Iterable[str], labels: Mapping[str, str] | None = None) -> str:
    """The known word that is nearest; empty where none is near.

    Parameters
    ----------
    word
        What was written.
    known
        The words that are allowed.
    labels
        Labels of the words, which people write in their place.

    Examples
    --------
    >>> nearest("Case report", ["case_report", "case_series"])
    'case_report'
    >>> nearest("tocilizumap", ["tocilizumab", "siltuximab"])
    'tocilizumab'
    >>> nearest("no such thing", ["tocilizumab"])
    ''
    """
    labels = labels or {}
    return _nearest(word, tuple(known), tuple(labels.items()))


@lru_cache(maxsize=4096)
def _nearest(word: str, known: tuple[str, ...], labels: tuple[tuple[str, str], ...]) -> str:
    spelled = {_bare(name): name for name in reversed(known)}
    spelled.update({_bare(label): name for name, label in labels if _bare(label) not in spelled})
    bare = _bare(word)
    if bare in spelled:
        return spelled[bare]
    close = difflib.get_close_matches(bare[:80], spelled, n=1, cutoff=0.72)
    return spelled[close[0]] if close else ""


def _bare(word: str) -> str:
    return re.sub(r"[\W_]+", "", word.casefold())


def did_you_mean(word: str, known: Iterable[str], labels: Mapping[str, str] | None = None) -> str:
    """The question for a message; where nothing is near, the words that are allowed.

    Examples
    --------
    >>> did_you_mean("primery", ["primary", "no"])
    "Did you mean 'primary'?"
    >>> did_you_mean("x", ["primary", "no"])
    "Use one of 'primary', 'no'."
    """
    known = tuple(known)
    near = nearest(word, known, labels)
    if near:
        return f"Did you mean '{near}'?"
    shown = ", ".join(f"'{name}'" for name in known[:8])
    more = f" and {len(known) - 8} more" if len(known) > 8 else ""
    return f"Use one of {shown}{more}." if known else "No codes are known."
