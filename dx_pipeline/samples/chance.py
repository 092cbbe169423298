"""Seeded draws and exact apportionment: everything random or rounded that the samples are made with.

A draw depends on the seed and on what it is for, never on the order of calls, so adding a province or
an indicator changes no other figure.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

_RESOLUTION = 2**64


@dataclass(frozen=True, slots=True)
class Chance:
    """Draws that come out the same for the same seed and key."""

    seed: int

    def between(self, low: float, high: float, *key: object) -> float:
        """A number from ``low`` to ``high`` that belongs to ``key``."""
        text = "\x1f".join(map(str, (self.seed, *key)))
        share = int.from_bytes(hashlib.sha256(text.encode()).digest()[:8]) / _RESOLUTION
        return low + (high - low) * share


def apportion(total: int, weights: Mapping[str, float]) -> dict[str, int]:
    """Splits ``total`` by ``weights`` into whole numbers that sum to it exactly (largest remainders)."""
    whole = sum(weights.values())
    shares = {key: total * weight / whole for key, weight in weights.items()}
    counts = {key: int(share) for key, share in shares.items()}
    by_remainder = sorted(shares, key=lambda key: (counts[key] - shares[key], key))
    for key in by_remainder[: total - sum(counts.values())]:
        counts[key] += 1
    return counts


def percent(numerator: float, denominator: float) -> float:
    """The rate in percent, rounded to two decimals as a province would state it."""
    return round(100 * numerator / denominator, 2) if denominator else 0.0


def part_of(whole: int, rate: float) -> int:
    """The count that is ``rate`` percent of ``whole``, never outside 0 to ``whole``."""
    return min(max(round(whole * rate / 100), 0), whole)
