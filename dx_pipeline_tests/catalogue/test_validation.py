from __future__ import annotations

from pathlib import Path

import pytest

from dx_pipeline.catalogue.validation import Finding, check_catalogue

SIX = "equations.yaml"
SIG = "indicators/digital_signature.yaml"
DOS = "indicators/dossiers.yaml"
CDT = "indicators/community_teams.yaml"
INDEX = "indicators/index_766.yaml"
REGISTRY = "sources/signature_registry.yaml"

RATE = "bounds: {minimum: 0, maximum: 100}\n"
PARTS = """  numerator:
    name_vi: Số người trưởng thành có chữ ký số
    name_en: Adults with a signature
"""


def found(root: Path) -> list[tuple[str, int, str]]:
    return [
        (item.file.relative_to(root).as_posix(), item.line, item.message) for item in check_catalogue(root)
    ]


def test_the_shipped_catalogue_has_no_finding() -> None:
    assert check_catalogue() == []


def test_a_finding_reads_as_file_line_place_and_message() -> None:
    assert str(Finding(Path("a.yaml"), 3, "code", "is wrong")) == "a.yaml:3: code: is wrong"


@pytest.mark.parametrize(
    ("file", "old", "new", "below", "message"),
    [
        pytest.param(
            SIX, "- total: S766_TOTAL", "- total: S766_SUM", 0, "'S766_SUM' is no code", id="unknown-total"
        ),
        pytest.param(
            SIX, "[S766_CLGQ, S766_TTTT]", "[S766_CLGQ, DOS_RECV_CNT]", 0, "another unit", id="sum-of-units"
        ),
        pytest.param(
            SIX, "[S766_CLGQ, S766_TTTT]", "[S766_CLGQ, S766_CLGQ]", 0, "stands once", id="part-twice"
        ),
        pytest.param(SIX, "status: green", "status: violet", 0, "'violet' is none of", id="unknown-colour"),
        pytest.param(
            SIX,
            "{indicator: KH02_STATUS,",
            "{indicator: PROC_CNT,",
            0,
            "no status indicator",
            id="counts-no-status",
        ),
        pytest.param(
            SIG,
            "change_of: DSIG_CERT_CNT",
            "change_of: DSIG_CERT",
            0,
            "'DSIG_CERT' is no",
            id="change-of-nothing",
        ),
        pytest.param(
            DOS, "ranks: DOS_ONLINE_RATE", "ranks: DOS_RATE", 0, "'DOS_RATE' is no", id="ranks-nothing"
        ),
        pytest.param(
            DOS,
            "other_denominators: [DOS_RECV_INCL_CARRIED_CNT]",
            "other_denominators: [DOS]",
            0,
            "'DOS' is no",
            id="divided-by-nothing",
        ),
        pytest.param(
            DOS,
            "same_name: [DOS_RECV_INCL_CARRIED_CNT,",
            "ranks: DOS_DONE_CNT\n  same_name: [DOS_RECV_INCL_CARRIED_CNT,",
            0,
            "only a rank ranks",
            id="a-count-that-ranks",
        ),
        pytest.param(
            SIG, "kind: rate", "kind: rat", 0, "Input should be 'count_stock'", id="not-in-the-model"
        ),
        pytest.param(SIG, "quarter: last", "quater: last", 0, "Extra inputs", id="misspelt-key"),
        pytest.param(SIG, "unit: percent\n", "unit: percent: rate\n", 0, "not YAML", id="not-yaml"),
        pytest.param(SIG, "unit: percent", "unit: percents", 0, "'percents'", id="unknown-unit"),
        pytest.param(
            SIG, "[signature_registry,", "[registry,", 0, "'registry' is no code", id="unknown-source"
        ),
        pytest.param(DOS, "scopes: [all,", "scopes: [everything,", 0, "'everything'", id="unknown-scope"),
        pytest.param(
            DOS,
            "    indicator: DOS_RECV_CNT",
            "    indicator: DOS_RECV",
            0,
            "'DOS_RECV' is no",
            id="unknown-part",
        ),
        pytest.param(
            CDT,
            "code: CDT_MEMBER_CNT",
            "code: CDT_TEAM_CNT",
            0,
            "CDT_TEAM_CNT is already at",
            id="code-twice",
        ),
        pytest.param(
            SIG, RATE, "bounds: {minimum: 0}\n", 0, "a rate needs both bounds", id="rate-without-bounds"
        ),
        pytest.param(
            SIG, RATE, "bounds: {minimum: 9, maximum: 1}\n", 0, "below maximum", id="bounds-reversed"
        ),
        pytest.param(
            SIG, "national: sum", "national: ratio_of_sums", 0, "needs numerator", id="ratio-of-nothing"
        ),
        pytest.param(
            SIG, "national: sum", "national: weighted_mean", 0, "needs a denominator", id="no-weights"
        ),
        pytest.param(SIG, "national: ratio_of_sums", "national: sum", 0, "only counts", id="sum-of-rates"),
        pytest.param(SIG, "levels: [national", "levels: [country", 0, "'country'", id="unknown-level"),
        pytest.param(
            CDT, "bounds: {minimum: 0}", "bounds: {minimum: -1}", 0, "a count needs", id="negative-count"
        ),
        pytest.param(
            DOS,
            "    source: Decision 942/QĐ-TTg; Prime Minister, 2025-07-20",
            "    source: ''",
            0,
            "a target with a value needs its source",
            id="target-without-source",
        ),
        pytest.param(
            SIG,
            "name_vi: Chữ ký số",
            f"name_vi: {'Chữ ký số ' * 4}",
            0,
            "at most 31",
            id="sheet-name-too-long",
        ),
        pytest.param(
            "indicators/networks.yaml",
            "name_vi: Hạ tầng mạng",
            "name_vi: CHỮ ký số",
            0,
            "already the sheet",
            id="sheet-twice",
        ),
        pytest.param(SIG, "name_vi: Chữ ký số", "name_vi: Chữ/ký", 0, "a sheet's name", id="sheet-sign"),
        pytest.param(
            SIG, "theme: digital_signature", "theme: signatures", 0, "like the file's", id="theme-and-file"
        ),
        pytest.param(
            SIG, "  kind: rate\n", "  kind: rate\n  kind: rate\n", 1, "key written twice", id="key-twice"
        ),
        pytest.param(
            SIG,
            "is_headline: true",
            "is_headline: true\n  valid_from: 2026-01-01\n  valid_to: 2025-01-01",
            2,
            "is before valid_from",
            id="validity-reversed",
        ),
        pytest.param(
            REGISTRY, "DSIG_CERT_CNT:value", "DSIG_CERTS:value", 0, "'DSIG_CERTS'", id="field-unknown"
        ),
        pytest.param(
            REGISTRY, "DSIG_CERT_CNT:value", "DSIG_CERT_CNT:numerator", 0, "no numerator", id="field-part"
        ),
        pytest.param(REGISTRY, "DSIG_CERT_CNT:value", "DSIG_CERT_CNT:count", 0, "'count'", id="field-role"),
        pytest.param(
            REGISTRY, "DSIG_CERT_CNT:value", "PS_FULL_CNT:value", 0, "does not list", id="field-not-listed"
        ),
        pytest.param(
            "sources/provincial_submission.yaml",
            "CDT_TEAM_CNT:value",
            "CDT_TEAMS:value",
            0,
            "'CDT_TEAMS'",
            id="header",
        ),
        pytest.param(
            REGISTRY, "code: signature_registry", "code: registry", 0, "like the file's", id="source-file"
        ),
        pytest.param(
            REGISTRY, "landing: signature", "landing: ../signature", 0, "below the landing", id="landing"
        ),
        pytest.param(
            "units.yaml", "code: services", "code: procedures", 0, "already at units.yaml:2", id="unit-twice"
        ),
        pytest.param("units.yaml", "name_en: services", "name: services", 0, "Extra inputs", id="unit-model"),
        pytest.param("outliers.yaml", "  mbps: 10", "  mbit: 10", -7, "'mbps'", id="outliers-unit-missing"),
        pytest.param("outliers.yaml", "  mbps: 10", "  mbit: 10", 0, "'mbit'", id="outliers-unit-unknown"),
        pytest.param("outliers.yaml", "days: 2", "days: 0", 0, "must be above 0", id="outliers-nothing"),
        pytest.param("outliers.yaml", "_alone: 8", "_alone: 3", 0, "below minimum", id="outliers-alone"),
        pytest.param("outliers.yaml", "months: 24", "months: 8", 0, "too short", id="outliers-months"),
        pytest.param("outliers.yaml", "limit: 3.5", "limits: 3.5", 0, "Extra inputs", id="outliers-model"),
        pytest.param(
            SIG,
            "  kind: rate\n",
            "  kind: rate\n  outliers: {limit: 5}\n",
            1,
            "Field required",
            id="outliers-why",
        ),
        pytest.param(
            "scopes.yaml", "- code: all", "all: []\n- code: all", 1, "not YAML", id="scopes-not-yaml"
        ),
        pytest.param(
            "methods.yaml",
            "version: tt01-2020",
            "version: one-stop-2025",
            0,
            "is already entry",
            id="method-twice",
        ),
        pytest.param(
            "methods.yaml",
            "name_en: As published",
            "name: As published",
            0,
            "Extra inputs",
            id="method-model",
        ),
        pytest.param(
            "methods.yaml",
            "  family: in_force\n",
            "  family: in_forse\n",
            0,
            "is neither in_force",
            id="method-family",
        ),
        pytest.param(
            REGISTRY, "registry-2025", "registri-2025", 0, "no version of methods.yaml", id="unknown-method"
        ),
        pytest.param(
            INDEX,
            "{version: 766-2026,",
            "{version: 766-2027,",
            0,
            "no version of methods.yaml",
            id="method-in-force",
        ),
        pytest.param(
            INDEX,
            "{version: 766-2026,",
            "{version: as-published,",
            0,
            "says who sent",
            id="sender-is-no-method",
        ),
        pytest.param(
            INDEX,
            ", valid_from: '2026-01-01'",
            "",
            0,
            "after the method before it",
            id="methods-without-order",
        ),
        pytest.param(
            "recorded_codes.txt",
            "CDT_TEAM_CNT",
            "CDT_TEAM_CNT\nCDT_OLD_CNT",
            1,
            "was deleted or renamed",
            id="code-disappeared",
        ),
    ],
)
def test_each_fault_is_found_at_its_line(
    *, catalogue_copy: Path, edit, file: str, old: str, new: str, below: int, message: str
) -> None:
    line = edit(file, old, new) + below
    hits = [item for item in found(catalogue_copy) if message in item[2]]
    assert [(name, number) for name, number, _ in hits][:1] == [(file, line)]


def test_a_method_that_is_not_known_says_what_is_not(catalogue_copy: Path, edit) -> None:
    edit("methods.yaml", "is_definition_known: true", "is_definition_known: false")
    assert [message for _, _, message in found(catalogue_copy)] == [
        "must say what is not known of the definition"
    ]


def test_a_rate_without_its_numerator_is_found(catalogue_copy: Path, edit) -> None:
    edit(SIG, PARTS, "")
    messages = [message for name, _, message in found(catalogue_copy) if name == SIG]
    assert any("ratio_of_sums needs numerator and denominator" in message for message in messages)


def test_a_new_code_must_be_recorded(catalogue_copy: Path, edit) -> None:
    edit("recorded_codes.txt", "CDT_TEAM_CNT\n", "")
    assert [(name, number) for name, number, _ in found(catalogue_copy)] == [(CDT, 7)]


def test_a_missing_list_of_codes_is_found(catalogue_copy: Path) -> None:
    (catalogue_copy / "recorded_codes.txt").unlink()
    assert [(name, number) for name, number, _ in found(catalogue_copy)] == [("recorded_codes.txt", 1)]


def test_faults_of_several_files_are_reported_together(catalogue_copy: Path, edit) -> None:
    edit(SIG, "kind: rate", "kind: rat")
    edit(CDT, "kind: count_stock", "kind: stock")
    edit("units.yaml", "name_en: services", "name: services")
    edit("geography/communes.csv", "00004,", "00008,")
    assert {name for name, _, _ in found(catalogue_copy)} == {
        SIG,
        CDT,
        "units.yaml",
        "geography/communes.csv",
    }


def test_a_folder_that_is_no_catalogue_is_one_finding(tmp_path: Path) -> None:
    assert [item.message for item in check_catalogue(tmp_path)] == [
        "no .yaml file here; is this a catalogue?"
    ]
