"""Conversions of what is printed of groups: means, SDs, sizes, counts."""

from __future__ import annotations

from functools import partial

from metasyn.effects.conversions import (
    box_cox,
    change,
    groups,
    log_scale,
    mln,
    moments,
    normal_based,
    proportions,
    quantile_estimation,
    shared_control,
    skewness,
)
from metasyn.effects.conversions.conversion import Conversion

__all__ = ["OF_GROUPS"]

_MEAN_SD = partial(Conversion, gives="mean, SD")
_NORMAL = "The data are normal."

OF_GROUPS = (
    _MEAN_SD(
        "hozo-2005",
        assumes="Rules of thumb by sample size hold; the SD is known to be biased.",
        source="Hozo 2005",
        function=normal_based.hozo_2005,
    ),
    Conversion(
        "walter-yao-2007",
        "SD",
        "The data are normal, so that the range has its expected size.",
        "Walter & Yao 2007",
        normal_based.walter_yao_2007,
    ),
    _MEAN_SD(
        "bland-2015",
        assumes="Each quarter of the data lies at the middle of its interval, whatever n.",
        source="Bland 2015",
        function=normal_based.bland_2015,
    ),
    _MEAN_SD("wan-2014", assumes=_NORMAL, source="Wan 2014", function=normal_based.wan_2014),
    Conversion("luo-2018", "mean", _NORMAL, "Luo 2018", normal_based.luo_2018),
    Conversion(
        "shi-2020",
        "SD",
        _NORMAL,
        "Shi 2020",
        normal_based.shi_2020,
    ),
    Conversion(
        "skewness-2023",
        "whether the data are clearly skewed",
        "Data that are not clearly skewed may be taken for normal.",
        "Shi 2023",
        skewness.skewness_2023,
    ),
    _MEAN_SD(
        "quantile-estimation-2020",
        assumes="The data are normal, log-normal, gamma, Weibull or beta, whichever is closest.",
        source="McGrath 2020",
        function=quantile_estimation.quantile_estimation_2020,
    ),
    _MEAN_SD(
        "box-cox-2020",
        assumes="A power of the positive data, or their log, is normal.",
        source="McGrath 2020",
        function=box_cox.box_cox_2020,
    ),
    _MEAN_SD(
        "mln-2021",
        assumes="A power of the positive data, or their log, is normal.",
        source="Cai 2021",
        function=mln.mln_2021,
    ),
    _MEAN_SD(
        "mean-sd",
        assumes="The data are normal, unless a method for skewed data is asked for.",
        source="Luo 2018, Wan 2014, Shi 2020",
        function=moments.mean_sd,
    ),
    Conversion(
        "combine-groups",
        "n, mean, SD of all",
        "The groups are counted as one group of patients.",
        "Cochrane Handbook 6.5.2.10",
        groups.combine_groups,
    ),
    Conversion(
        "combine-counts",
        "events, n of all",
        "The groups are counted as one group of patients.",
        "Cochrane Handbook 6.5.2.10",
        groups.combine_counts,
    ),
    Conversion(
        "split-control",
        "n, events of a share",
        "Comparisons that use shares of one control group are treated as independent.",
        "Cochrane Handbook 23.3.4",
        groups.split_control,
    ),
    Conversion(
        "shared-control",
        "covariance matrix",
        "Comparisons vary together as far as their common control group does.",
        "Gleser & Olkin 2009",
        shared_control.shared_control_matrix,
    ),
    Conversion(
        "sd-of-change",
        "SD of changes",
        "The correlation of both measurements is the one stated.",
        "Cochrane Handbook 6.5.2.8",
        change.sd_of_change,
    ),
    Conversion(
        "correlation-from-sds",
        "correlation",
        "The three SDs belong to the same patients.",
        "Cochrane Handbook 6.5.2.8",
        change.correlation_from_sds,
    ),
    Conversion(
        "counts-from-percent",
        "all possible events",
        "The percentage was rounded to the stated decimals, among all n patients.",
        "whole-number arithmetic",
        proportions.counts_from_percent,
    ),
    Conversion(
        "log-from-raw",
        "mean, SD of logs",
        "The data are log-normal.",
        "Higgins 2008",
        log_scale.log_from_raw,
    ),
    Conversion(
        "raw-from-log",
        "mean, SD",
        "The data are log-normal.",
        "Higgins 2008",
        log_scale.raw_from_log,
    ),
)
