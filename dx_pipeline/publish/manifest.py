"""``manifest.json``: what the published file is, what it rests on and how its checks went.

It is written after the database. Where a run was killed between the two, the sum in the manifest does not match
the file, and the next run writes both again.
"""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dx_pipeline.ingest.archive import sha256_of
from dx_pipeline.periods import month_key
from dx_pipeline.publish.content import Content, total_digest
from dx_pipeline.publish.files import write_text
from dx_pipeline.publish.queries import query
from dx_pipeline.publish.verification import STORAGE_VERSION
from dx_pipeline.settings import DataDirectory

if TYPE_CHECKING:
    import duckdb

    from dx_pipeline.catalogue.loading import Catalogue

MANIFEST_VERSION = 1
HISTORY = "history"  # below the published folder: the manifest of every publication
SAMPLE_LABEL = {
    "vi": "CÓ DỮ LIỆU MẪU: các dòng is_sample = true không phải số liệu thật",
    "en": "CONTAINS SAMPLE DATA: rows with is_sample = true are not real figures",
}


def read_manifest(path: Path) -> dict[str, Any] | None:
    """The manifest in place; None where there is none or it cannot be read."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) else None


def is_current(data: DataDirectory, contents: dict[str, Content]) -> bool:
    """Whether the published file holds exactly these tables and the manifest speaks of that file."""
    manifest = read_manifest(data.manifest)
    if manifest is None or not data.published_file.exists():
        return False
    return bool(
        manifest.get("manifest_version") == MANIFEST_VERSION
        and manifest.get("content_digest") == total_digest(contents)
        and manifest.get("sha256") == sha256_of(data.published_file)
    )


def write_manifest(
    connection: duckdb.DuckDBPyConnection,
    data: DataDirectory,
    *,
    catalogue: Catalogue,
    contents: dict[str, Content],
    published_at: datetime,
) -> None:
    """Writes the manifest of the file that is in place, in one step.

    Args:
        connection: The warehouse the file was made from.
        data: Says where file and manifest are.
        catalogue: Names the sources.
        contents: What is in the published tables.
        published_at: When; without a zone it is taken as UTC.
    """
    moment = published_at if published_at.tzinfo else published_at.replace(tzinfo=UTC)
    has_sample = query(connection, "manifest_sample.sql")[0]["is_sample"]
    manifest = {
        "manifest_version": MANIFEST_VERSION,
        "published_at": moment.astimezone(UTC).isoformat(),
        "as_of": _as_of(connection),
        "file": data.published_file.name,
        "sha256": sha256_of(data.published_file),
        "size_bytes": data.published_file.stat().st_size,
        "storage_version": STORAGE_VERSION,
        "content_digest": total_digest(contents),
        "is_sample": has_sample,
        "label": SAMPLE_LABEL if has_sample else None,
        "tables": {name: {"rows": item.rows, "digest": item.digest} for name, item in contents.items()},
        "periods": _periods(connection),
        "sources": _sources(connection, catalogue),
        "checks": _checks(connection),
    }
    text = json.dumps(manifest, ensure_ascii=False, indent=2) + "\n"
    write_text(data.manifest, text)
    kept = data.published / HISTORY
    kept.mkdir(exist_ok=True)
    write_text(kept / f"{moment.astimezone(UTC):%Y%m%dT%H%M%S%f}.json", text)


def _as_of(connection: duckdb.DuckDBPyConnection) -> str | None:
    """When the last file arrived that was known: what the published file can be built again from."""
    moment = query(connection, "manifest_as_of.sql")[0]["as_of"]
    return moment.isoformat() + "Z" if moment else None


def _periods(connection: duckdb.DuckDBPyConnection) -> dict[str, object]:
    return {
        row["name"]: {"first": _key(row["first"]), "last": _key(row["last"]), "count": row["count"]}
        for row in query(connection, "manifest_periods.sql")
    }


def _sources(connection: duckdb.DuckDBPyConnection, catalogue: Catalogue) -> dict[str, object]:
    return {
        row["source_code"]: {
            "name_vi": catalogue.sources[row["source_code"]].name_vi,
            "name_en": catalogue.sources[row["source_code"]].name_en,
            "files": row["files"],
            "latest_received_at": row["latest_received_at"].isoformat() + "Z",
            "first_month": _key(row["first_month"]),
            "last_month": _key(row["last_month"]),
            "figures": row["figures"],
            "sample_figures": row["sample_figures"],
            "is_sample": row["sample_figures"] > 0,
        }
        for row in query(connection, "manifest_sources.sql")
    }


def _checks(connection: duckdb.DuckDBPyConnection) -> dict[str, dict[str, dict[str, int]]]:
    checks: dict[str, dict[str, dict[str, int]]] = {}
    for row in query(connection, "manifest_checks.sql"):
        month = checks.setdefault(month_key(row["period_start"]), {})
        month[row["severity"]] = {"failed": row["failed"], "could_not_run": row["could_not_run"]}
    return checks


def _key(month: date | None) -> str | None:
    return month_key(month) if month else None
