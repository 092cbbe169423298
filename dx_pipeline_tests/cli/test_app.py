import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

COMMANDS = ["catalogue", "init", "read", "run", "samples", "status", "template", "ui"]


def test_the_help_names_every_command_and_the_exit_codes(dxp):
    answer = dxp("--help")
    assert answer.code == 0
    for command in COMMANDS:
        assert f" {command} " in answer.out
    assert "0 done, 1 failed or found fault, 2 wrong usage, 3 the file cannot be read" in " ".join(
        answer.out.split()
    )
    assert "DX_DATA_DIR" in answer.out


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (["init"], ["--name", "--province"]),
        (["samples"], ["--published"]),
        (["template"], ["PROVINCE", "MONTH", "--output"]),
        (["read"], ["FILE", "--source", "--period", "--json", "--strict", "Writes nothing"]),
        (["run"], ["FIRST..LAST", "--quiet"]),
        (["ui"], ["--port"]),
        (["status"], ["MONTH", "--json"]),
        (["catalogue"], ["check", "schema"]),
        (["catalogue", "check"], ["file and line"]),
        (["catalogue", "schema"], ["JSON Schema"]),
    ],
    ids=" ".join,
)
def test_each_command_explains_itself(dxp, command, words):
    answer = dxp(*command, "--help")
    assert answer.code == 0
    assert re.search(r"Usage: .*dxp", answer.out)
    text = " ".join(answer.out.split())
    assert [word for word in words if word not in text] == []


@pytest.mark.parametrize(
    "arguments",
    [
        ["nonsense"],
        ["template", "44"],
        ["template", "44", "2025-13"],
        ["status", "October"],
        ["run", "2025-1"],
        ["run", "--fast"],
        ["read", "no_such_file.xlsx"],
        ["read", "."],
        ["ui", "--port", "many"],
    ],
    ids=" ".join,
)
def test_wrong_usage_ends_with_2_and_writes_nothing(dxp, root, arguments):
    answer = dxp(*arguments)
    assert answer.code == 2
    assert re.search(r"Usage: .*dxp", answer.err)
    assert answer.out == ""
    assert not root.exists()
    assert list(Path.cwd().iterdir()) == []


def test_a_known_failure_is_one_message_in_both_languages_and_no_traceback(dxp, tmp_path):
    damaged = tmp_path / "hỏng.xlsx"
    damaged.write_bytes(b"PK\x03\x04 not a workbook")
    answer = dxp("read", damaged)
    assert answer.code == 3
    assert answer.out == ""
    assert answer.err.startswith("error: ")
    assert "hỏng.xlsx" in answer.err
    assert "Đề nghị" in answer.err
    assert "Traceback" not in answer.err


@pytest.mark.parametrize(
    "text", ["is_sample: true\n", "limits: {max_missing_share: 3}\n", "a: [\n"], ids=["key", "limit", "yaml"]
)
def test_an_invalid_office_file_is_named(dxp, root, text):
    root.mkdir()
    (root / "office.yaml").write_text(text, encoding="utf-8")
    answer = dxp("samples")
    assert answer.code == 1
    assert "office.yaml" in answer.err
    assert "Traceback" not in answer.err


def test_a_data_directory_that_is_a_file_is_a_message_and_no_traceback(dxp, root):
    root.write_text("not a folder", encoding="utf-8")
    answer = dxp("init")
    assert answer.code == 1
    assert answer.err.startswith("error: ")
    assert str(root) in answer.err


def test_the_installed_command_answers(tmp_path):
    done = subprocess.run(
        [str(Path(sys.executable).parent / "dxp"), "status"],
        env={**os.environ, "DX_DATA_DIR": str(tmp_path / "none")},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    assert "Nothing has been taken in yet" in done.stdout


def test_without_a_setting_the_data_directory_is_data_below_the_working_directory(dxp):
    answer = dxp("init", data=None)
    assert answer.code == 0
    assert (Path.cwd() / "data" / "office.yaml").exists()
