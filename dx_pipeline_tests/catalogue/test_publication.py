"""The limits beyond which a change of published figures waits: which are in force, and what may not be written."""

from __future__ import annotations

from pathlib import Path

import pytest

from dx_pipeline.catalogue.findings import BrokenCatalogueError
from dx_pipeline.catalogue.loading import CATALOGUE_ROOT
from dx_pipeline.catalogue.models import Kind
from dx_pipeline.catalogue.publication import LIMITS_OF_KIND, Publication, load_publication
from dx_pipeline.catalogue.validation import check_catalogue
from dx_pipeline.settings import HoldLimits, PublicationChoices


def test_the_shipped_file_says_that_its_numbers_are_no_official_ones() -> None:
    text = (CATALOGUE_ROOT / "publication.yaml").read_text(encoding="utf-8")
    assert "operational choice" in text


def test_every_limit_is_of_a_kind_and_every_kind_has_one() -> None:
    assert set(LIMITS_OF_KIND) == set(Kind)
    assert set().union(*LIMITS_OF_KIND.values()) | {"is_gone_held"} == set(HoldLimits.model_fields)


def test_the_more_special_limit_comes_first_and_the_offices_before_the_catalogues() -> None:
    shipped = load_publication()
    publication = Publication(hold=shipped.hold, indicators={"A": HoldLimits(rate_points=2, part_percent=30)})
    office = PublicationChoices(
        hold=HoldLimits(rate_points=3, count_percent=7), indicators={"A": HoldLimits(part_percent=40)}
    )
    found = publication.limits_of("A", office)
    assert (found.rate_points, found.part_percent, found.count_percent) == (2, 40, 7)
    assert publication.limits_of("B", office).rate_points == 3
    assert publication.limits_of("B", PublicationChoices()) == shipped.hold


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        pytest.param("  rate_points: 1 ", "  rate_point: 1 ", "rate_point", id="misspelt"),
        pytest.param("  rank_places: 0 ", "  # rank_places ", "give a value for rank_places", id="left out"),
        pytest.param("score_percent: 2", "score_percent: -2", "greater than or equal to 0", id="negative"),
        pytest.param(
            "indicators: {}",
            "indicators: {NO_SUCH: {rate_points: 2}}",
            "no code of the catalogue",
            id="unknown",
        ),
        pytest.param(
            "indicators: {}",
            "indicators: {DIG_RATE: {count_percent: 2}}",
            "DIG_RATE is a rate: its limits are is_gone_held, part_percent, rate_points",
            id="of another kind",
        ),
    ],
)
def test_what_is_wrong_is_found_with_file_and_line(catalogue_copy: Path, edit, old, new, message) -> None:
    line = edit("publication.yaml", old, new)
    [finding] = check_catalogue(catalogue_copy)
    assert (finding.file.name, message in finding.message or message in finding.path) == (
        "publication.yaml",
        True,
    )
    assert finding.line in (line, 5)


def test_a_limit_of_an_indicator_is_kept(catalogue_copy: Path, edit) -> None:
    edit("publication.yaml", "indicators: {}", "indicators: {DIG_RATE: {rate_points: .inf}}")
    assert check_catalogue(catalogue_copy) == []
    limits = load_publication(catalogue_copy).limits_of("DIG_RATE", PublicationChoices())
    assert limits.rate_points == float("inf")


def test_a_catalogue_without_the_file_is_broken(catalogue_copy: Path) -> None:
    (catalogue_copy / "publication.yaml").unlink()
    with pytest.raises(BrokenCatalogueError, match="cannot be read"):
        load_publication(catalogue_copy)
    assert [finding.file.name for finding in check_catalogue(catalogue_copy)] == ["publication.yaml"]
