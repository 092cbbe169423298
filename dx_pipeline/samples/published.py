"""The figures that were really published, as the samples must leave them: what to lead up to, what to omit.

Reads the bulletin files of ``data/samples``; checking and storing them is the pipeline's business.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from dx_pipeline.failures import PermanentError
from dx_pipeline.periods import MERGER_DATE

BULLETINS = "national_bulletin"
NATION = "VN"


@dataclass(frozen=True, slots=True)
class PublishedFigure:
    """One published figure; ``value`` is None for a status."""

    indicator_code: str
    area_code: str
    scope: str
    month: date
    accumulates_from: date | None
    value: float | None


class PublishedFigures:
    """The published figures by indicator, area, scope and month."""

    def __init__(self, figures: list[PublishedFigure]) -> None:
        self.figures = tuple(figures)
        self._by_key = {(f.indicator_code, f.area_code, f.scope, f.month): f for f in figures}

    @classmethod
    def read(cls, published: Path) -> PublishedFigures:
        """The figures of every bulletin file below ``published``.

        Raises:
            PermanentError: There is no bulletin file, or a line cannot be read; names file and line.
        """
        folder = published / BULLETINS
        files = sorted(folder.glob("**/*.csv"))
        if not files:
            raise PermanentError(
                f"{folder}: no bulletin file here; name the folder of published figures (data/samples)",
                f"{folder}: không có tệp số liệu công bố; hãy chỉ đúng thư mục data/samples.",
            )
        return cls([figure for path in files for figure in _read_file(path)])

    def value(self, indicator_code: str, area_code: str, month: date, scope: str = "all") -> float | None:
        """The published value for that month, or None."""
        figure = self._by_key.get((indicator_code, area_code, scope, month))
        return figure.value if figure else None

    def first(
        self, indicator_code: str, area_code: str = NATION, scope: str = "all"
    ) -> PublishedFigure | None:
        """The earliest published number of an indicator and area; of a province, since the merger.

        Before it the same code may have been another province's.
        """
        found = [
            f
            for f in self.figures
            if (f.indicator_code, f.area_code, f.scope) == (indicator_code, area_code, scope)
            and f.value is not None
            and (area_code == NATION or f.month >= MERGER_DATE)
        ]
        return min(found, key=lambda figure: figure.month, default=None)

    def of_month(self, area_code: str, month: date) -> set[tuple[str, str]]:
        """Indicator and scope of every figure published for that area and month."""
        return {
            (f.indicator_code, f.scope) for f in self.figures if (f.area_code, f.month) == (area_code, month)
        }


def _read_file(path: Path) -> list[PublishedFigure]:
    with path.open(encoding="utf-8", newline="") as file:
        lines = csv.DictReader(file)
        try:
            return [_figure(row) for row in lines]
        except (KeyError, ValueError) as error:
            raise PermanentError(
                f"{path}, line {lines.line_num}: unreadable published figure ({error})"
            ) from error


def _figure(row: dict[str, str]) -> PublishedFigure:
    return PublishedFigure(
        indicator_code=row["indicator_code"],
        area_code=row["area_code"],
        scope=row["scope"],
        month=date.fromisoformat(row["period_start"]),
        accumulates_from=date.fromisoformat(row["accumulates_from"]) if row["accumulates_from"] else None,
        value=_number(row["value"]),
    )


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
