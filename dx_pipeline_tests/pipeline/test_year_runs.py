"""The real jobs over the merger and a restatement, and ``dxp as-of`` for a moment between the two."""

from datetime import UTC, datetime

import pytest
from typer.testing import CliRunner

from dx_pipeline.cli.app import app
from dx_pipeline_tests.pipeline.office_world import OfficeWorld, environment_kept
from dx_pipeline_tests.pipeline.year_world import CERTIFICATES, JULY, JUNE, Year, rows_of, senders

FIGURE = (
    "SELECT value, change_pct, is_built, comparison_is_built FROM mart.province_monthly WHERE geography = '34' "
    "AND province_code = '44' AND period_start = ? AND indicator_code = 'DSIG_CERT_CNT'"
)


@pytest.fixture(scope="module")
def restated(tmp_path_factory):
    """June by five old provinces and July by three, run; then July restated, and run again."""
    world = Year(tmp_path_factory.mktemp("runs") / "office")
    for month in (JUNE, JULY):
        for area in senders(month):
            world.registry(month, area)
    world.run_well("2025-06", "2025-07")
    world.before = datetime.now(UTC), rows_of(world.published, "mart.province_monthly")
    world.decide(
        "quang-tri",
        action="restate",
        indicator=CERTIFICATES,
        area="44",
        period="2025-07",
        old_value=1920,
        new_value=2100,
        approved_on=datetime.now(UTC).date(),
        reason="Cộng sót một xã",
    )
    world.run_well("2025-07")
    return world


def as_of(world, moment, folder):
    with environment_kept():
        answer = CliRunner().invoke(
            app, ["as-of", moment.isoformat(), "--to", str(folder)], env={"DX_DATA_DIR": str(world.data.root)}
        )
    assert answer.exit_code == 0, answer.output
    return OfficeWorld(folder), answer.output


def test_the_restatement_is_published_and_on_record(restated):
    [june], [july] = (restated.published(FIGURE, [month]) for month in (JUNE, JULY))
    assert tuple(june.values()) == (1900, None, True, True)  # ranked among built ones
    assert tuple(july.values()) == (2100, round(100 * 200 / 1900, 6), False, True)
    [found] = restated.published("FROM mart.revision_log")
    assert (found["kind"], found["old_value"], found["new_value"]) == ("restatement", 1920, 2100)
    assert (found["approved_by"], found["reason"]) == ("Giám đốc Sở", "Cộng sót một xã")
    assert "national_quarterly VN 2025-07" in found["moved_figures"]


def test_the_moment_before_it_can_be_asked_on_the_command_line(restated, tmp_path):
    moment, published = restated.before
    built, said = as_of(restated, moment, tmp_path / "then")
    assert "Every figure equals what was published at" in said
    assert rows_of(built.published, "mart.province_monthly") == published
    [july] = built.published(FIGURE, [JULY])
    assert july["value"] == 1920
    assert built.published("FROM mart.revision_log") == []


def test_now_is_what_is_published_now(restated, tmp_path):
    built, said = as_of(restated, datetime.now(UTC), tmp_path / "now")
    assert "Every figure equals what was published at" in said
    for table in ("mart.province_monthly", "mart.national_quarterly", "mart.revision_log"):
        assert rows_of(built.published, table) == rows_of(restated.published, table), table
