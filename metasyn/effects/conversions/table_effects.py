"""Conversions of what is printed of effects: intervals, tests, ratios, standardised differences."""

from __future__ import annotations

from functools import partial

from metasyn.effects.conversions import hazard, ratios, standard_errors, standardised
from metasyn.effects.conversions.conversion import Conversion

__all__ = ["OF_EFFECTS"]

_HAZARD = partial(Conversion, gives="log hazard ratio, variance")

OF_EFFECTS = (
    Conversion(
        "se-from-ci",
        "SE",
        "The interval is of Wald type, symmetric on the analysis scale.",
        "Cochrane Handbook 6.3",
        standard_errors.se_from_ci,
    ),
    Conversion(
        "se-from-p",
        "SE",
        "The p-value is exact and comes from a Wald test on the analysis scale.",
        "Cochrane Handbook 6.3",
        standard_errors.se_from_p,
    ),
    Conversion(
        "se-from-statistic",
        "SE",
        "The statistic is the estimate over its standard error.",
        "Cochrane Handbook 6.5.2.3",
        standard_errors.se_from_statistic,
    ),
    Conversion(
        "t-from-f",
        "|t|",
        "F compares two groups; the direction comes from elsewhere.",
        "F(1, m) = t(m) squared",
        standard_errors.t_from_f,
    ),
    Conversion(
        "sd-from-se",
        "SD",
        "The standard error is that of the mean of one group.",
        "Cochrane Handbook 6.5.2.2",
        standard_errors.sd_from_se,
    ),
    Conversion(
        "sd-from-ci",
        "SD",
        "The interval of the mean comes from the t distribution.",
        "Cochrane Handbook 6.5.2.2",
        standard_errors.sd_from_ci,
    ),
    Conversion(
        "sd-from-mean-difference",
        "common SD",
        "Both groups have one SD.",
        "Cochrane Handbook 6.5.2.3",
        standard_errors.sd_from_mean_difference,
    ),
    _HAZARD(
        "hazard-o-minus-e",
        assumes="The one-step (Peto) log hazard ratio is close to that of a Cox model.",
        source="Tierney 2007",
        function=hazard.hazard_from_o_minus_e,
    ),
    _HAZARD(
        "hazard-expected",
        assumes="Hazards are proportional.",
        source="Tierney 2007",
        function=hazard.hazard_from_expected,
    ),
    _HAZARD(
        "hazard-logrank",
        assumes="Hazards are proportional, and V follows from events and allocation.",
        source="Tierney 2007",
        function=hazard.hazard_from_logrank,
    ),
    _HAZARD(
        "hazard-logrank-p",
        assumes="Hazards are proportional, and V follows from events and allocation.",
        source="Tierney 2007",
        function=hazard.hazard_from_logrank_p,
    ),
    Conversion(
        "logrank-variance",
        "V",
        "Patients at risk keep the ratio of randomisation.",
        "Tierney 2007",
        hazard.logrank_variance,
    ),
    Conversion(
        "logrank-variance-arms",
        "V",
        "The effect is small enough for events to stand for expected events.",
        "Tierney 2007",
        hazard.logrank_variance_from_arms,
    ),
    Conversion(
        "or-to-rr",
        "log risk ratio, variance",
        "The risk of the control group is the one stated, and known.",
        "Zhang & Yu 1998",
        ratios.odds_ratio_to_risk_ratio,
    ),
    Conversion(
        "rr-to-or",
        "log odds ratio, variance",
        "The risk of the control group is the one stated, and known.",
        "Zhang & Yu 1998",
        ratios.risk_ratio_to_odds_ratio,
    ),
    Conversion(
        "smd-to-or",
        "log odds ratio, variance",
        "The event is a cut through a quantity that is logistic with one SD in both groups.",
        "Hasselblad & Hedges 1995",
        standardised.smd_to_odds_ratio,
    ),
    Conversion(
        "or-to-smd",
        "standardised mean difference, variance",
        "The event is a cut through a quantity that is logistic with one SD in both groups.",
        "Hasselblad & Hedges 1995",
        standardised.odds_ratio_to_smd,
    ),
    Conversion(
        "smd-from-t",
        "Cohen's d",
        "The t test is unpaired, with pooled variance.",
        "Borenstein 2009",
        standardised.smd_from_t,
    ),
    Conversion(
        "smd-to-r",
        "correlation, variance",
        "The groups are two points, not a cut through a quantity.",
        "McGrath & Meyer 2006",
        standardised.smd_to_r,
    ),
    Conversion(
        "r-to-smd",
        "Cohen's d, variance",
        "The groups are two points, not a cut through a quantity.",
        "McGrath & Meyer 2006",
        standardised.r_to_smd,
    ),
    Conversion(
        "r-to-z",
        "Fisher's z, variance",
        "Both quantities are normal.",
        "Fisher 1921",
        standardised.r_to_z,
    ),
    Conversion(
        "z-to-r",
        "correlation, variance",
        "Both quantities are normal.",
        "Fisher 1921",
        standardised.z_to_r,
    ),
)
