"""Kenward and Roger's inference for restricted maximum likelihood.

Kenward and Roger 1997, Biometrics 53:983; for meta-analysis Partlett and Riley 2017, Stat Med
36:301, eq. 9 and 10, who put the adjusted variance into the degrees of freedom too. That is kept
here for every contrast, with the expected information on tau2.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from metasyn.effects.arrays import FloatArray, read_only
from metasyn.models.random_effects.model import Model

__all__ = ["KenwardRoger", "kenward_roger"]


@dataclass(frozen=True, eq=False)
class KenwardRoger:
    """The adjusted covariance, and what its degrees of freedom need.

    Parameters
    ----------
    cov
        Adjusted covariance of the coefficients, shape (p, p).
    response
        X'W^2X, the change of X'WX with tau2 up to sign, shape (p, p).
    tau2_variance
        Sampling variance of tau2: 2 / tr PP.
    """

    cov: FloatArray
    response: FloatArray
    tau2_variance: float

    def variance(self, contrast: FloatArray) -> float:
        """Adjusted variance of a linear combination of the coefficients."""
        return float(contrast @ self.cov @ contrast)

    def df(self, contrast: FloatArray) -> float:
        """Degrees of freedom of a linear combination of the coefficients."""
        spread = self.cov @ contrast
        change = float(spread @ self.response @ spread) / float(contrast @ spread)
        return 2.0 / (self.tau2_variance * change * change)

    def f_test(self, beta: FloatArray, rows: FloatArray) -> tuple[float, float]:
        """Scaled F statistic of ``rows @ beta = 0``, and its denominator degrees of freedom.

        Kenward and Roger 1997, sec. 3.
        """
        m = len(rows)
        inner = rows @ self.cov @ rows.T
        theta = np.linalg.solve(inner, rows @ self.cov @ self.response @ self.cov @ rows.T)
        a1 = self.tau2_variance * float(np.trace(theta)) ** 2
        a2 = self.tau2_variance * float(np.trace(theta @ theta))
        b = (a1 + 6.0 * a2) / (2.0 * m)
        g = ((m + 1) * a1 - (m + 4) * a2) / ((m + 2) * a2)
        base = 3.0 * m + 2.0 * (1.0 - g)
        c1, c2, c3 = g / base, (m - g) / base, (m + 2 - g) / base
        mean = 1.0 / (1.0 - a2 / m)
        spread = 2.0 / m * (1.0 + c1 * b) / ((1.0 - c2 * b) ** 2 * (1.0 - c3 * b))
        df = 4.0 + (m + 2) / (m * spread / (2.0 * mean * mean) - 1.0)
        scale = df / (mean * (df - 2.0))
        tested = rows @ beta
        return scale / m * float(tested @ np.linalg.solve(inner, tested)), df


def kenward_roger(model: Model, tau2: float) -> KenwardRoger:
    """Adjusted covariance at a restricted maximum-likelihood estimate."""
    X, w = model.design, 1.0 / (model.vi + tau2)
    cov = model.fit(tau2).cov
    response = (X * (w * w)[:, None]).T @ X
    variance = 2.0 / model.moments(tau2).tr2
    # X'WPWX as a sum of squares: as a difference it loses all digits where one study outweighs all
    rest = X * w[:, None] - X @ (cov @ response)
    excess = (rest * w[:, None]).T @ rest
    adjusted = cov + 2.0 * variance * (cov @ excess @ cov)
    return KenwardRoger(read_only(adjusted), read_only(response), variance)
