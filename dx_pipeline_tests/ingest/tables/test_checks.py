import pytest

from dx_pipeline_tests.ingest.tables.sheets import PROGRESS_BODY, figures, progress, read

ONLINE_SHARE = 6


def with_share(cell):
    office = list(PROGRESS_BODY[2])  # 100 online of 160
    office[ONLINE_SHARE] = cell
    return progress((*PROGRESS_BODY[:2], office, *PROGRESS_BODY[3:]))


@pytest.mark.parametrize(
    ("cell", "rule", "words"),
    [
        ("cao", "readable_value", "cao"),
        ("0,3", "ambiguous_value", "30%"),
        ("50%", "rate_matches_counts", "62,5"),
    ],
)
def test_a_share_that_cannot_be_compared_or_differs_is_a_doubt(catalogue, cell, rule, words):
    result = read(with_share(cell), "one_stop_progress", catalogue)
    assert figures(result) == figures(read(progress(), "one_stop_progress", catalogue))
    [found] = [item for item in result.unread_cells if item.rule == rule]
    assert found.severity == "WARN"
    assert words in found.message_vi


@pytest.mark.parametrize("cell", ["62,5%", "0,625", 0.625, 62.5, "100/160"])
def test_a_share_with_a_reading_that_its_counts_give_is_none(catalogue, cell):
    result = read(with_share(cell), "one_stop_progress", catalogue)
    plain = read(progress(), "one_stop_progress", catalogue)
    assert [item.locator for item in result.unread_cells] == [item.locator for item in plain.unread_cells]
