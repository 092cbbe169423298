"""What a reader gives: observations and unread cells, each with the place it came from."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from datetime import date, datetime
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

    from dx_pipeline.ingest.period_text import ReportedPeriod

NATION = "VN"


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """One figure as read. Columns and units are those of ``core.observation``."""

    indicator_code: str
    area_code: str
    area_level: str
    scope: str
    period_start: date
    period_end: date
    as_of: date
    locator: str
    raw_text: str
    unit: str
    period_basis: str = "calendar"
    accumulates_from: date | None = None
    value: float | None = None
    numerator: float | None = None
    denominator: float | None = None
    status: str | None = None
    qualifier: str = "exact"
    method_version: str = ""
    source_title: str | None = None
    source_url: str | None = None
    is_sample: bool = False
    note: str | None = None
    revision_reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UnreadCell:
    """A cell or row that could not become an observation, and why."""

    rule: str
    locator: str
    raw_text: str
    message_vi: str
    message_en: str
    period_start: date | None = None
    indicator_code: str | None = None
    area_code: str | None = None
    scope: str | None = None
    severity: str = "ERROR"
    is_sample: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Hints:
    """What is known of a file besides its content: its name and folder, or what the receiver was told.

    A reader takes them where the content is silent, and refuses the file where the content says otherwise
    than ``is_certain`` hints (those a person gave).
    """

    period: ReportedPeriod | None = None
    area_code: str | None = None
    is_certain: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What a file says of itself before its figures are read.

    ``part`` is set where the file is one part of a submission (one sheet saved as CSV): it supersedes only
    the same part.
    """

    period_start: date
    period_end: date
    area_code: str | None = None
    part: str | None = None
    is_sample: bool = False


NO_HINTS = Hints()


@dataclass(frozen=True, slots=True, eq=False)
class ObservationBlock:
    """Many figures of one table that have most of their columns in common.

    Attributes:
        rows: The columns of ``Observation`` that differ from figure to figure, one row per figure.
        constants: The others, but for those that have their default.
    """

    rows: pd.DataFrame
    constants: Mapping[str, Any]

    def __len__(self) -> int:
        """How many figures there are."""
        return len(self.rows)

    def column(self, name: str) -> Sequence[Any]:
        """One column of ``Observation``, a value per figure; None where there is none."""
        if name not in self.rows:
            default = next(item.default for item in fields(Observation) if item.name == name)
            return [self.constants.get(name, default)] * len(self.rows)
        values: Sequence[Any] = self.rows[name].tolist()
        is_number = self.rows[name].dtype.kind == "f"
        return [None if value != value else value for value in values] if is_number else values  # noqa: PLR0124

    def observations(self) -> list[Observation]:
        """The figures one by one."""
        names = [item.name for item in fields(Observation)]
        columns = (self.column(name) for name in names)
        return [Observation(**dict(zip(names, row, strict=True))) for row in zip(*columns, strict=True)]


@dataclass(slots=True)
class ReadResult:
    """Everything one file gave: figures one by one, and in blocks where there are many.

    ``tables`` has rows of other tables by their name, without the columns of the file's stamp.
    """

    claim: Claim
    observations: list[Observation] = field(default_factory=list)
    unread_cells: list[UnreadCell] = field(default_factory=list)
    blocks: list[ObservationBlock] = field(default_factory=list)
    tables: dict[str, pd.DataFrame] = field(default_factory=dict)

    def all_observations(self) -> list[Observation]:
        """Every figure one by one, those of the blocks after the others."""
        return [*self.observations, *(item for block in self.blocks for item in block.observations())]


@dataclass(frozen=True, slots=True, kw_only=True)
class FileStamp:
    """The file an observation came from and the vintage it belongs to."""

    file_sha256: str
    file_name: str
    source_code: str
    vintage_at: datetime


def _identifier(*parts: object) -> str:
    return hashlib.sha256("\x1f".join(map(str, parts)).encode()).hexdigest()[:24]


_SERIES = ("indicator_code", "scope", "period_start")
_IDENTITY = (*_SERIES, "area_code", "locator")


def observation_frame(result: ReadResult, stamp: FileStamp) -> pd.DataFrame:
    """The observations as rows of ``core.observation``, not judged yet; those of blocks after the others."""
    import pandas as pd

    frames = [_block_frame(block, stamp) for block in result.blocks if len(block)]
    if result.observations:
        rows = [asdict(item) for item in result.observations]
        identities = zip(*([row[name] for row in rows] for name in _IDENTITY), strict=True)
        frame = pd.DataFrame(rows).assign(**_stamped(stamp, _observation_ids(stamp, identities)))
        frames.insert(0, frame)
    return pd.concat(frames, ignore_index=True) if len(frames) > 1 else (frames or [pd.DataFrame()])[0]


def _block_frame(block: ObservationBlock, stamp: FileStamp) -> pd.DataFrame:
    import pandas as pd

    others = {
        item.name: block.constants.get(item.name, item.default)
        for item in fields(Observation)
        if item.name not in block.rows
    }
    if block.rows.columns.isin(_SERIES).any():
        identities = zip(*(block.column(name) for name in _IDENTITY), strict=True)
        added = {**others, **_stamped(stamp, _observation_ids(stamp, identities))}
    else:
        start = _identifier(stamp.file_sha256, stamp.vintage_at, *(others[name] for name in _SERIES))
        places = zip(block.column("area_code"), block.column("locator"), strict=True)
        ids = [f"{start}:{_escaped(area)}:{locator}" for area, locator in places]
        added = {**others, **_stamped(stamp, ids)}
    return pd.concat([block.rows, pd.DataFrame(added, index=block.rows.index)], axis="columns")


def _stamped(stamp: FileStamp, observation_ids: list[str]) -> dict[str, Any]:
    """The columns that a frame has beyond those of its observations."""
    return {
        **asdict(stamp),
        "observation_id": observation_ids,
        "verdict": None,
        "is_latest": False,
    }


def _observation_ids(stamp: FileStamp, identities: Iterable[tuple[Any, ...]]) -> list[str]:
    """File, vintage and series as a hash that is made once per series, then the area and the cell."""
    found: list[str] = []
    for series, items in groupby(identities, key=itemgetter(0, 1, 2)):
        start = _identifier(stamp.file_sha256, stamp.vintage_at, *series)
        found += [f"{start}:{_escaped(area)}:{locator}" for *_, area, locator in items]
    return found


def _escaped(area_code: str) -> str:
    return area_code.replace("%", "%25").replace(":", "%3A") if ":" in area_code else area_code


def unread_cell_frame(result: ReadResult, stamp: FileStamp) -> pd.DataFrame:
    """The unread cells as rows of ``core.unread_cell``."""
    import pandas as pd

    rows = [
        {
            **asdict(cell),
            **asdict(stamp),
            "period_start": cell.period_start or result.claim.period_start,
            "message_en": f"{stamp.file_name}: {cell.message_en}",
            "message_vi": f"Tệp {stamp.file_name}: {cell.message_vi}",
            "cell_id": _identifier(
                stamp.file_sha256, stamp.vintage_at, cell.locator, cell.rule, cell.indicator_code
            ),
        }
        for cell in result.unread_cells
    ]
    return pd.DataFrame(rows)
