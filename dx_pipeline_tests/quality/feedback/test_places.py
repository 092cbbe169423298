import pytest

from dx_pipeline.quality.feedback.places import Place, parse_place, reading_order


@pytest.mark.parametrize(
    ("locator", "place"),
    [
        ("Sheet!F8", Place("Sheet", 8, 6, 8, 6)),
        ("Sheet!$F$8", Place("Sheet", 8, 6, 8, 6)),
        ("Sheet!F8:F45", Place("Sheet", 8, 6, 45, 6)),
        ("Sheet!H45:F8", Place("Sheet", 8, 6, 45, 8)),
        ("Sheet!8", Place("Sheet", 8, None, 8, None)),
        ("Ồ! Gì thế!'!AA10", Place("Ồ! Gì thế!'", 10, 27, 10, 27)),
        ("'Của tôi'!A1", Place("'Của tôi'", 1, 1, 1, 1)),
        ("line 5", Place(None, 5, None, 5, None)),
        ("line 5:so_nguoi", Place(None, 5, None, 5, None, "so_nguoi")),
        ("line 5:a!B2", Place(None, 5, None, 5, None, "a!B2")),
        ("line 5, column C", Place(None, 5, 3, 5, 3)),
        ("data.evaluation[3].totalScore", None),
        ("", None),
        ("Sheet", None),
        ("Sheet!", None),
        ("Sheet!F0", None),
        ("Sheet!XFE1", None),
        ("Sheet!A1048577", None),
        ("Sheet!F8+G8", None),
    ],
)
def test_a_locator_is_taken_apart(locator, place):
    assert parse_place(locator) == place


def test_places_are_in_the_order_in_which_people_read():
    given = ["data.x[10].a", "data.x[9].a", "B!A1", "A!B10", "A!B9", "A!A10", "line 10", "line 9"]
    assert sorted(given, key=reading_order) == [
        "line 9",
        "line 10",
        "A!B9",
        "A!A10",
        "A!B10",
        "B!A1",
        "data.x[9].a",
        "data.x[10].a",
    ]
