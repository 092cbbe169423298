"""The published figures of the checkout and the sample figures made from them, built once."""

from pathlib import Path

import pytest

from dx_pipeline.catalogue.loading import Catalogue, load_catalogue
from dx_pipeline.samples.figures import SampleFigures, Values
from dx_pipeline.samples.landing_files import DEFAULT_SEED
from dx_pipeline.samples.published import PublishedFigures
from dx_pipeline_tests.samples.months import NEW_MONTHS, OLD_MONTHS


@pytest.fixture(scope="session")
def published() -> Path:
    return Path(__file__).parents[2] / "data" / "samples"


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return load_catalogue()


@pytest.fixture(scope="session")
def figures(catalogue: Catalogue, published: Path) -> SampleFigures:
    return SampleFigures(catalogue, PublishedFigures.read(published), DEFAULT_SEED)


@pytest.fixture(scope="session")
def complete(figures: SampleFigures) -> dict[tuple[str, str], Values]:
    """Every figure by province and month (``2025-10``), since the merger."""
    return {
        (unit.code, f"{month:%Y-%m}"): figures.complete(unit.code, month)
        for unit in figures.provinces
        for month in NEW_MONTHS
    }


@pytest.fixture(scope="session")
def old(figures: SampleFigures) -> dict[tuple[str, str], Values]:
    """Every figure by old province and month before the merger."""
    return {
        (unit.code, f"{month:%Y-%m}"): figures.complete(unit.code, month)
        for month in OLD_MONTHS
        for unit in figures.provinces_in(month)
    }
