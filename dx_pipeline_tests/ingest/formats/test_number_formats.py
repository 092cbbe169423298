import pytest

from dx_pipeline.ingest.formats.number_formats import shows_percent, shows_time_span


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("0%", True),
        ("0.00%", True),
        ("#,##0.0\\ %", True),
        ("[Red]0.0%;-0.0%", True),
        ("General", False),
        ('0.0"%"', False),
        ("0.0\\%", False),
        ("0.0_%", False),
        ('0.0;[>1]"x"0%', False),
    ],
)
def test_a_percent_sign_counts_only_where_it_multiplies(code, expected):
    assert shows_percent(code) is expected


@pytest.mark.parametrize(
    ("code", "expected"), [("[h]:mm", True), ("[MM]:ss", True), ("h:mm", False), ("[Red]0", False)]
)
def test_lengths_of_time(code, expected):
    assert shows_time_span(code) is expected
