from __future__ import annotations

from pathlib import Path

import pytest

from dx_pipeline.catalogue.validation import check_catalogue
from dx_pipeline_tests.catalogue.conftest import Edit

REGISTRY = "sources/signature_registry.yaml"
GOOD = """fetch:
  base: https://example.invalid/api
  token_variable: DX_TEST_TOKEN
  requests:
    - name: registry
      url: '{base}/registry/{year}/{month:02}'
      query: {from: '{from:DD/MM/YYYY}'}
      file_name: registry_{year}_{month:02}.csv
      expects: csv
"""


def found(root: Path) -> list[tuple[str, int, str]]:
    return [
        (item.file.relative_to(root).as_posix(), item.line, item.message) for item in check_catalogue(root)
    ]


def add(root: Path, fetch: str) -> int:
    """Adds a fetch section to the registry and gives the line it starts at."""
    path = root / REGISTRY
    text = path.read_text(encoding="utf-8").rstrip("\n") + "\n"
    path.write_text(text + fetch, encoding="utf-8")
    return text.count("\n") + 1


def test_a_good_section_has_no_finding(catalogue_copy: Path) -> None:
    add(catalogue_copy, GOOD)
    assert found(catalogue_copy) == []


@pytest.mark.parametrize(
    ("old", "new", "below", "message"),
    [
        pytest.param("{month:02}'", "{mnoth}'", 5, "{mnoth} is no placeholder", id="unknown-placeholder"),
        pytest.param("{from:DD/MM/YYYY}", "{from:dmY}", 6, "a day's pattern", id="unknown-pattern"),
        pytest.param("_{month:02}.csv", "_{month:02.csv", 7, "unmatched '{'", id="open-brace"),
        pytest.param("'{base}/reg", "'/reg", 5, "must start with {base}", id="no-address"),
        pytest.param(": https://ex", ": ftp://ex", 1, "must start with http", id="other-scheme"),
        pytest.param("https://ex", "https://u:p@ex", 1, "hold no password", id="password-in-the-address"),
        pytest.param("DX_TEST_TOKEN", "abc-123", 2, "never the secret", id="secret-for-a-variable"),
        pytest.param(
            "query: {from", "headers: {Authorization: x, from", 6, "secrets come from", id="secret-header"
        ),
        pytest.param("query: {from", "body: {from", 6, "a GET has no body", id="body-of-a-get"),
        pytest.param(
            "expects: csv",
            "pages: {parameter: page, items: data}\n      expects: csv",
            8,
            "only answers in JSON",
            id="pages-of-a-csv",
        ),
        pytest.param("registry_{year}_", "x/{year}_", 7, "not a path", id="path"),
        pytest.param("registry_{year}_", ".{year}_", 7, "not hidden", id="hidden"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(
    catalogue_copy: Path, old: str, new: str, below: int, message: str
) -> None:
    assert old in GOOD
    line = add(catalogue_copy, GOOD.replace(old, new, 1)) + below
    (finding,) = found(catalogue_copy)
    assert finding[:2] == (REGISTRY, line)
    assert message in finding[2]


def test_two_requests_may_not_make_one_file(catalogue_copy: Path) -> None:
    section = GOOD[GOOD.index("    - name") :]
    add(catalogue_copy, GOOD + section)
    assert [message.split(";")[0] for *_, message in found(catalogue_copy)] == [
        "registry is already a request of this source",
        "is also the file of registry",
    ]


def test_a_name_must_fit_where_the_source_lands(catalogue_copy: Path, edit: Edit) -> None:
    edit(
        "sources/portal_evaluation.yaml",
        "landing: portal_evaluation/**/*",
        "landing: portal_evaluation/**/*.txt",
    )
    (finding,) = found(catalogue_copy)
    assert "does not fit the source's landing pattern" in finding[2]


def test_the_portal_s_file_names_must_carry_their_day(catalogue_copy: Path, edit: Edit) -> None:
    line = edit("sources/portal_evaluation.yaml", "_{as_of:DDMMYYYY}", "_{year}")
    (finding,) = found(catalogue_copy)
    assert finding[1] == line
    assert "does not fit the source's file_name" in finding[2]
