"""Where an office keeps its data, and the few choices it makes for itself.

One setting, the data directory (``DX_DATA_DIR``), separates one office's world from another's: landing
folder, archive, working file, published files and run history all live below it. ``office.yaml`` in it
holds the office's own choices. What is measured is the catalogue's business.
"""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import urlsplit

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from dx_pipeline.failures import PermanentError

OFFICE_FILE = "office.yaml"


class Limits(BaseModel):
    """The table gate's limits; an office may set its own, the catalogue holds the defaults."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    max_rejected_share: float | None = Field(default=None, ge=0, le=1)
    max_missing_share: float | None = Field(default=None, ge=0, le=1)


class HoldLimits(BaseModel):
    """How far an already published figure may move before publication waits; empty: as the catalogue says."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    rate_points: float | None = Field(default=None, ge=0)
    part_percent: float | None = Field(default=None, ge=0)
    count_percent: float | None = Field(default=None, ge=0)
    count_difference: float | None = Field(default=None, ge=0)
    score_percent: float | None = Field(default=None, ge=0)
    measure_percent: float | None = Field(default=None, ge=0)
    rank_places: float | None = Field(default=None, ge=0)
    is_status_held: bool | None = None
    is_gone_held: bool | None = None


class PublicationChoices(BaseModel):
    """The office's own limits for changes of published figures, for all indicators and for single ones."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    hold: HoldLimits = HoldLimits()
    indicators: dict[str, HoldLimits] = Field(default_factory=dict)


class Engine(BaseModel):
    """How much of this machine the loading of large registers may take."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    memory_limit: str = Field(default="2GB", pattern=r"^[1-9]\d*(MB|GB|MiB|GiB)$")
    threads: int | None = Field(default=None, ge=1)
    temporary_folder: Path | None = None
    max_temporary: str = Field(default="100GB", pattern=r"^[1-9]\d*(MB|GB|TB|MiB|GiB|TiB)$")


class Office(BaseModel):
    """``office.yaml``: who this office is and which provinces it waits for.

    Attributes:
        name: Shown on the published page.
        is_sample_world: Files that label themselves as samples are taken in only where this is true.
        expected_provinces: Codes of the provinces whose submissions are awaited; empty means all.
        limits: Overrides of the table gate's limits.
        addresses: Source -> address to fetch it from instead of the catalogue's.
        engine: Memory, threads and temporary folder for large registers.
        publication: Overrides of the limits beyond which a change of published figures waits.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = ""
    is_sample_world: bool = False
    expected_provinces: tuple[str, ...] = ()
    limits: Limits = Limits()
    addresses: dict[str, str] = Field(default_factory=dict)
    engine: Engine = Engine()
    publication: PublicationChoices = PublicationChoices()

    @field_validator("addresses")
    @classmethod
    def _are_plain_addresses(cls, value: dict[str, str]) -> dict[str, str]:
        for source, address in value.items():
            parts = urlsplit(address)
            if parts.scheme not in ("http", "https") or not parts.hostname:
                raise ValueError(f"{source}: an address starts with http:// or https:// and a host")
            if parts.username or parts.password:
                raise ValueError(f"{source}: no password in an address; tokens come from the environment")
        return value


class DataDirectory:
    """The folders below one office's data directory."""

    def __init__(self, root: Path) -> None:
        self.root = root.resolve()
        self.landing = self.root / "landing"
        self.archive = self.root / "archive"
        self.warehouse = self.root / "warehouse" / "dx_warehouse.duckdb"
        self.registers = self.root / "warehouse" / "registers"
        self.published = self.root / "published"
        self.published_file = self.published / "dx.duckdb"
        self.manifest = self.published / "manifest.json"
        self.changes_page = self.published / "changes.html"
        self.feedback = self.root / "feedback"
        self.restatements = self.root / "restatements"
        self.dagster_home = self.root / "dagster"

    @classmethod
    def from_environment(cls) -> DataDirectory:
        """The directory named by ``DX_DATA_DIR``, else ``data`` below the working directory."""
        return cls(Path(os.environ.get("DX_DATA_DIR") or "data"))

    def create(self) -> None:
        """Makes the folders that a run writes to; leaves what is there alone."""
        for folder in (
            self.landing,
            self.archive,
            self.warehouse.parent,
            self.published,
            self.feedback,
            self.restatements,
            self.dagster_home,
        ):
            folder.mkdir(parents=True, exist_ok=True)

    def office(self) -> Office:
        """The office's own choices; the defaults where there is no ``office.yaml``.

        Raises:
            PermanentError: ``office.yaml`` is not valid; the message names file and field.
        """
        path = self.root / OFFICE_FILE
        if not path.exists():
            return Office()
        try:
            return Office.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")) or {})
        except (ValidationError, yaml.YAMLError) as error:
            raise PermanentError(f"{path} is not valid: {error}") from error
