"""The old provinces that each of the 34 was made of, and how its sample figures are split over them.

How the old provinces shared in anything is not in the reference, so the shares are seeded draws. They are fixed over
the months, and every split sums exactly: the series of the 34 continue through the merger, and nothing falls.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from dx_pipeline.samples.chance import Chance, apportion_steadily, apportion_within

if TYPE_CHECKING:
    from dx_pipeline.catalogue.geography import Geography

LIGHTEST, HEAVIEST = 0.7, 1.3  # weights among the predecessors of one province
LOWEST_LEVEL, HIGHEST_LEVEL = (
    0.94,
    1.03,
)  # of what is counted in each province and never summed, on today's level
NARROW, WIDE = 0.03, 0.3  # how far rates of predecessors differ from each other, relative


class Predecessors:
    """Splits what belongs to one of the 34 provinces over the old provinces in it.

    Args:
        geography: Says which old province became part of which.
        chance: Seeded draws; codes here are the old ones.
    """

    def __init__(self, geography: Geography, chance: Chance) -> None:
        self._chance = chance
        self._of: dict[str, tuple[str, ...]] = {}
        self._successors = {step.old_code: step.new_code for step in geography.crosswalk}
        for old, new in self._successors.items():
            self._of[new] = (*self._of.get(new, ()), old)

    @property
    def new_codes(self) -> tuple[str, ...]:
        """The provinces that there is something of to split."""
        return tuple(self._of)

    def successor(self, old: str) -> str:
        """The code of the province that the old province ``old`` is in."""
        return self._successors[old]

    def share(self, new: str, total: int, key: str = "", spread: float = 0.0) -> dict[str, int]:
        """``total`` by old province; with a ``key``, weights differ by up to ``spread`` from the fixed ones."""
        weights = {
            old: self._chance.between(LIGHTEST, HEAVIEST, "old province", old)
            * self._factor(old, key, spread)
            for old in self._of[new]
        }
        return apportion_steadily(total, weights)

    def part(
        self, total: int, wholes: Mapping[str, int], key: str = "", spread: float = 0.0
    ) -> dict[str, int]:
        """``total`` by old province as a part of ``wholes``, none above its whole.

        The rates, part of whole, differ between the old provinces by up to ``spread``, relative to each other.
        """
        weights = {old: whole * self._factor(old, key, spread) for old, whole in wholes.items()}
        return apportion_within(total, weights, wholes)

    def levels(self, new: str, count: int) -> dict[str, int]:
        """A count that each old province has of its own, near that of today's; the same where nothing merged."""
        olds = self._of[new]
        if len(olds) == 1:
            return {olds[0]: count}
        return {
            old: round(count * self._chance.between(LOWEST_LEVEL, HIGHEST_LEVEL, "old level", old))
            for old in olds
        }

    def _factor(self, old: str, key: str, spread: float) -> float:
        return self._chance.between(1 - spread, 1 + spread, "old factor", key, old) if spread else 1.0
