import json
import re
import shutil
from pathlib import Path

import pytest

import dx_pipeline.catalogue
from dx_pipeline.catalogue.loading import load_catalogue

FOLDER = Path(dx_pipeline.catalogue.__file__).parent


@pytest.fixture
def copied(tmp_path):
    folder = tmp_path / "catalogue"
    shutil.copytree(FOLDER, folder, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    return folder


def test_the_shipped_catalogue_is_sound(dxp):
    answer = dxp("catalogue", "check")
    catalogue = load_catalogue()
    assert answer.code == 0
    assert answer.err == ""
    assert f"{len(catalogue.indicators)} indicators in {len(catalogue.themes)} themes" in answer.out
    assert len(catalogue.indicators) >= 74


def test_a_copy_of_it_is_sound_too(dxp, copied):
    assert dxp("catalogue", "check", copied).code == 0


def spoil(folder, file, old, new):
    path = folder / file
    lines = path.read_text(encoding="utf-8").splitlines()
    number = next(number for number, line in enumerate(lines, start=1) if old in line)
    lines[number - 1] = lines[number - 1].replace(old, new)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return number


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("indicators/digital_signature.yaml", "kind: rate", "kind: ratio"),
        ("indicators/digital_signature.yaml", "  is_headline: true", "  is_headlin: true"),
        ("sources/signature_registry.yaml", "due_day: 5", "due_day: 35"),
        ("indicators/digital_signature.yaml", "unit: certificates", "unit: pieces"),
    ],
    ids=["wrong value", "unknown key", "out of range", "unknown unit"],
)
def test_a_fault_is_told_with_file_and_line(dxp, copied, file, old, new):
    line = spoil(copied, file, old, new)
    answer = dxp("catalogue", "check", copied)
    assert answer.code == 1
    assert answer.out == ""
    told = re.findall(r"^(.*):(\d+): ", answer.err, re.MULTILINE)
    assert any(place.endswith(file) and abs(int(number) - line) <= 1 for place, number in told), answer.err
    assert "1 faults" in answer.err


def test_every_fault_is_told_at_once(dxp, copied):
    spoil(copied, "indicators/digital_signature.yaml", "kind: rate", "kind: ratio")
    spoil(copied, "sources/signature_registry.yaml", "due_day: 5", "due_day: 35")
    answer = dxp("catalogue", "check", copied)
    assert answer.code == 1
    assert "digital_signature.yaml" in answer.err
    assert "signature_registry.yaml" in answer.err


def test_yaml_that_is_none_is_told_and_not_thrown(dxp, copied):
    (copied / "indicators" / "dossiers.yaml").write_text("theme: [\n", encoding="utf-8")
    answer = dxp("catalogue", "check", copied)
    assert answer.code == 1
    assert "dossiers.yaml" in answer.err
    assert "Traceback" not in answer.err


def test_the_schemas_for_editors_are_those_in_the_repository(dxp, tmp_path):
    answer = dxp("catalogue", "schema", tmp_path / "schema")
    written = {
        path.name: json.loads(path.read_text(encoding="utf-8")) for path in (tmp_path / "schema").iterdir()
    }
    shipped = {
        path.name: json.loads(path.read_text(encoding="utf-8")) for path in (FOLDER / "schema").glob("*.json")
    }
    assert answer.code == 0
    assert written == shipped
