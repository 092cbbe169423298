"""The small sums that the catalogue writes about a table's columns: ``a + b``, ``total = a + b``, ``a / (b + c)``.

Names and their order only; which columns exist is asked by ``table_checks.py``, the adding up happens in ingest.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_NAME = re.compile(r"[a-z][a-z0-9_]*")


@dataclass(frozen=True, slots=True)
class Equation:
    """Two sums of columns that are equal in every row of a form."""

    left: tuple[str, ...]
    right: tuple[str, ...]

    @property
    def fields(self) -> tuple[str, ...]:
        """Every column that takes part."""
        return (*self.left, *self.right)

    def __str__(self) -> str:
        return f"{' + '.join(self.left)} = {' + '.join(self.right)}"


@dataclass(frozen=True, slots=True)
class Ratio:
    """A share as a form prints it beside its counts: sum over sum."""

    numerator: tuple[str, ...]
    denominator: tuple[str, ...]


def parse_sum(text: str) -> tuple[str, ...]:
    """The fields of ``early + on_time``; parentheses around the whole are allowed.

    Raises:
        ValueError: It is not fields joined by ``+``.
    """
    bare = text.strip()
    if bare.startswith("(") and bare.endswith(")"):
        bare = bare[1:-1]
    names = tuple(part.strip() for part in bare.split("+"))
    if not all(_NAME.fullmatch(name) for name in names):
        raise ValueError(f"{text!r} is not a sum of fields such as 'early + on_time'")
    return names


def parse_equation(text: str) -> Equation:
    """The two sides of ``total = a + b``.

    Raises:
        ValueError: There is not exactly one ``=`` between two sums of fields.
    """
    sides = text.split("=")
    if len(sides) != 2:
        raise ValueError(f"{text!r} is not an equation such as 'total = a + b'")
    return Equation(parse_sum(sides[0]), parse_sum(sides[1]))


def parse_ratio(text: str) -> Ratio:
    """The parts of ``online / (online + direct)``.

    Raises:
        ValueError: There is not exactly one ``/`` between two sums of fields.
    """
    parts = text.split("/")
    if len(parts) != 2:
        raise ValueError(f"{text!r} is not a ratio such as 'online / (online + direct)'")
    return Ratio(parse_sum(parts[0]), parse_sum(parts[1]))
