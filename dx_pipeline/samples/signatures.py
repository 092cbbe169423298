"""Sample figures of digital signatures: certificates, adults with a signature, adult population.

National sums meet the published adoption rate and its change; the split over provinces follows the
number of communes and is not a fact about any province.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from dx_pipeline.samples.chance import Chance, apportion
from dx_pipeline.samples.published import NATION, PublishedFigures
from dx_pipeline.samples.timeline import months_apart

ADULTS_PER_COMMUNE = 22_000
CERTIFICATES_PER_COMMUNE = 6_600
LATER_GROWTH_PP = 1.1  # after the last published month
LATER_GROWTH_PCT = 3.0


@dataclass(frozen=True, slots=True)
class SignatureFigures:
    """One province and month."""

    certificates: int
    adults_with_signature: int
    adult_population: int


class Signatures:
    """The signature figures of every province, month by month.

    Args:
        communes: Number of communes by province code.
        published: Gives the national rate, its change and the growth of certificates.
        chance: Seeded draws.
    """

    def __init__(self, communes: Mapping[str, int], published: PublishedFigures, chance: Chance) -> None:
        anchor = published.first("DSIG_ADULT_RATE")
        self._anchor = anchor.month if anchor else date(2025, 8, 1)
        self._rate = anchor.value if anchor and anchor.value else 36.0
        self._change = published.value("DSIG_ADULT_CHG_PP", NATION, self._anchor) or LATER_GROWTH_PP
        self._growth = published.value("DSIG_CERT_MOM", NATION, self._anchor) or LATER_GROWTH_PCT
        self._population = {
            code: round(count * ADULTS_PER_COMMUNE * chance.between(0.8, 1.2, "adults", code))
            for code, count in communes.items()
        }
        self._adult_weights = {
            code: people * chance.between(0.75, 1.3, "adoption", code)
            for code, people in self._population.items()
        }
        self._certificate_weights = {
            code: weight * chance.between(0.8, 1.2, "certificates", code)
            for code, weight in self._adult_weights.items()
        }
        self._certificates = CERTIFICATES_PER_COMMUNE * sum(communes.values())

    def of_month(self, month: date) -> dict[str, SignatureFigures]:
        """The figures of every province in ``month``."""
        steps = months_apart(self._anchor, month)
        rate = self._rate + steps * (self._change if steps < 0 else LATER_GROWTH_PP)
        growth = 1 + (self._growth if steps < 0 else LATER_GROWTH_PCT) / 100
        adults = apportion(round(sum(self._population.values()) * rate / 100), self._adult_weights)
        certificates = apportion(round(self._certificates * growth**steps), self._certificate_weights)
        return {
            code: SignatureFigures(certificates[code], adults[code], people)
            for code, people in self._population.items()
        }
