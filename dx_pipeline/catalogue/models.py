"""The catalogue's entries as frozen models; the JSON Schema for editors is generated from them.

Unknown keys are errors: a misspelt rule must not silently be no rule.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field

from dx_pipeline.catalogue.outlier_models import OutlierChoice


class Entry(BaseModel):
    """Base of every catalogue entry: frozen, no unknown keys."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Kind(StrEnum):
    """What sort of quantity an indicator is."""

    COUNT_STOCK = "count_stock"
    COUNT_FLOW = "count_flow"
    RATE = "rate"
    SCORE = "score"
    RANK = "rank"
    STATUS = "status"
    MEASURE = "measure"  # a measured quantity that is neither counted nor a share: days, Mbps, a change


class NonDecreasing(StrEnum):
    """Over which span a later figure may not be below an earlier one."""

    NEVER = "never"
    WITHIN_YEAR = "within_year"
    ALWAYS = "always"


class NationalRule(StrEnum):
    """How province figures become the national figure."""

    SUM = "sum"
    RATIO_OF_SUMS = "ratio_of_sums"
    MEAN = "mean"
    WEIGHTED_MEAN = "weighted_mean"
    AS_REPORTED = "as_reported"
    NONE = "none"


class QuarterRule(StrEnum):
    """How the months of a quarter become the quarter's figure."""

    LAST = "last"
    SUM = "sum"
    RATIO_OF_SUMS = "ratio_of_sums"
    MEAN = "mean"
    NONE = "none"


class Direction(StrEnum):
    """Which way is better; decides ranks."""

    HIGHER = "higher"
    LOWER = "lower"
    NONE = "none"


class Part(Entry):
    """A numerator or denominator: another indicator, or a quantity that is reported only with its rate."""

    name_vi: str
    name_en: str
    indicator: str | None = Field(default=None, description="Code of the indicator that is this quantity")


class Bounds(Entry):
    """The range outside which a value cannot be true, both ends included, in the indicator's unit."""

    minimum: float | None = None
    maximum: float | None = None


class Target(Entry):
    """A published target. ``value`` is empty where the source gives no single number."""

    value: float | None = None
    text: str
    source: str


class Method(Entry):
    """A method version that figures carry. Versions of one family form one series; families are never compared."""

    version: str = Field(pattern=r"^[a-z0-9][a-z0-9._-]*$", description="As sources and bulletins write it")
    family: str = Field(
        default="",
        pattern=r"^[a-z0-9._-]*$",
        description="Versions of one family form one series; in_force where the version says only who sent the "
        "figure; empty for a family of its own",
    )
    name_vi: str
    name_en: str
    is_definition_known: bool = Field(description="Whether the definition behind it could be read")
    source: str = Field(description="Where it was read")
    notes: str = ""


class MethodInForce(Entry):
    """The method of an indicator's figures whose own version says only who sent them."""

    version: str = Field(description="A version of methods.yaml that is a method")
    valid_from: date | None = Field(default=None, description="First day it holds; empty for the first one")


class DefinitionStatus(StrEnum):
    """How sure the definition is."""

    CONFIRMED = "confirmed"
    PRESS_ONLY = "press_only"
    DISPUTED = "disputed"


class Indicator(Entry):
    """One indicator: its names, definition, unit, and the rules every later layer follows."""

    code: str = Field(pattern=r"^[A-Z0-9_]+$")
    name_vi: str
    name_en: str
    definition_vi: str
    definition_en: str
    unit: str = Field(description="A code of units.yaml")
    kind: Kind
    numerator: Part | None = None
    denominator: Part | None = None
    bounds: Bounds = Bounds()
    non_decreasing: NonDecreasing = NonDecreasing.NEVER
    fall_needs_reason: bool = False
    opens_with: str | None = Field(
        default=None, description="Code of the indicator that closed the period before with this quantity"
    )
    direction: Direction = Direction.NONE
    target: Target | None = None
    national: NationalRule
    quarter: QuarterRule
    levels: tuple[str, ...] = Field(description="Whose rows exist: national, province, commune")
    scopes: tuple[str, ...] = Field(default=("all",), description="Scopes a province's workbook asks for")
    periodicity: str
    sources: tuple[str, ...] = Field(description="Source codes, the one that decides first")
    owner: str
    definition_source: str
    definition_status: DefinitionStatus
    definition_status_note: str = ""
    notes: str = ""
    methods: tuple[MethodInForce, ...] = Field(
        default=(), description="Methods in force by date; empty where the definition never changed"
    )
    valid_from: date | None = None
    valid_to: date | None = None
    is_headline: bool = Field(default=False, description="Shown in the wide scorecard")
    outliers: OutlierChoice | None = Field(default=None, description="Where outliers.yaml does not suit it")
    ranks: str | None = Field(
        default=None, description="Of a rank among the provinces: code of the indicator they are ranked by"
    )
    change_of: str | None = Field(
        default=None,
        description="Of a published change on the month before: code of the indicator that changes; in "
        "percentage points or in relative per cent, as the unit says",
    )
    same_name: tuple[str, ...] = Field(
        default=(),
        description="Codes of indicators that publications call by the same words: another definition or basis",
    )
    other_denominators: tuple[str, ...] = Field(
        default=(), description="Of a rate: codes of counts that publications also divide its numerator by"
    )

    @property
    def is_whole_number(self) -> bool:
        """Whether a fractional value cannot be true."""
        return self.kind in (Kind.COUNT_STOCK, Kind.COUNT_FLOW, Kind.RANK)

    @property
    def is_count(self) -> bool:
        """Whether it counts things: its changes are relative, its size follows the area's."""
        return self.kind in (Kind.COUNT_STOCK, Kind.COUNT_FLOW)

    @property
    def can_be_unusual(self) -> bool:
        """Whether its figures lie on a scale on which one can be too far from others: no place, no colour."""
        return self.kind not in (Kind.RANK, Kind.STATUS)


class StatusCount(Entry):
    """A total that counts the provinces with one status."""

    indicator: str = Field(description="Code of a status indicator")
    status: str


class Equation(Entry):
    """A total that is the sum of other indicators of the same area, scope and period, or counts a status."""

    total: str = Field(description="Code of the indicator that is the total")
    parts: tuple[str, ...] = Field(default=(), description="Codes of the indicators that add up to it")
    counts: StatusCount | None = Field(default=None, description="Instead of parts: what the total counts")
    source: str = Field(description="Where it is said that they add up")


class Theme(Entry):
    """One file of indicators: one theme, one sheet of the workbook that provinces fill in."""

    theme: str = Field(pattern=r"^[a-z0-9_]+$")
    order: int = Field(ge=1, description="Position among the themes, and of the sheet in the workbook")
    name_vi: str = Field(max_length=31, description="Also the sheet's name: 31 characters at most")
    name_en: str
    indicators: tuple[Indicator, ...]


class Unit(Entry):
    """A unit of measure."""

    code: str
    name_vi: str
    name_en: str


class Scope(Entry):
    """Which offices a figure covers."""

    code: str = Field(pattern=r"^[a-z_]+$")
    name_vi: str
    name_en: str
