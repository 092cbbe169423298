"""The outcome of a comparison as a sentence in both languages, with its numbers; the sentences are ``words.yaml``."""

from __future__ import annotations

from datetime import date
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

import yaml

from dx_pipeline.periods import month_end, month_label, quarter_label

if TYPE_CHECKING:
    from dx_pipeline.catalogue.loading import Catalogue

Row = dict[str, Any]
LANGUAGES = ("vi", "en")
_DECIMALS = 4
_TO_VIETNAMESE = str.maketrans(",.", ".,")


class Words:
    """Says what came out of a comparison, with the names that the catalogue has."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    def of(self, row: Row) -> tuple[str, str]:
        """The explanation of one row of ``compared.sql``, in Vietnamese and in English."""
        vi, en = (self._sentence(row, language) for language in LANGUAGES)
        return vi, en

    def _sentence(self, row: Row, language: str) -> str:
        known = self._known(row, language)
        key = f"{row['comparison']}.{row['outcome']}"
        detailed = f"{key}.{row['detail']}"
        text = say(detailed if detailed in _sentences() else key, language, **known)
        if row["own_is_sample"] and row["detail"] != "only_sample":
            text += say("clause.sample", language)
        if row["comparison"] == "own_figure" and row["known_count"] is not None:
            text += say("clause.coverage", language, **known)
        if not row["is_accepted"]:
            text += say("clause.refused", language, refused=row[f"refused_{language}"])
        return text

    def _known(self, row: Row, language: str) -> dict[str, str]:
        """Every word in braces."""
        numbers = {
            name: _figure(row[column], language)
            for name, column in (
                ("tolerance", "tolerance"),
                ("last_digit", "last_digit"),
                ("difference", "difference"),
                ("other", "other_value"),
                ("lower", "lower_value"),
                ("upper", "upper_value"),
                ("known", "known_count"),
                ("expected", "expected_count"),
            )
        }
        days = {name: _day(row[name], language) for name in ("as_of", "lower_day", "upper_day")}
        own = _value(row["own_value"], row["own_status"], language)
        is_other = row["comparison"] == "own_figure" and row["has_same"] and row["outcome"] != "reconciled"
        return {
            **numbers,
            **days,
            "own": own,
            "published": _published(row, language),
            "compared": self._name(row["compared_with"], language),
            "other_code": row["other_code"] or "",
            "other_name": self._name(row["other_code"], language),
            "title": row["other_title"] or "",
            "summands": self._summands(row["summands"], language),
            "same": say("clause.same", language, own=own) if is_other else "",
            **self._whereabouts(row, language),
        }

    def _whereabouts(self, row: Row, language: str) -> dict[str, str]:
        """Where the figure that explains, or is nearest, differs from the published one."""
        start, end, since = (
            _as_day(row[f"other_{name}"]) for name in ("period_start", "period_end", "accumulates_from")
        )
        differs, lacks = (_clause(f"{name}.{row['detail']}", language) for name in ("differs", "lacks"))
        scope = row["other_scope"]
        names = self._catalogue.scopes.get(scope or "")
        shown = getattr(names, f"name_{language}") if names else scope
        is_elsewhere = scope is not None and scope != row["scope"]
        return {
            "other_period": _period(start, end, language),
            "other_start": say("clause.other_start", language, other_accumulates_from=_day(since, language))
            if since
            else "",
            "other_scope": say("clause.other_scope", language, scope_name=shown) if is_elsewhere else "",
            "differs": differs,
            "lacks": lacks,
        }

    def _name(self, code: str | None, language: str) -> str:
        indicator = self._catalogue.indicators.get(code or "")
        return str(getattr(indicator, f"name_{language}")) if indicator else code or ""

    def _summands(self, text: str | None, language: str) -> str:
        """``A=1.000000 B=2.000000`` as ``A 1 + B 2``; ``KH02_STATUS=green`` as its words."""
        pairs = [item.split("=", 1) for item in (text or "").split()]
        return " + ".join(f"{code} {_amount(value, language)}" for code, value in pairs)


@cache
def _sentences() -> dict[str, dict[str, str]]:
    text = resources.files(__package__).joinpath("words.yaml").read_text(encoding="utf-8")
    sentences: dict[str, dict[str, str]] = yaml.safe_load(text)
    return sentences


def say(key: str, language: str, **words: object) -> str:
    """The sentence of ``words.yaml`` in that language."""
    return _sentences()[key][language].format(**words)


def _clause(key: str, language: str) -> str:
    return say(key, language) if key in _sentences() else ""


def _amount(text: str, language: str) -> str:
    return (
        say(f"status.{text}", language)
        if f"status.{text}" in _sentences()
        else _figure(float(text), language)
    )


def _value(value: float | None, status: str | None, language: str) -> str:
    return say(f"status.{status}", language) if status else _figure(value, language)


def _published(row: Row, language: str) -> str:
    figure = _value(row["published_value"], row["published_status"], language)
    key = f"qualifier.{row['qualifier']}"
    return say(key, language, figure=figure) if key in _sentences() else figure


def _figure(value: float | None, language: str) -> str:
    """``1595.5`` as ``1.595,5`` in Vietnamese and ``1,595.5`` in English; a dash where there is none."""
    if value is None:
        return "–"
    text = f"{value:,.{_DECIMALS}f}".rstrip("0").rstrip(".")
    text = "0" if text in ("-0", "") else text
    return text.translate(_TO_VIETNAMESE) if language == "vi" else text


def _as_day(value: object) -> date | None:
    """A date of a frame, which pandas keeps as a moment."""
    moment: Any = value
    return None if moment is None else moment.date() if hasattr(moment, "date") else moment


def _day(value: object, language: str) -> str:
    day = _as_day(value)
    return "–" if day is None else f"{day:%d/%m/%Y}" if language == "vi" else day.isoformat()


def _period(start: date | None, end: date | None, language: str) -> str:
    if start is None or end is None:
        return "–"
    label = month_label(start) if end == month_end(start) else quarter_label(start)
    return str(getattr(label, language))
