import json
from datetime import date

import pytest

from dx_pipeline.catalogue.loading import load_catalogue
from dx_pipeline.failures import UnreadableFileError
from dx_pipeline.quality.preview import Told, preview_file
from dx_pipeline.settings import DataDirectory
from dx_pipeline.warehouse.database import connect, create_schema, insert_frame
from dx_pipeline_tests.ingest.landing import HEADER, line

AUGUST, SEPTEMBER, OCTOBER, NOVEMBER = (date(2025, month, 1) for month in (8, 9, 10, 11))


@pytest.fixture
def preview(tmp_path):
    """Previews a registry file, or another one, against an office's data."""

    def of(*lines, name="44.csv", content=None, source=None, period=None, data=None):
        path = tmp_path / name
        path.write_bytes(content if content is not None else (HEADER + "".join(lines)).encode())
        return preview_file(
            path,
            told=Told(source=source, period=period),
            data=data or DataDirectory(tmp_path / "none"),
            catalogue=load_catalogue(),
        )

    return of


@pytest.fixture
def history(data):
    """Gives an office accepted certificate counts by month."""

    def of(counts):
        with connect(data.warehouse) as connection:
            create_schema(connection)
            for month, count in counts.items():
                connection.execute(
                    "INSERT INTO core.observation BY NAME SELECT $id AS observation_id, 'DSIG_CERT_CNT' AS "
                    "indicator_code, '44' AS area_code, 'province' AS area_level, 'all' AS scope, $month AS "
                    "period_start, last_day($month) AS period_end, 'calendar' AS period_basis, $count AS value, "
                    "'exact' AS qualifier, 'signature_registry' AS source_code, 'registry-2025' AS method_version, "
                    "'accepted' AS verdict, true AS is_latest, $id AS file_sha256, $id AS file_name, "
                    "'line 2' AS locator, '-' AS raw_text, TIMESTAMP '2025-12-01' AS vintage_at",
                    {"id": f"file-{month}", "month": month, "count": count},
                )
        return data

    return of


def test_a_sound_file_gives_its_figures(preview):
    found = preview(line())
    assert (found.source_code, found.claim.area_code, found.claim.period_start) == (
        "signature_registry",
        "44",
        OCTOBER,
    )
    assert {row["indicator_code"]: row["value"] for row in found.observations} == {
        "DSIG_CERT_CNT": 1000.0,
        "DSIG_ADULT_RATE": 25.0,
    }
    assert (found.rejections, found.warnings) == ([], [])


def test_a_rejected_figure_is_told_with_rule_and_cell_and_its_neighbour_goes_on(preview):
    found = preview(line().replace("250,1000", "1250,1000"))
    assert [row["indicator_code"] for row in found.observations] == ["DSIG_CERT_CNT"]
    assert {row["rule"] for row in found.rejections} == {
        "rate_within_0_100",
        "numerator_not_above_denominator",
    }
    assert {row["locator"] for row in found.rejections} == {"line 2:so_nguoi_truong_thanh_co_chu_ky_so"}
    assert all("44.csv" in row["message_vi"] and "44.csv" in row["message_en"] for row in found.rejections)


def test_a_cell_that_cannot_be_read_is_a_rejection(preview):
    [row] = preview(line().replace("1000,250", "nhiều,250")).rejections
    assert (row["rule"], row["raw_text"]) == ("readable_value", "nhiều")


def test_an_unknown_province_rejects_every_figure_of_the_line(preview):
    found = preview(line(), line(code="99", name="Không Có"))
    assert {row["rule"] for row in found.rejections} == {"known_area"}
    assert {row["area_code"] for row in found.observations} == {"44"}


@pytest.mark.parametrize(
    ("counts", "rules"),
    [
        ({SEPTEMBER: 900, NOVEMBER: 1100}, []),
        ({SEPTEMBER: 1001}, ["not_below_previous_month"]),
        ({NOVEMBER: 999}, ["not_above_next_month"]),
        ({AUGUST: 1001}, ["not_below_previous_month"]),
        ({}, []),
    ],
    ids=[
        "between",
        "below September",
        "above November",
        "below August, September is missing",
        "nothing known",
    ],
)
def test_figures_are_held_against_what_is_accepted(preview, history, counts, rules):
    assert [row["rule"] for row in preview(line(), data=history(counts)).rejections] == rules


def test_the_working_file_is_not_changed(preview, history):
    data = history({SEPTEMBER: 900})
    before = data.warehouse.read_bytes()
    preview(line(), data=data)
    assert data.warehouse.read_bytes() == before
    assert [path.name for path in data.warehouse.parent.iterdir()] == [data.warehouse.name]


def test_an_office_that_has_nothing_yet_is_left_without_a_directory(preview, tmp_path):
    preview(line())
    assert [path.name for path in tmp_path.iterdir()] == ["44.csv"]


def test_a_correction_of_an_accepted_figure_is_shown_as_accepted(preview, history):
    found = preview(line(count=950), data=history({SEPTEMBER: 900, OCTOBER: 1000}))
    assert [row["value"] for row in found.observations if row["indicator_code"] == "DSIG_CERT_CNT"] == [950.0]


def test_what_an_older_file_did_wrong_is_not_told_of_this_one(preview, history):
    assert preview(line(month="2025-11"), data=history({SEPTEMBER: 2000, OCTOBER: 900})).rejections == []


def test_a_file_that_speaks_of_another_month_is_refused(preview):
    with pytest.raises(UnreadableFileError, match=r"2025-09.*2025-10") as refused:
        preview(line(), period="2025-09")
    assert "10/2025" in refused.value.message_vi


def test_an_unknown_source_is_refused_with_the_known_ones(preview):
    with pytest.raises(UnreadableFileError, match=r"newspaper.*signature_registry"):
        preview(line(), source="newspaper")


def test_a_file_that_tells_no_source_says_where_it_may_belong(preview):
    with pytest.raises(UnreadableFileError, match="no words that tell its source") as refused:
        preview(content=b"a,b\n1,2\n")
    assert "signature_registry" in refused.value.message_vi


def test_a_file_already_received_is_shown_once(preview, data):
    import pandas as pd

    found = preview(line(), data=data)
    with connect(data.warehouse) as connection:
        create_schema(connection)
        rows = pd.DataFrame(found.observations).assign(vintage_at=pd.Timestamp("2025-11-05"), is_latest=True)
        insert_frame(connection, "core.observation", rows.dropna(axis="columns", how="all"))
    again = preview(line(), data=data)
    assert len(again.observations) == len(found.observations) > 0


def test_an_empty_file_is_refused(preview):
    with pytest.raises(UnreadableFileError, match="empty"):
        preview(content=b"")


def test_a_wrong_suffix_does_not_keep_a_file_from_being_read(preview):
    assert preview(line(), name="44.txt").source_code == "signature_registry"


def test_a_month_given_by_hand_counts_where_the_portals_file_is_silent(preview):
    answer = {"code": "OK", "data": {"departmentCode": "H50", "totalReceived": 10, "totalOverdue": 1}}
    found = preview(
        name="tải về.json",
        content=json.dumps(answer).encode(),
        source="portal_evaluation",
        period="2025-10",
    )
    assert found.claim.period_start == OCTOBER
    assert {row["as_of"] for row in found.observations} <= {date(2025, 10, 31)}


def test_sample_figures_can_be_looked_at_anywhere(preview):
    found = preview(line(label="DỮ LIỆU MẪU"))
    assert found.claim.is_sample is True
    assert all(row["is_sample"] for row in found.observations)
