from __future__ import annotations

from pathlib import Path

import pytest

from dx_pipeline.catalogue.area_checks import check_areas


def found(root: Path) -> list[tuple[str, int, str]]:
    return [(item.file.name, item.line, str(item)) for item in check_areas(root / "geography")]


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        pytest.param("communes.csv", "00008,", "00004,", "'00004' is already on line 2", id="commune-twice"),
        pytest.param(
            "communes.csv", "Ngọc Hà,ward,01", "Ngọc Hà,ward,99", "'99' is no code", id="commune-nowhere"
        ),
        pytest.param("communes.csv", ",ward,01", ",ward", "too many or too few columns", id="missing-column"),
        pytest.param("provinces.csv", ",H14,56,", ",H26,56,", "'H26' is already", id="portal-code-twice"),
        pytest.param(
            "provinces.csv", ",H14,56,", ",H14,57,", "57, but communes.csv has 56", id="commune-count"
        ),
        pytest.param("provinces.csv", ",44 45,", ",44,", "the crosswalk says 44 45", id="predecessors"),
        pytest.param(
            "provinces.csv", ",H14,56,04,2025-07-01", ",H14,56,04,1/7/2025", "unreadable row", id="bad-date"
        ),
        pytest.param(
            "provinces.csv", "province_code,", "code,", "unreadable row: 'province_code'", id="no-column"
        ),
        pytest.param(
            "crosswalk_63_to_34.csv",
            "02,Hà Giang,08",
            "02,Hà Giang,07",
            "'07' is no code",
            id="crosswalk-nowhere",
        ),
        pytest.param("crosswalk_63_to_34.csv", "02,Hà", "01,Hà", "'01' is already", id="old-code-twice"),
        pytest.param(
            "province_types.csv",
            "22,centrally_run_city,2026-09-01",
            "22,centrally_run_city,2026-09-02",
            "22: must be 2026-09-01",
            id="type-gap",
        ),
        pytest.param(
            "province_types.csv", "02,province,,2025-06-30", "02,city,,2025-06-30", "'city'", id="bad-type"
        ),
        pytest.param(
            "province_types.csv",
            "02,province,,2025-06-30",
            "02,province,,2025-06-29",
            "02: must be 2025-06-30",
            id="type-ends-early",
        ),
        pytest.param(
            "name_variants.csv", "Sài Gòn,79,", "Sài Gòn,78,", "means no province", id="variant-of-nothing"
        ),
        pytest.param(
            "name_variants.csv",
            "Sài Gòn,79,GSO34",
            "Sài Gòn,79,GSO",
            "none of GSO34, GSO63",
            id="code-system",
        ),
        pytest.param(
            "name_variants.csv",
            "Sài Gòn,79,GSO34,",
            "Bình Dương,79,GSO34,",
            "means no province or more",
            id="variant-taken",
        ),
        pytest.param(
            "name_variants.csv",
            "Sài Gòn,79,GSO34,",
            "Bình Dương,79,GSO34,2025-07-01",
            "now a part of Hồ Chí Minh",
            id="variant-merged-away",
        ),
    ],
)
def test_each_fault_is_found_at_its_line(
    *, catalogue_copy: Path, edit, file: str, old: str, new: str, message: str
) -> None:
    line = edit(f"geography/{file}", old, new)
    hits = [(name, number) for name, number, text in found(catalogue_copy) if message in text]
    assert hits[:1] == [(file, max(line, 2))]  # a column missing in the header shows in the first row


@pytest.mark.parametrize(
    ("file", "count"),
    [("communes.csv", 3320), ("provinces.csv", 33), ("crosswalk_63_to_34.csv", 62)],
)
def test_a_missing_row_is_found(catalogue_copy: Path, file: str, count: int) -> None:
    path = catalogue_copy / "geography" / file
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join(lines[:-1]) + "\n", encoding="utf-8")
    assert any(f"holds {count} rows, must hold {count + 1}" in text for _, _, text in found(catalogue_copy))


def test_a_missing_file_is_found(catalogue_copy: Path) -> None:
    (catalogue_copy / "geography" / "communes.csv").unlink()
    assert [(name, line) for name, line, _ in found(catalogue_copy)] == [("communes.csv", 1)]
