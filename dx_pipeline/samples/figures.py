"""The figures of every sample workbook and registry line, consistent with what was really published.

Figures are made for whatever the catalogue asks a province for: here for the 34 provinces, from which those of the
63 before the merger follow (``old_figures.py``). Writing files is ``landing_files.py``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from dx_pipeline.catalogue.models import Indicator, Kind, Part
from dx_pipeline.periods import MERGER_DATE
from dx_pipeline.samples.chance import Chance, part_of, percent
from dx_pipeline.samples.dossiers import ALL, COMMUNES, Dossiers
from dx_pipeline.samples.old_figures import OldFigures, Values
from dx_pipeline.samples.predecessors import Predecessors
from dx_pipeline.samples.profile import CountProfile, RateProfile, load_profile
from dx_pipeline.samples.published import PublishedFigures
from dx_pipeline.samples.signatures import SignatureFigures, Signatures
from dx_pipeline.samples.timeline import Timeline

if TYPE_CHECKING:
    from dx_pipeline.catalogue.geography import Province
    from dx_pipeline.catalogue.loading import Catalogue

SUBMISSION = "provincial_submission"


@dataclass(frozen=True, slots=True)
class _Case:
    """One province, month and scope, and the counts known for it so far."""

    province: str
    month: date
    scope: str
    counts: dict[str, int] = field(default_factory=dict)


class SampleFigures:
    """Sample figures of the provinces of any month: the 63 old ones before the merger, the 34 since.

    Args:
        catalogue: Says which indicators and scopes a workbook asks for.
        published: What was really published: led up to, summed up to, and never restated.
        seed: The same seed gives the same figures.
    """

    def __init__(self, catalogue: Catalogue, published: PublishedFigures, seed: int) -> None:
        self.provinces = catalogue.geography.provinces_on(MERGER_DATE)
        self._geography = catalogue.geography
        self._communes = {unit.code: unit.communes_count for unit in self.provinces}
        self._asked = [item for item in catalogue.indicators.values() if SUBMISSION in item.sources]
        self._published = published
        self._profile = load_profile()
        chance = Chance(seed)
        self._timeline = Timeline(published, chance)
        self._dossiers = Dossiers(self._communes, self._timeline)
        self._signatures = Signatures(self._communes, published, chance)
        predecessors = Predecessors(catalogue.geography, chance)
        self._old = OldFigures(self._asked, predecessors, self._dossiers, self._signatures, self._of_the_34)

    def provinces_in(self, month: date) -> tuple[Province, ...]:
        """The provinces that report for ``month``, by code."""
        return self._geography.provinces_on(month)

    def submitted(self, province: str, month: date) -> Values:
        """What the province's sample workbook says: everything but what was published for it that month."""
        known = self._published.of_month(province, month)
        figures = self.complete(province, month)
        return {key: value for key, value in figures.items() if (key[0], key[2]) not in known}

    def signatures(self, month: date) -> dict[str, SignatureFigures]:
        """The registry's figures by province; the workbooks repeat them."""
        made = self._old.signatures if month < MERGER_DATE else self._signatures.of_month
        return made(month)

    def complete(self, province: str, month: date) -> Values:
        """Every figure asked for, keyed by indicator, role and scope, published ones included.

        Counts have a value; rates have their numerator, denominator and the value stated from them.
        ``province`` is a code of that month: 44 is Quảng Bình before the merger and Quảng Trị since.
        """
        made = self._old.complete if month < MERGER_DATE else self._of_the_34
        return made(province, month)

    def _of_the_34(self, province: str, month: date) -> Values:
        """The figures of one of the 34 provinces, in a month before the merger what its predecessors sum to."""
        values: Values = {}
        for scope in sorted({scope for item in self._asked for scope in item.scopes}):
            case = _Case(province, month, scope)
            case.counts.update(self._counts(case))
            for item in self._asked:
                if scope in item.scopes:
                    values |= self._figures_of(item, case)
        return values

    def _figures_of(self, indicator: Indicator, case: _Case) -> Values:
        code, scope = indicator.code, case.scope
        if indicator.kind is Kind.RATE:
            numerator, denominator = self._parts(indicator, case)
            return {
                (code, "numerator", scope): numerator,
                (code, "denominator", scope): denominator,
                (code, "value", scope): percent(numerator, denominator),
            }
        return {(code, "value", scope): case.counts[code]} if code in case.counts else {}

    def _counts(self, case: _Case) -> dict[str, int]:
        """The counts of one scope by indicator."""
        known: dict[str, int] = {}
        if case.scope in (ALL, COMMUNES):
            known |= self._dossiers.of(case.province, case.month, case.scope).by_indicator()
        if case.scope == ALL:
            known["DSIG_CERT_CNT"] = self._signatures.of_month(case.month)[case.province].certificates
        made = {
            item.code: self._count(item.code, case)
            for item in self._asked
            if item.kind in (Kind.COUNT_STOCK, Kind.COUNT_FLOW) and case.scope in item.scopes
        }
        return made | self._tasks(made, case) | known

    def _count(self, code: str, case: _Case) -> int:
        profile: CountProfile = self._profile.counts.get(code, self._profile.other_counts)
        size = self._communes[case.province] if profile.per_commune else 1
        low, high = (bound * size for bound in profile.level)
        return self._timeline.count(
            (code, case.province, case.scope), case.month, (low, high), profile.growth_pct
        )

    def _tasks(self, made: dict[str, int], case: _Case) -> dict[str, int]:
        """Assigned = done + in progress + overdue; done only grows."""
        if "TASK_ASSIGNED_CNT" not in made:
            return {}
        assigned = made["TASK_ASSIGNED_CNT"]
        done_pct = self._timeline.rate(("TASK_DONE_CNT", case.province, case.scope), case.month, (30, 45), 7)
        done = part_of(assigned, done_pct)
        overdue_pct = self._timeline.chance.between(2, 12, "TASK_OVERDUE_CNT", case.province)
        overdue = part_of(assigned - done, overdue_pct)
        return {
            "TASK_DONE_CNT": done,
            "TASK_OVERDUE_CNT": overdue,
            "TASK_INPROG_CNT": assigned - done - overdue,
        }

    def _parts(self, indicator: Indicator, case: _Case) -> tuple[int, int]:
        """Numerator and denominator of a rate: counts of other indicators where the catalogue links them."""
        if indicator.code == "DSIG_ADULT_RATE":
            item = self._signatures.of_month(case.month)[case.province]
            return item.adults_with_signature, item.adult_population
        profile: RateProfile = self._profile.rates.get(indicator.code, self._profile.other_rates)
        denominator = _linked(indicator.denominator, case)
        if denominator is None:
            denominator = self._whole(profile, case)
        numerator = _linked(indicator.numerator, case)
        if numerator is None:
            series = (indicator.code, case.province, case.scope)
            numerator = part_of(
                denominator, self._timeline.rate(series, case.month, profile.level, profile.step)
            )
        return numerator, denominator

    def _whole(self, profile: RateProfile, case: _Case) -> int:
        if profile.of in case.counts:
            return part_of(case.counts[profile.of], profile.share_pct)
        return max(round(profile.per_commune * self._communes[case.province]), 1)


def _linked(part: Part | None, case: _Case) -> int | None:
    return case.counts.get(part.indicator) if part and part.indicator else None
