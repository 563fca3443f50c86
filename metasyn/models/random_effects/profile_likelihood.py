"""Profile-likelihood inference on a linear combination of coefficients, Bartlett-corrected.

Hardy and Thompson 1996, Stat Med 15:619. The likelihood ratio is divided by its expectation to
order 1/k (Lawley 1956), as Zucker, Lieberman and Manor 2000, JRSS B 62:827, and Huizenga, Visser
and Dolan 2011, Br J Math Stat Psychol 64:1, do; without moderators the factor is
1 + 2 S3 / (S1 S2) - S2 / (2 S1^2), Sj the sum of w^j. (Noma 2011 leaves out the last term.)
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from metasyn.effects.arrays import FloatArray
from metasyn.models.interval import Interval
from metasyn.models.random_effects.design_model import DesignModel
from metasyn.models.random_effects.model import Model
from metasyn.models.random_effects.quantiles import chi2_upper, critical
from metasyn.models.random_effects.search import likelihood_maximum, log_likelihood

__all__ = ["LikelihoodProfile"]


@dataclass(frozen=True, eq=False)
class LikelihoodProfile:
    """The full likelihood as a function of one linear combination of the coefficients.

    Parameters
    ----------
    model
        The studies.
    contrast
        Coefficients of the combination, shape (p,), not all 0.
    tau2
        Maximum-likelihood estimate of tau2.
    """

    model: Model
    contrast: FloatArray
    tau2: float

    @cached_property
    def _highest(self) -> float:
        return log_likelihood(self.model, self.tau2, restricted=False)

    @cached_property
    def _split(self) -> tuple[FloatArray, FloatArray]:
        """X times a vector that the combination maps to 1, and X times those it maps to 0."""
        c, X = self.contrast, self.model.design
        return X @ (c / (c @ c)), X @ _null_space(c[None, :])

    def ratio(self, value: float) -> float:
        """Corrected likelihood ratio statistic of the combination being ``value``."""
        along, across = self._split
        held = DesignModel(self.model.yi - value * along, self.model.vi, across)
        ratio, tau2 = self._against(held)
        return ratio / self.bartlett(tau2)

    def joint_ratio(self, rows: FloatArray) -> float:
        """Likelihood ratio statistic of ``rows @ beta = 0``, not corrected."""
        across = self.model.design @ _null_space(rows)
        return self._against(DesignModel(self.model.yi, self.model.vi, across))[0]

    def _against(self, held: DesignModel) -> tuple[float, float]:
        """Likelihood ratio against a model inside this one, and its estimate of tau2."""
        tau2 = likelihood_maximum(held, restricted=False)
        gain = self._highest - log_likelihood(held, tau2, restricted=False)
        return max(0.0, 2.0 * gain), tau2

    def bartlett(self, tau2: float) -> float:
        """Expectation of the likelihood ratio to order 1/k.

        1 + 2 / S2 * (a'Pa + (a'a)^2 / 4 + (S1 - tr P) a'a / 2), where aa' is what the hypothesis
        adds to P.
        """
        X, w = self.model.design, 1.0 / (self.model.vi + tau2)
        spread = self.model.fit(tau2).cov @ self.contrast
        a = w * (X @ spread) / math.sqrt(float(self.contrast @ spread))
        root = np.sqrt(w)
        Q, _ = np.linalg.qr(X * root[:, None])
        outside = root * a - Q @ (Q.T @ (root * a))
        taken = float(w @ np.einsum("ij,ij->i", Q, Q))
        size = float(a @ a)
        bent = float(outside @ outside) + size * size / 4.0 + taken * size / 2.0
        return 1.0 + 2.0 / float(w @ w) * bent

    def interval(self, estimate: float, se: float, level: float) -> Interval:
        """The values that the corrected ratio does not reject.

        Parameters
        ----------
        estimate, se
            Estimate of the combination and its Wald standard error.
        level
            Coverage.
        """
        limit = chi2_upper(1.0 - level, 1.0)
        step = critical(level, None) * se
        low, high = (self._crossing(estimate, sign * step, limit) for sign in (-1.0, 1.0))
        return Interval(low, high, level, "profile")

    def _crossing(self, estimate: float, step: float, limit: float) -> float:
        """First value on one side of the estimate at which the ratio reaches the limit."""
        from scipy.optimize import brentq

        inner, outer = estimate, estimate + step
        while self.ratio(outer) < limit:
            inner, outer = outer, outer + step
        root = brentq(lambda x: self.ratio(x) - limit, inner, outer, xtol=1e-12 * abs(step))
        return float(root)


def _null_space(rows: FloatArray) -> FloatArray:
    """Orthonormal columns that every row maps to 0."""
    full, _ = np.linalg.qr(rows.T, mode="complete")
    return full[:, len(rows) :]
