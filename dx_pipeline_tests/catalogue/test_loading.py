from __future__ import annotations

import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from dx_pipeline.catalogue.loading import CATALOGUE_ROOT, load_catalogue, load_sources
from dx_pipeline.catalogue.models import DefinitionStatus, Kind, NationalRule
from dx_pipeline.failures import CatalogueError


def test_the_shipped_catalogue_holds_every_indicator() -> None:
    catalogue = load_catalogue()
    recorded = (CATALOGUE_ROOT / "recorded_codes.txt").read_text(encoding="utf-8").split()
    assert set(catalogue.indicators) == set(recorded)
    assert sum(len(theme.indicators) for theme in catalogue.themes) == len(recorded)
    assert catalogue.theme_of["DSIG_ADULT_RATE"] == "digital_signature"
    assert set(catalogue.sources) >= {
        "national_bulletin",
        "portal_evaluation",
        "provincial_submission",
        "signature_registry",
    }
    assert len(catalogue.geography.variants) == 312


def test_no_recorded_code_ever_disappears() -> None:
    recorded = (CATALOGUE_ROOT / "recorded_codes.txt").read_text(encoding="utf-8").split()
    assert len(recorded) >= 74
    assert set(recorded) <= set(load_catalogue().indicators)


def test_what_others_published_comes_after_every_other_source() -> None:
    for indicator in load_catalogue().indicators.values():
        assert "national_bulletin" not in indicator.sources[:-1], indicator.code
        assert len(set(indicator.sources)) == len(indicator.sources), indicator.code


def test_a_definition_that_is_not_confirmed_says_why() -> None:
    for indicator in load_catalogue().indicators.values():
        if indicator.definition_status is DefinitionStatus.DISPUTED:
            assert indicator.definition_status_note, indicator.code


def test_ranks_are_never_aggregated_from_provinces() -> None:
    rules = Counter(i.national for i in load_catalogue().indicators.values() if i.kind is Kind.RANK)
    assert set(rules) == {NationalRule.NONE, NationalRule.AS_REPORTED}


def test_loading_is_done_once() -> None:
    assert load_catalogue() is load_catalogue()
    assert load_catalogue().sources is load_sources()


def test_another_folder_can_be_loaded(catalogue_copy: Path, edit) -> None:
    edit("units.yaml", "name_vi: thủ tục\n", "name_vi: TTHC\n")
    assert load_catalogue(catalogue_copy).units["procedures"].name_vi == "TTHC"


def test_a_broken_entry_stops_loading_with_file_and_line(catalogue_copy: Path, edit) -> None:
    line = edit("indicators/networks.yaml", "kind: rank", "kind: ranking")
    with pytest.raises(CatalogueError, match=rf"networks\.yaml:{line}: indicators\.0\.kind"):
        load_catalogue(catalogue_copy)


def test_a_folder_that_is_no_catalogue_is_said_to_be_none(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match=r"no \.yaml file here"):
        load_sources(tmp_path)


def test_sources_load_without_heavy_libraries() -> None:
    code = (
        "import sys; from dx_pipeline.catalogue.loading import load_sources; load_sources();"
        "print([name for name in ('pandas', 'duckdb', 'dagster', 'great_expectations') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
