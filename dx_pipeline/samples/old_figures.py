"""The figures of the 63 old provinces before the merger: those of the 34 provinces, led back and split.

Which figures are split and which each old province has of its own follows the indicator's national rule: what the
catalogue sums over provinces sums over predecessors as well. Shares are drawn in ``predecessors.py``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date

from dx_pipeline.catalogue.models import Indicator, Kind, NationalRule, Part
from dx_pipeline.samples.chance import part_of, percent
from dx_pipeline.samples.dossiers import ALL, COMMUNES, Dossiers
from dx_pipeline.samples.old_dossiers import OldDossiers
from dx_pipeline.samples.predecessors import NARROW, WIDE, Predecessors
from dx_pipeline.samples.profile import load_profile
from dx_pipeline.samples.signatures import SignatureFigures, Signatures

Key = tuple[str, str, str]  # indicator, role, scope
Values = dict[Key, float]
Split = dict[str, int]  # by old province


@dataclass(frozen=True, slots=True)
class _Case:
    """One of the 34 provinces, a month and a scope: what there is to split, and the counts split so far."""

    new: str
    month: date
    scope: str
    whole: Values
    counts: dict[str, Split] = field(default_factory=dict)

    def figure(self, code: str, role: str = "value") -> int:
        """A count, numerator or denominator of the province of today."""
        return round(self.whole[code, role, self.scope])


class OldFigures:
    """Sample figures of the old provinces.

    Args:
        asked: The indicators that a workbook asks for.
        predecessors: How figures are split.
        dossiers: Those of the 34 provinces.
        signatures: Those of the 34 provinces.
        complete: Every figure of one of the 34 provinces in a month, also in one before the merger.
    """

    def __init__(
        self,
        asked: Iterable[Indicator],
        predecessors: Predecessors,
        dossiers: Dossiers,
        signatures: Signatures,
        complete: Callable[[str, date], Values],
    ) -> None:
        self._asked = tuple(asked)
        self._predecessors = predecessors
        self._dossiers = OldDossiers(dossiers, predecessors)
        self._signatures = signatures
        self._complete = complete
        self._done: dict[tuple[str, date], dict[str, Values]] = {}

    def complete(self, province: str, month: date) -> Values:
        """Every figure asked of the old province, keyed by indicator, role and scope."""
        new = self._predecessors.successor(province)
        if (new, month) not in self._done:
            self._done[new, month] = self._split(new, month)
        return self._done[new, month][province]

    def signatures(self, month: date) -> dict[str, SignatureFigures]:
        """The registry's figures by old province."""
        of_today = self._signatures.of_month(month)
        return {
            old: figures
            for new in self._predecessors.new_codes
            for old, figures in self._split_signatures(new, of_today[new]).items()
        }

    def _split(self, new: str, month: date) -> dict[str, Values]:
        """Every figure of the old provinces that are in ``new`` today."""
        whole = self._complete(new, month)
        split: dict[str, Values] = {}
        for scope in sorted({scope for item in self._asked for scope in item.scopes}):
            case = _Case(new, month, scope, whole)
            case.counts.update(self._counts(case))
            for item in self._asked:
                if scope in item.scopes:
                    for old, values in self._figures_of(item, case).items():
                        split.setdefault(old, {}).update(values)
        return split

    def _figures_of(self, indicator: Indicator, case: _Case) -> dict[str, Values]:
        code, scope = indicator.code, case.scope
        if indicator.kind is Kind.RATE:
            numerators, denominators = self._parts(indicator, case)
            return {
                old: {
                    (code, "numerator", scope): numerators[old],
                    (code, "denominator", scope): denominator,
                    (code, "value", scope): percent(numerators[old], denominator),
                }
                for old, denominator in denominators.items()
            }
        return {old: {(code, "value", scope): count} for old, count in case.counts.get(code, {}).items()}

    def _counts(self, case: _Case) -> dict[str, Split]:
        """The counts of one scope by indicator and old province."""
        known: dict[str, Split] = {}
        if case.scope in (ALL, COMMUNES):
            for old, figures in self._dossiers.of(case.new, case.month, case.scope).items():
                for code, count in figures.by_indicator().items():
                    known.setdefault(code, {})[old] = count
        if case.scope == ALL:
            signatures = self._split_signatures(case.new, self._signatures.of_month(case.month)[case.new])
            known["DSIG_CERT_CNT"] = {old: item.certificates for old, item in signatures.items()}
        made = {
            item.code: self._count(item, case)
            for item in self._asked
            if item.kind in (Kind.COUNT_STOCK, Kind.COUNT_FLOW) and case.scope in item.scopes
        }
        return made | self._tasks(made, case) | known

    def _count(self, indicator: Indicator, case: _Case) -> Split:
        count = case.figure(indicator.code)
        if indicator.national is NationalRule.SUM:
            return self._predecessors.share(case.new, count)
        return self._predecessors.levels(case.new, count)

    def _tasks(self, made: dict[str, Split], case: _Case) -> dict[str, Split]:
        """Assigned = done + in progress + overdue; done only grows."""
        if not {"TASK_ASSIGNED_CNT", "TASK_DONE_CNT", "TASK_OVERDUE_CNT"} <= made.keys():
            return {}
        assigned = made["TASK_ASSIGNED_CNT"]
        done = self._predecessors.part(case.figure("TASK_DONE_CNT"), assigned)
        left = {old: count - done[old] for old, count in assigned.items()}
        overdue = self._predecessors.part(case.figure("TASK_OVERDUE_CNT"), left)
        return {
            "TASK_DONE_CNT": done,
            "TASK_OVERDUE_CNT": overdue,
            "TASK_INPROG_CNT": {old: count - overdue[old] for old, count in left.items()},
        }

    def _parts(self, indicator: Indicator, case: _Case) -> tuple[Split, Split]:
        """Numerators and denominators of a rate: counts of other indicators where the catalogue links them."""
        code = indicator.code
        if code == "DSIG_ADULT_RATE":
            items = self._split_signatures(case.new, self._signatures.of_month(case.month)[case.new])
            return (
                {old: item.adults_with_signature for old, item in items.items()},
                {old: item.adult_population for old, item in items.items()},
            )
        denominators = _linked(indicator.denominator, case) or self._wholes(code, case)
        numerators = _linked(indicator.numerator, case)
        if numerators is None and sum(denominators.values()) == case.figure(code, "denominator"):
            numerators = self._predecessors.part(case.figure(code, "numerator"), denominators, code, NARROW)
        if numerators is None:  # a share of what is never summed, as of the services
            rate = 100 * case.figure(code, "numerator") / max(case.figure(code, "denominator"), 1)
            numerators = {old: part_of(whole, rate) for old, whole in denominators.items()}
        return numerators, denominators

    def _wholes(self, code: str, case: _Case) -> Split:
        total = case.figure(code, "denominator")
        profile = load_profile()
        counted = case.counts.get(profile.rates.get(code, profile.other_rates).of or "")
        if counted and sum(counted.values()) >= total:
            return self._predecessors.part(total, counted, f"{code} whole", NARROW)
        return self._predecessors.share(case.new, total)

    def _split_signatures(self, new: str, figures: SignatureFigures) -> dict[str, SignatureFigures]:
        population = self._predecessors.share(new, figures.adult_population)
        adults = self._predecessors.part(figures.adults_with_signature, population, "adoption", WIDE)
        certificates = self._predecessors.share(new, figures.certificates, "certificates", WIDE)
        return {
            old: SignatureFigures(certificates[old], adults[old], people)
            for old, people in population.items()
        }


def _linked(part: Part | None, case: _Case) -> Split | None:
    return case.counts.get(part.indicator) if part and part.indicator else None
