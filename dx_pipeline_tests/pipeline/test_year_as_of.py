"""Every moment of the year can be asked again, at its end and from a working file that was made of the archive."""

import shutil

import pytest

from dx_pipeline.publish.as_of import publish_as_of
from dx_pipeline.quality.rebuilding import rebuild
from dx_pipeline.warehouse.database import connect
from dx_pipeline_tests.pipeline.office_world import OfficeWorld
from dx_pipeline_tests.pipeline.year_story import NAMES
from dx_pipeline_tests.pipeline.year_world import Year, catalogue_of_the_year, rows_of

HELD = "teams corrected"


@pytest.fixture(scope="module")
def rebuilt(year, tmp_path_factory):
    """The year's archive received again into an empty working file, and compiled."""
    root = tmp_path_factory.mktemp("rebuilt") / "year"
    shutil.copytree(year.data.archive, root / "archive")
    world = Year(root)
    with connect(world.data.warehouse) as connection:
        rebuild(connection, world.data, catalogue_of_the_year())
        world.compile(connection)
    return world


def test_the_story_is_whole(year):
    assert tuple(year.steps) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_a_moment_gives_the_figures_and_the_log_that_were_seen_then(year, tmp_path, name):
    step = year.steps[name]
    assert year.known_at(step.moment) == step.in_force
    found = publish_as_of(year.data, step.moment, tmp_path, catalogue=catalogue_of_the_year())
    built = OfficeWorld(tmp_path)
    for table, rows in step.figures.items():
        assert rows_of(built.published, table) == rows, table
    assert bool(found.differing) == (name == HELD)


def test_a_rebuilt_working_file_gives_the_same_figures_and_the_same_log(year, rebuilt):
    tables, last = rebuilt.tables(), year.steps["2026-01"]
    for table, rows in last.figures.items():
        assert tables[table] == rows, table
    for table in ("core.observation", "core.restatement", "core.moved_figure", "raw.received_file"):
        assert rows_of(rebuilt.working, table) == rows_of(year.working, table), table


@pytest.mark.parametrize("name", NAMES)
def test_a_rebuilt_working_file_knows_what_was_in_force_at_every_moment(year, rebuilt, name):
    step = year.steps[name]
    assert rebuilt.known_at(step.moment) == step.in_force
