"""What one indicator must satisfy by itself, whatever the rest of the catalogue says."""

from __future__ import annotations

from collections.abc import Iterator

from dx_pipeline.catalogue.models import Indicator, Kind, NationalRule, QuarterRule

LEVELS = ("national", "province", "commune")
CHANGE_UNITS = ("percentage_points", "percent_relative")

Breach = tuple[tuple[str | int, ...], str]  # the place in the entry, what is wrong with it


def breaches(indicator: Indicator) -> Iterator[Breach]:
    """Each rule the indicator breaks: the place in its entry and the message."""
    yield from _bounds(indicator)
    yield from _aggregation(indicator)
    yield from _target(indicator)
    yield from _levels(indicator)
    yield from _comparisons(indicator)
    if indicator.valid_from and indicator.valid_to and indicator.valid_to < indicator.valid_from:
        yield ("valid_to",), "is before valid_from"


def _bounds(indicator: Indicator) -> Iterator[Breach]:
    low, high = indicator.bounds.minimum, indicator.bounds.maximum
    if low is not None and high is not None and low >= high:
        yield ("bounds",), "minimum must be below maximum"
    if indicator.kind is Kind.RATE and (low is None or high is None):
        yield ("bounds",), "a rate needs both bounds, usually {minimum: 0, maximum: 100}"
    if indicator.kind in (Kind.COUNT_STOCK, Kind.COUNT_FLOW) and (low is None or low < 0):
        yield ("bounds",), "a count needs a minimum of 0 or more"


def _aggregation(indicator: Indicator) -> Iterator[Breach]:
    rules = {"national": indicator.national.value, "quarter": indicator.quarter.value}
    has_parts = indicator.numerator is not None and indicator.denominator is not None
    for key, rule in rules.items():
        if rule in (NationalRule.RATIO_OF_SUMS, QuarterRule.RATIO_OF_SUMS) and not has_parts:
            yield (key,), "ratio_of_sums needs numerator and denominator"
        if rule == "sum" and indicator.kind not in (Kind.COUNT_STOCK, Kind.COUNT_FLOW):
            yield (key,), f"only counts can be summed, this is a {indicator.kind.value}"
    if indicator.national is NationalRule.WEIGHTED_MEAN and indicator.denominator is None:
        yield ("national",), "weighted_mean needs a denominator: the weights"


def _target(indicator: Indicator) -> Iterator[Breach]:
    target = indicator.target
    if target is not None and target.value is not None and not target.source.strip():
        yield ("target", "source"), "a target with a value needs its source"


def _levels(indicator: Indicator) -> Iterator[Breach]:
    for index, level in enumerate(indicator.levels):
        if level not in LEVELS:
            yield ("levels", index), f"{level!r} is none of {', '.join(LEVELS)}"


def _comparisons(indicator: Indicator) -> Iterator[Breach]:
    if indicator.ranks and indicator.kind is not Kind.RANK:
        yield ("ranks",), f"only a rank ranks an indicator, this is a {indicator.kind.value}"
    if indicator.change_of and indicator.unit not in CHANGE_UNITS:
        yield ("change_of",), f"a change is in {' or '.join(CHANGE_UNITS)}, this is in {indicator.unit}"
    if indicator.other_denominators and indicator.kind is not Kind.RATE:
        yield ("other_denominators",), f"only a rate has a denominator, this is a {indicator.kind.value}"
