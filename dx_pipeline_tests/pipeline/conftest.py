"""Worlds that have been run once; tests that change one get a copy, which is removed afterwards."""

import shutil

import pytest

from dx_pipeline_tests.pipeline.office_world import finished_sample_world
from dx_pipeline_tests.pipeline.year_story import told_year


@pytest.fixture(scope="session")
def finished(tmp_path_factory):
    """The sample world after a complete run. Read only."""
    return finished_sample_world(tmp_path_factory.getbasetemp())


@pytest.fixture
def world(finished, tmp_path):
    """A copy of the finished sample world, to change."""
    copy = finished.copy(tmp_path / "world")
    yield copy
    shutil.rmtree(copy.data.root)


@pytest.fixture(scope="session")
def year(tmp_path_factory):
    """An office's year, told step by step. Read only."""
    return told_year(tmp_path_factory.getbasetemp())
