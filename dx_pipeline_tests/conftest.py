"""Fixtures every room's tests share, and the hypothesis profile: no deadlines on shared machines."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from dx_pipeline.catalogue.loading import load_catalogue
from dx_pipeline.settings import DataDirectory

settings.register_profile(
    "shared", deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
settings.load_profile("shared")

REPOSITORY = Path(__file__).parents[1]


@pytest.fixture(scope="session")
def catalogue():
    return load_catalogue()


@pytest.fixture
def data(tmp_path):
    """A real office's empty data directory."""
    directory = DataDirectory(tmp_path / "office")
    directory.create()
    return directory
