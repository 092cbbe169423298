"""Which figures are compared, and where each table keeps them: identifiers for ``figures.sql``, from the contract.

Keys come from the contract, so that a key column added there is compared without a change here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from dx_pipeline.warehouse.contract import tables

ADOPTION = "mart.digital_signature_adoption"
# Follow from figures of other rows or other columns: they are no figures of their own, and describe none either.
_FOLLOWS = frozenset(
    {
        "rank",
        "rank_of",
        "rank_change",
        "series_break",
        "comparison_is_built",
        "change_pp",
        "change_pct",
        "comparison_is_sample",
        "adoption_change_pp",
        "certificates_change_pct",
        "provinces_reported",
        "provinces_expected",
        "months_covered",
    }
)
_FIGURE = ("value", "numerator", "denominator", "status", "qualifier")
_FACTS = (
    "as_of",
    "is_sample",
    "rule",
    "provinces_reported",
    "provinces_expected",
    "source_code",
    "vintage_at",
)
_PLACE = ("scope", "period_basis", "accumulates_from")


@dataclass(frozen=True)
class FigureTable:
    """One kind of figure of one table.

    Attributes:
        name: The table.
        depth: 0 for what was reported; what is compiled from other figures lies deeper than they do.
        area: The column of the area; empty for the nation.
        months: SQL of the number of months that a row is of.
        indicator: SQL of the indicator's code.
        columns: Figure -> column, where they are not of the same name.
    """

    name: str
    depth: int
    months: str
    area: str = ""
    indicator: str = '"indicator_code"'
    columns: Mapping[str, str] = field(default_factory=dict)

    def identifiers(self, mine: set[str], other: set[str], source: str) -> dict[str, str]:
        """What ``figures.sql`` needs to read this table from one side.

        Args:
            mine: The columns that the table has on this side.
            other: Those it has on the other side.
            source: The name of the table with its database.
        """
        contract = tables()[self.name]
        own_key = [name for name in contract.key if name in mine]
        shared_key = [name for name in own_key if name in other]
        alone = [name for name in own_key if name not in other]
        used = {*contract.key, *_FOLLOWS, *self._figure_columns()}
        described = [name for name in contract.column_names if name in mine & other and name not in used]
        place = {name: f"'{value}'" for name, value in self._constants.items()}
        return {
            "source": source,
            "table_name": f"'{self.name}'",
            "depth": str(self.depth),
            "match_key": _json(shared_key),
            "figure_key": _json(own_key),
            "occurrence": _occurrence(shared_key, alone),
            "indicator_code": self.indicator,
            "area_code": f'"{self.area}"' if self.area else "'VN'",
            "period_start": '"period_start"',
            "period_months": self.months,
            "described": f"hash({_list(described)})" if described else "0",
            **{name: place.get(name) or _column(name, mine) for name in _PLACE},
            **{name: _column(self.columns.get(name, name), mine) for name in (*_FIGURE, *_FACTS)},
        }

    def is_other_row(self, mine: set[str], other: set[str], other_source: str) -> str:
        """SQL that is true for rows that are not on the other side as they are; for all where keys differ.

        Most rows of two publications are the same, and only the others need a closer look.
        """
        contract = tables()[self.name]
        if any((name in mine) != (name in other) for name in contract.key):
            return "true"
        shared = _list(name for name in contract.column_names if name in mine & other)
        return f"hash({shared}) NOT IN (SELECT hash({shared}) FROM {other_source})"

    @property
    def _constants(self) -> dict[str, str]:
        return {"scope": "all"} if self.name == ADOPTION else {}

    def _figure_columns(self) -> set[str]:
        """The columns of all figures that the table holds: another figure of a row does not describe this one."""
        return {
            item.columns.get(name, name) for item in COMPARED if item.name == self.name for name in _FIGURE
        }


def _column(name: str, mine: set[str]) -> str:
    return f'"{name}"' if name in mine else "NULL"


def _list(names: Iterable[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)


def _json(key: Iterable[str]) -> str:
    fields = ", ".join(f'"{name}" := "{name}"' for name in key)
    return f"CAST(to_json(struct_pack({fields})) AS VARCHAR)"


def _occurrence(shared: list[str], alone: list[str]) -> str:
    if not alone:
        return "1"
    order = ", ".join(f'"{name}" NULLS FIRST' for name in alone)
    return f"row_number() OVER (PARTITION BY {_list(shared)} ORDER BY {order})"


_ADOPTION_MONTHS = "CASE period_type WHEN 'quarter' THEN 3 ELSE 1 END"
COMPARED = (
    FigureTable("mart.province_monthly", 0, "1", area="province_code"),
    FigureTable("mart.national_monthly", 1, "1"),
    FigureTable("mart.province_quarterly", 1, "3", area="province_code"),
    FigureTable("mart.national_quarterly", 2, "3"),
    FigureTable(
        ADOPTION,
        3,
        _ADOPTION_MONTHS,
        area="area_code",
        indicator="'DSIG_ADULT_RATE'",
        columns={
            "value": "adoption_pct",
            "numerator": "adults_with_signature",
            "denominator": "adult_population",
        },
    ),
    FigureTable(
        ADOPTION,
        3,
        _ADOPTION_MONTHS,
        area="area_code",
        indicator="'DSIG_CERT_CNT'",
        columns={"value": "certificates_issued"},
    ),
)
MONTHLY = tuple(table for table in COMPARED if table.months == "1")
