from datetime import date

import pytest

from dx_pipeline_tests.samples.months import NEW_MONTHS

JULY, AUGUST = date(2025, 7, 1), date(2025, 8, 1)


@pytest.fixture(scope="module")
def national(figures):
    """Adoption in percent (not rounded) and certificates, by month."""
    result = {}
    for month in NEW_MONTHS:
        rows = figures.signatures(month).values()
        rate = (
            100 * sum(row.adults_with_signature for row in rows) / sum(row.adult_population for row in rows)
        )
        result[month] = (rate, sum(row.certificates for row in rows))
    return result


def test_national_adoption_is_the_published_one(national):
    assert round(national[JULY][0], 2) == 34.91
    assert round(national[AUGUST][0], 2) == 36.11
    assert round(national[AUGUST][0] - national[JULY][0], 1) == 1.2


def test_certificates_grow_by_the_published_rate(national):
    assert round(100 * (national[AUGUST][1] / national[JULY][1] - 1), 1) == 3.4


@pytest.mark.parametrize("later", NEW_MONTHS[1:], ids=lambda month: f"{month:%Y-%m}")
def test_certificates_and_adults_grow_in_every_province(figures, later):
    before = figures.signatures(NEW_MONTHS[NEW_MONTHS.index(later) - 1])
    for code, now in figures.signatures(later).items():
        assert now.certificates > before[code].certificates
        assert before[code].adults_with_signature < now.adults_with_signature < now.adult_population


def test_the_change_differs_between_provinces(figures):
    now, before = figures.signatures(AUGUST), figures.signatures(JULY)
    rates = {
        round(
            100
            * (now[code].adults_with_signature - before[code].adults_with_signature)
            / now[code].adult_population,
            2,
        )
        for code in now
    }
    assert len(rates) > 10
