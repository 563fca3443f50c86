"""From what papers print to what models pool: small conversions, and the ledger that uses them.

:data:`CONVERSIONS` lists every conversion with what it assumes.
"""

from metasyn.effects.conversions.arguments import Estimate
from metasyn.effects.conversions.box_cox import box_cox_2020
from metasyn.effects.conversions.change import correlation_from_sds, sd_of_change
from metasyn.effects.conversions.conversion import Conversion
from metasyn.effects.conversions.five_numbers import MeanSD
from metasyn.effects.conversions.groups import Group, combine_counts, combine_groups, split_control
from metasyn.effects.conversions.hazard import (
    hazard_from_expected,
    hazard_from_logrank,
    hazard_from_logrank_p,
    hazard_from_o_minus_e,
    logrank_variance,
    logrank_variance_from_arms,
)
from metasyn.effects.conversions.log_scale import log_from_raw, raw_from_log
from metasyn.effects.conversions.mln import mln_2021
from metasyn.effects.conversions.moments import mean_sd
from metasyn.effects.conversions.normal_based import (
    bland_2015,
    hozo_2005,
    luo_2018,
    shi_2020,
    walter_yao_2007,
    wan_2014,
)
from metasyn.effects.conversions.proportions import counts_from_percent
from metasyn.effects.conversions.quantile_estimation import quantile_estimation_2020
from metasyn.effects.conversions.ratios import odds_ratio_to_risk_ratio, risk_ratio_to_odds_ratio
from metasyn.effects.conversions.shared_control import shared_control_matrix
from metasyn.effects.conversions.skewness import Skewness, skewness_2023
from metasyn.effects.conversions.standard_errors import (
    sd_from_ci,
    sd_from_mean_difference,
    sd_from_se,
    se_from_ci,
    se_from_p,
    se_from_statistic,
    t_from_f,
)
from metasyn.effects.conversions.standardised import (
    odds_ratio_to_smd,
    r_to_smd,
    r_to_z,
    smd_from_t,
    smd_to_odds_ratio,
    smd_to_r,
    z_to_r,
)
from metasyn.effects.conversions.table import CONVERSIONS

__all__ = [
    "CONVERSIONS",
    "Conversion",
    "Estimate",
    "Group",
    "MeanSD",
    "Skewness",
    "bland_2015",
    "box_cox_2020",
    "combine_counts",
    "combine_groups",
    "correlation_from_sds",
    "counts_from_percent",
    "hazard_from_expected",
    "hazard_from_logrank",
    "hazard_from_logrank_p",
    "hazard_from_o_minus_e",
    "hozo_2005",
    "log_from_raw",
    "logrank_variance",
    "logrank_variance_from_arms",
    "luo_2018",
    "mean_sd",
    "mln_2021",
    "odds_ratio_to_risk_ratio",
    "odds_ratio_to_smd",
    "quantile_estimation_2020",
    "r_to_smd",
    "r_to_z",
    "raw_from_log",
    "risk_ratio_to_odds_ratio",
    "sd_from_ci",
    "sd_from_mean_difference",
    "sd_from_se",
    "sd_of_change",
    "se_from_ci",
    "se_from_p",
    "se_from_statistic",
    "shared_control_matrix",
    "shi_2020",
    "skewness_2023",
    "smd_from_t",
    "smd_to_odds_ratio",
    "smd_to_r",
    "split_control",
    "t_from_f",
    "walter_yao_2007",
    "wan_2014",
    "z_to_r",
]
