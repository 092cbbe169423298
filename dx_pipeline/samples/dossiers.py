"""Sample figures of dossiers: received by channel, resolved and pending, for a province and its communes.

Channels sum to what was received, resolved is early or on time plus late, and what is pending at the end
of a month is carried into the next. National totals and rates meet what was published.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from dx_pipeline.periods import add_months, months_between
from dx_pipeline.samples.chance import apportion, part_of
from dx_pipeline.samples.published import PublishedFigure
from dx_pipeline.samples.timeline import ANCHOR_MONTH, Timeline, months_apart

ALL, COMMUNES = "all", "commune_level"
MONTHLY_TOTAL = 3_750_000  # over all provinces, where no total is published
ONLINE_STEP = 0.35  # points a month
LOWEST, HIGHEST = 72.0, 96.0  # online rates in the month they are drawn for
GAP = 1.0  # points kept between a published rate and the drawn rates ranked around it


@dataclass(frozen=True, slots=True)
class DossierFigures:
    """One province, scope and month."""

    received: int
    online: int
    direct: int
    post: int
    done_on_time: int
    done_late: int
    pending: int

    @property
    def done(self) -> int:
        """Resolved, whether on time or late."""
        return self.done_on_time + self.done_late

    def by_indicator(self) -> dict[str, int]:
        """The figures by indicator code."""
        return {
            "DOS_RECV_CNT": self.received,
            "DOS_RECV_ONLINE_CNT": self.online,
            "DOS_RECV_DIRECT_CNT": self.direct,
            "DOS_RECV_POST_CNT": self.post,
            "DOS_DONE_CNT": self.done,
            "DOS_DONE_ONTIME_CNT": self.done_on_time,
            "DOS_DONE_LATE_CNT": self.done_late,
            "DOS_PEND_CNT": self.pending,
        }


class Dossiers:
    """The dossier figures of every province, month by month.

    Args:
        communes: Number of communes by province code.
        timeline: Published figures and seeded draws.
    """

    def __init__(self, communes: Mapping[str, int], timeline: Timeline) -> None:
        self._communes = communes
        self._timeline = timeline
        self._chance = timeline.chance
        self._received: dict[date, dict[str, int]] = {}

    def of(self, province: str, month: date, scope: str = ALL) -> DossierFigures:
        """The figures of one province; ``commune_level`` counts its communes' offices only."""
        before = add_months(month, -1)
        opening = self._pending(province, before, scope)
        pending = self._pending(province, month, scope)
        received = self._received_by(province, month, scope)
        done = received + opening - pending
        late = part_of(
            done,
            self._chance.between(0.8, 3.2, "late", province)
            + self._chance.between(0, 0.3, "late", province, month),
        )
        online = self._online(province, month, scope)
        post = part_of(received - online, self._chance.between(6, 20, "post", province))
        return DossierFigures(
            received=received,
            online=online,
            direct=received - online - post,
            post=post,
            done_on_time=done - late,
            done_late=late,
            pending=pending,
        )

    def online_rate(self, province: str, month: date) -> float:
        """The share submitted online that the counts are made to show, in percent."""
        figure = self._timeline.published.first("DOS_ONLINE_RATE", province)
        if figure and figure.value is not None:
            return figure.value + ONLINE_STEP * months_apart(figure.month, month)
        anchor = self._ranked.month if self._ranked else ANCHOR_MONTH
        low, high = self._online_range(province)
        start = self._chance.between(low, high, "DOS_ONLINE_RATE", province)
        return start + ONLINE_STEP * months_apart(anchor, month)

    def _received_by(self, province: str, month: date, scope: str) -> int:
        everywhere = self._received_in(month)[province]
        if scope == ALL:
            return everywhere
        return part_of(everywhere, self._chance.between(69, 79, "commune share", province))

    def _received_in(self, month: date) -> dict[str, int]:
        if month not in self._received:
            weights = {
                code: count
                * self._chance.between(0.75, 1.25, "dossiers", code)
                * self._chance.between(0.97, 1.03, "dossiers", code, month)
                for code, count in self._communes.items()
            }
            self._received[month] = apportion(self._national_total(month), weights)
        return self._received[month]

    def _national_total(self, month: date) -> int:
        """The published cumulative total split over its months; a plain level outside them."""
        figure = self._timeline.published.first("DOS_RECV_CNT")
        if figure and figure.accumulates_from and figure.accumulates_from <= month <= figure.month:
            months = list(months_between(figure.accumulates_from, figure.month))
            split = apportion(round(figure.value or 0), {str(item): self._season(item) for item in months})
            return split[str(month)]
        return round(MONTHLY_TOTAL * self._season(month))

    def _season(self, month: date) -> float:
        return self._chance.between(0.96, 1.04, "season", month)

    def _pending(self, province: str, month: date, scope: str) -> int:
        share = self._chance.between(9, 14, "pending", province)
        return part_of(self._received_by(province, month, scope), share)

    def _online(self, province: str, month: date, scope: str) -> int:
        rate = self.online_rate(province, month)
        if scope == COMMUNES:
            rate = self._commune_rate(province, month, rate)
        return part_of(self._received_by(province, month, scope), rate)

    def _commune_rate(self, province: str, month: date, rate: float) -> float:
        figure = self._timeline.published.first("DOS_ONLINE_RATE", province, COMMUNES)
        if figure and figure.value is not None:
            return figure.value + ONLINE_STEP * months_apart(figure.month, month)
        return rate + self._chance.between(0.2, 1.4, "commune rate", province)

    @cached_property
    def _ranked(self) -> PublishedFigure | None:
        """The published rank on the online rate, which the other provinces are arranged around."""
        ranks = (self._timeline.published.first("DOS_ONLINE_RANK", code) for code in self._communes)
        return next((figure for figure in ranks if figure), None)

    @cached_property
    def _ahead(self) -> frozenset[str]:
        """As many provinces as the published rank says are better."""
        if not self._ranked or self._ranked.value is None:
            return frozenset()
        published = self._timeline.published
        free = [code for code in self._communes if not published.first("DOS_ONLINE_RATE", code)]
        drawn = sorted(free, key=lambda code: self._chance.between(0, 1, "ahead", code))
        return frozenset(drawn[: round(self._ranked.value) - 1])

    def _online_range(self, province: str) -> tuple[float, float]:
        if not self._ranked:
            return LOWEST, HIGHEST
        rate = self._timeline.published.value("DOS_ONLINE_RATE", self._ranked.area_code, self._ranked.month)
        if rate is None:
            return LOWEST, HIGHEST
        if province in self._ahead:
            return rate + GAP, max(rate + GAP, HIGHEST)
        return LOWEST, rate - GAP
