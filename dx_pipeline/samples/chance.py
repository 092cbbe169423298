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


def apportion_steadily(total: int, weights: Mapping[str, float]) -> dict[str, int]:
    """Splits ``total`` as ``apportion`` does, but so that no share falls when ``total`` grows.

    Each unit goes to the highest ``weight / (2 x share + 1)`` (Webster, Sainte-Laguë), which also gives nobody more
    than a whole-number weight as long as ``total`` is no more than their sum. Largest remainders promise neither.
    """
    counts = dict.fromkeys(weights, 0)
    if total > len(weights):  # what these are given without looking, the rule would give them, too
        whole = sum(weights.values())
        counts = {key: round((total - len(weights)) * weight / whole) for key, weight in weights.items()}
    for _ in range(total - sum(counts.values())):
        counts[max(counts, key=lambda key: (weights[key] / (2 * counts[key] + 1), key))] += 1
    return counts


def apportion_within(total: int, weights: Mapping[str, float], limits: Mapping[str, int]) -> dict[str, int]:
    """Splits ``total`` by ``weights`` with no share above its limit; what one cannot take goes to the others.

    Raises:
        ValueError: ``total`` is more than all limits together.
    """
    if total > sum(limits[key] for key in weights):
        raise ValueError(f"{total} is more than the limits {dict(limits)}")
    counts = apportion_steadily(total, weights)
    full = {key: limits[key] for key, count in counts.items() if count > limits[key]}
    if not full:
        return counts
    others = {key: weight for key, weight in weights.items() if key not in full}
    return full | apportion_within(total - sum(full.values()), others, limits)


def percent(numerator: float, denominator: float) -> float:
    """The rate in percent, rounded to two decimals as a province would state it."""
    return round(100 * numerator / denominator, 2) if denominator else 0.0


def part_of(whole: int, rate: float) -> int:
    """The count that is ``rate`` percent of ``whole``, never outside 0 to ``whole``."""
    return min(max(round(whole * rate / 100), 0), whole)
