r"""Binomial-normal model of one arm, with single cases as low-weight evidence.

1. Model
--------
Study u has r of n patients with the event; its true logit is normal around mu with standard
deviation tau. Its likelihood is the integral ::

    L_u(mu, tau) = Int prod_i  p(eta)^r_i (1 - p(eta))^(n_i - r_i)  phi(z) dz
    eta = mu + o_u + tau z,    p(eta) = 1 / (1 + exp(-eta))

over the rows i of the study; o_u is an offset, 0 but in section 6 (Stijnen, Hamza & Ozdemir 2010,
Stat Med 29:3046). The estimate is the highest point of the weighted log-likelihood ::

    l(mu, tau) = sum_u a_u log L_u(mu, tau),      0 <= a_u <= 1

so that a weight is a power on the *marginal* likelihood of a study. Powers inside the integral
would thin the patients of a study and leave what its random effect carries untouched
(Rabe-Hesketh & Skrondal 2006, J R Stat Soc A 169:805); a fixed power on historical data is the
power prior of Ibrahim & Chen (2000, Stat Sci 15:46). What is estimated is p(mu), the rate of the
median study; E p(mu + tau Z), the rate of the average patient population, stands beside it.

With E_u the mean over z under the integrand, d = r - n p(eta) and c = d^2 - n p(eta)(1 - p(eta)),
a study contributes to score and Hessian ::

    s_mu   = E_u[d]              h_mumu   = E_u[c]     - s_mu^2
    s_tau  = E_u[d z]            h_mutau  = E_u[c z]   - s_mu s_tau
                                 h_tautau = E_u[c z^2] - s_tau^2

l is concave in mu at fixed tau. Integrals are adaptive Gauss-Hermite sums at the mode of the
integrand: 41 nodes, 101 where tau passes 2.5.

2. Weights
----------
Under random effects a single patient is not light: with p = 0.6 and tau = 0.5, seventeen reports of
one patient inform mu as much as a trial of 200, because a study of any size pays for tau^2 once
and a report of one patient hardly notices it. All reports of one or two patients of a line are
therefore one unit, the pseudo-study (R, N), with a = 0.10. It imitates a bias that published
cases share, of which no number of them can rid an estimate (Welton et al. 2009, J R Stat Soc A
172:119): if the logit of the cases is off by delta and their variance is v = 1/(N p q) + tau^2,
the power that minimises the mean squared error is v / (v + delta^2), about 0.06 to 0.26 for ten to
forty cases of which a success is published four to ten times as readily as a failure. Small series
that are not consecutive (3 to 9 patients) have a = 0.30; everything else has a = 1. The powers are
a convention, kept as a table (:class:`~metasyn.models.design_weights.DesignWeights`).

3. Cap
------
Let I_u = E[s_mu^2] be the expected information of a study on mu, at the fit of the studies alone.
The power of the cases is lowered to ::

    a_eff = min(a, X / (1 - X) * sum_studies a_j I_j / I_cases)

so that they carry at most the share X (0.10) of the information. It depends on the number of
cases, never on their outcomes. A biased share s of the information moves the estimate by about
s delta; at X above 0.20 intervals lose their coverage.

4. Interval
-----------
Three studies or more (``wald-t``): mu +- t se with df = (sum a)^2 / sum a^2 - 1 over the studies
(Kish's effective number less one; cases add nothing), se from the Hessian of l, of mu alone where
tau is 0. One or two studies, or all or no events (``integrated``): median and equal tails of the
posterior under l with a uniform rate (mu logistic) and tau half-normal; it depends on these priors
and says so. Cases alone (``profile``): likelihood ratio at tau = 0 with a N patients. A plain
profile likelihood over tau is no choice for few studies: with all events in k of them, mu and tau
may run to infinity together while the likelihood stays at 2^-k.

5. Boundaries
-------------
Fewer than two units of two patients or more: tau is not identified, since a report of one patient
fixes only E p(mu + tau Z); tau is 0 by convention. tau = 0: the rate is sum(a r) / sum(a n). The
slope of l along tau^2 at 0 is sum a [(r - n p)^2 - n p q] / 2; where it is not positive, 0 is a
maximum. All or no events: the rate is 1 or 0, the headline is that of ``integrated``. Contrasts
never take single cases, which have no comparator.

6. Displays
-----------
Weight of a unit: its share a_u I_u of the information, tau taken as known (Riley et al. 2018, Stat
Methods Med Res 27:2885). Shift: the rate with and without a unit, a_eff as it was. Tipping: the
rate as the power of the cases runs from 0 to 1. Hidden failures: h failures added to the cases at
their weight, until the rate is at a threshold p0; for cases alone h / S = (1 - p0)/p0 - F/S with
S successes and F failures. Selection: the cases get the offset log w, w the odds at which a
success rather than a failure is published; w = 1 + h/F. Conflict: the probability, given the
studies, of as many events among the cases or more, half of a tie counted (Presanis et al. 2013,
Stat Sci 28:376). Studies alone: the same with a = 0, which is the deletion of the cases.
"""

from metasyn.models.binomial_normal.pool import pool_counts

__all__ = ["pool_counts"]
