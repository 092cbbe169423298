"""Fixtures every room's tests share, and the hypothesis profiles: no deadlines on shared machines.

The same examples are tried every time, so that a red run is somebody's change; ``HYPOTHESIS_PROFILE=explore``
looks for new ones.
"""

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from dx_pipeline.catalogue.loading import load_catalogue
from dx_pipeline.settings import DataDirectory

settings.register_profile(
    "explore", deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
settings.register_profile("steady", settings.get_profile("explore"), derandomize=True, database=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "steady"))

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
