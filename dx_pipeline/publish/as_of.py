"""A published file as it was, or would have been, at an earlier moment: built again from what was known then.

The figures are those of the published file of then as long as the catalogue's rules are; its digests are held against
the manifests of earlier publications.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dx_pipeline.failures import PublicationError
from dx_pipeline.publish.database import Publication, publish
from dx_pipeline.publish.manifest import HISTORY, read_manifest
from dx_pipeline.quality import triage
from dx_pipeline.settings import DataDirectory
from dx_pipeline.statistics.everything import compile_everything, months_with_figures
from dx_pipeline.warehouse.as_of import as_known
from dx_pipeline.warehouse.database import connect, create_schema

if TYPE_CHECKING:
    import duckdb

    from dx_pipeline.catalogue.loading import Catalogue

# The tables that hold figures; the others describe them, or say how checking went.
FIGURES = (
    "mart.province_monthly",
    "mart.national_monthly",
    "mart.province_quarterly",
    "mart.national_quarterly",
    "mart.digital_signature_adoption",
    "mart.scorecard_monthly",
)


@dataclass(frozen=True, slots=True)
class PublicationOfThen:
    """A file built as of a moment, and the publication it was held against.

    Attributes:
        publication: What was built.
        published_at: Moment of the last publication that knew nothing later; None where there is none.
        differing: The tables of figures that differ from that publication's.
    """

    publication: Publication
    published_at: str | None
    differing: tuple[str, ...]


def publish_as_of(
    data: DataDirectory, moment: datetime, folder: Path, *, catalogue: Catalogue
) -> PublicationOfThen:
    """Builds the published file as it was known at ``moment`` into ``folder/published``.

    Args:
        data: The office's data directory; its published file stays as it is.
        moment: UTC, without zone; what had arrived by then is known.
        folder: Where to; not the office's own data directory.
        catalogue: The loaded catalogue: today's rules.

    Raises:
        PublicationError: Nothing was known then, or the folder is the office's own.
        TransientError: The working file is locked by another process.
    """
    if folder.resolve() == data.root:
        raise PublicationError(
            f"{folder} is the office's own data directory; choose another folder",
            f"{folder} là thư mục dữ liệu của đơn vị; hãy chọn thư mục khác.",
        )
    if not data.warehouse.exists():
        raise PublicationError(
            f"nothing has been taken in yet: {data.warehouse} does not exist; run: dxp run",
            f"Chưa nhận số liệu nào: không có {data.warehouse}; hãy chạy: dxp run",
        )
    target = DataDirectory(folder)
    with connect(data.warehouse) as connection:
        create_schema(connection)
        with as_known(connection, moment):
            compile_as_known(connection, data, moment, catalogue)
            built = publish(connection, target, catalogue=catalogue, published_at=moment)
    then = _published_then(data, moment)
    published_at = str(then["published_at"]) if then else None
    return PublicationOfThen(built, published_at, _differing(target, then))


def compile_as_known(
    connection: duckdb.DuckDBPyConnection, data: DataDirectory, moment: datetime, catalogue: Catalogue
) -> None:
    """Judges and compiles everything within ``as_known``, so that every table of the mart is that of then.

    Raises:
        PublicationError: No figure was in force then.
    """
    office, months = data.office(), months_with_figures(connection)
    if not months:
        raise PublicationError(
            f"no figure was known at {moment:%Y-%m-%d %H:%M} UTC; choose a later moment",
            f"Tại thời điểm {moment:%d/%m/%Y %H:%M} (UTC) chưa có số liệu nào; hãy chọn thời điểm sau đó.",
        )
    judgement = triage.judge_months(connection, months, catalogue=catalogue, office=office, run_at=moment)
    triage.write_findings_only(connection, judgement)
    compile_everything(connection, catalogue=catalogue, expected=office.expected_provinces)


def _published_then(data: DataDirectory, moment: datetime) -> dict[str, Any] | None:
    """The manifest of the last publication that rested on nothing that came after ``moment``."""
    limit = moment.replace(tzinfo=UTC)
    found = [
        manifest
        for path in sorted((data.published / HISTORY).glob("*.json"))
        if (manifest := read_manifest(path)) and manifest.get("as_of")
    ]
    known = [item for item in found if datetime.fromisoformat(item["as_of"]) <= limit]
    return known[-1] if known else None


def _differing(target: DataDirectory, then: dict[str, Any] | None) -> tuple[str, ...]:
    if then is None:
        return ()
    now = json.loads(target.manifest.read_text(encoding="utf-8"))["tables"]
    return tuple(name for name in FIGURES if now[name] != then["tables"].get(name))
