"""`lumbus decode` as a user runs it: arguments in, tables or JSON and an exit status out."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from terminal import on_a_terminal

ROOT = Path(__file__).resolve().parents[2]
TELEGRAMS = ROOT / "host_tests" / "telegrams"
GOOD = TELEGRAMS / "one-phase-import-export.hex"
LONGEST = TELEGRAMS / "longest-frame.hex"
BAD = TELEGRAMS / "bad" / "wrong-checksum.hex"


def lumbus(*arguments, stdin: bytes = b"", **env):
    command = [sys.executable, "-m", "lumbus", "decode", *map(str, arguments)]
    run = subprocess.run(command, input=stdin, capture_output=True, cwd=ROOT, timeout=60, env={**os.environ, **env})
    run.stdout, run.stderr = run.stdout.decode(), run.stderr.decode()
    assert "Traceback" not in run.stderr, run.stderr
    return run


def objects(run) -> list[dict]:
    return [json.loads(line) for line in run.stdout.splitlines()]


def digits(file: Path) -> str:
    return "".join(file.read_text().split())


def values(answer: dict) -> list[str]:
    return [r["value"] for r in answer["records"]]


# Where a telegram comes from.


def test_a_file_is_decoded():
    run = lumbus("--json", GOOD)
    (answer,) = objects(run)
    assert run.returncode == 0 and run.stderr == ""
    assert answer["file"] == str(GOOD)
    assert answer["error"] is None
    assert values(answer)[:3] == ["123456780", "420", "-1500"]


def test_hex_digits_are_decoded():
    run = lumbus("--json", digits(GOOD))
    (answer,) = objects(run)
    assert run.returncode == 0
    assert answer["file"] is None
    assert values(answer)[3] == "230.5"


def test_hex_digits_of_the_longest_frame_are_not_taken_for_a_file_name():
    assert len(digits(LONGEST)) == 522
    run = lumbus("--json", digits(LONGEST))
    assert run.returncode == 0
    assert objects(run)[0]["error"] is None


@pytest.mark.parametrize("change", [str.lower, str.upper, " ".join, lambda text: f"\n\t{text}\r\n"])
def test_case_and_white_space_of_the_digits_do_not_matter(change):
    text = change(digits(GOOD))
    (argument,) = objects(lumbus("--json", text))
    (stdin,) = objects(lumbus("--json", "-", stdin=text.encode()))
    assert argument == stdin
    assert argument["error"] is None


def test_standard_input_is_decoded():
    run = lumbus("--json", "-", stdin=GOOD.read_bytes())
    (answer,) = objects(run)
    assert run.returncode == 0
    assert answer["file"] is None
    assert len(answer["records"]) == 7


def test_several_inputs_give_one_object_each_in_order():
    run = lumbus("--json", GOOD, BAD, "-", "zz", digits(GOOD), stdin=digits(LONGEST).encode())
    answers = objects(run)
    assert [a["file"] for a in answers] == [str(GOOD), str(BAD), None, None, None]
    assert [a["error"] and a["error"]["kind"] for a in answers] == [None, "checksum", None, "frame", None]
    assert run.returncode == 1


def test_the_object_has_every_field():
    (answer,) = objects(lumbus("--json", GOOD))
    assert set(answer) == {"file", "error", "control", "address", "ci", "header", "records", "more_records_follow"}
    fields = {"function", "storage", "tariff", "subunit", "quantity", "unit", "value", "qualifiers"}
    fields |= {"dib", "vib", "data", "error"}
    assert all(set(r) == fields for r in answer["records"])
    want = json.loads(GOOD.with_suffix(".json").read_text(encoding="utf-8"))
    del answer["file"]
    assert answer == want


# What goes wrong.


def test_with_json_errors_are_in_the_object_and_nowhere_else():
    run = lumbus("--json", BAD)
    (answer,) = objects(run)
    assert run.returncode == 1 and run.stderr == ""
    assert answer["error"]["kind"] == "checksum"
    assert answer["records"] == [] and answer["header"] is None


@pytest.mark.parametrize(
    ("given", "kind", "words"),
    [
        (str(BAD), "checksum", str(BAD)),
        ("no/such/file.hex", "frame", "neither a file nor hex digits: 'no/such/file.hex'"),
        (str(TELEGRAMS), "frame", "neither a file nor hex digits"),
        ("68xy", "frame", "neither a file nor hex digits: '68xy'"),
        ("68030", "frame", "an odd number of hex digits: '68030'"),
        ("", "frame", "no bytes"),
        ("00", "frame", "00 starts no frame"),
        ("6803", "frame", "truncated"),
        ("é٣", "frame", "neither a file nor hex digits"),
    ],
)
def test_an_error_is_one_clear_line(given, kind, words):
    run = lumbus(given)
    assert run.returncode == 1
    assert run.stdout == ""
    (line,) = run.stderr.splitlines()
    assert f"{kind}: " in line and words in line
    (answer,) = objects(lumbus("--json", given))
    assert answer["error"]["kind"] == kind


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (b"", "no bytes"),
        (b" \n\n", "no bytes"),
        (b"this is no telegram\n", "not hex digits: 'this is no telegram'"),
        (b"685", "an odd number of hex digits"),
        (b"\xff\xfe\x00\x80", "not hex digits"),
        (b"\x68\x08\x09\x69\x16", "not hex digits"),
    ],
)
def test_bad_contents_of_a_file_or_of_standard_input_are_one_clear_line(text, words, tmp_path):
    file = tmp_path / "bad.hex"
    file.write_bytes(text)
    for given, where in ((str(file), str(file)), ("-", "telegram")):
        for locale in ("C", "C.UTF-8"):
            run = lumbus(given, stdin=text, LC_ALL=locale)
            assert run.returncode == 1 and run.stdout == ""
            (line,) = run.stderr.splitlines()
            assert line.startswith(where + ": frame: ") and words in line


@pytest.mark.skipif(not Path("/proc/self/mem").exists(), reason="no file here that can be opened and not read")
def test_a_file_that_cannot_be_read_does_not_stop_the_others():
    run = lumbus("--json", "/proc/self/mem", GOOD)
    unreadable, good = objects(run)
    assert (unreadable["error"]["kind"], unreadable["file"]) == ("file", "/proc/self/mem")
    assert good["error"] is None
    assert run.returncode == 1


def test_a_bad_telegram_does_not_stop_the_others():
    run = lumbus("zz", GOOD, BAD, LONGEST)
    assert run.returncode == 1
    assert len(run.stderr.splitlines()) == 2
    assert "123456780" in run.stdout and "5555" in run.stdout


def test_records_before_a_truncation_are_shown_with_the_error():
    run = lumbus(TELEGRAMS / "bad" / "data-missing.hex")
    assert run.returncode == 1
    assert "1000" in run.stdout
    (line,) = run.stderr.splitlines()
    assert "bytes of data missing (record at byte 6)" in line


def test_without_an_argument_the_usage_is_shown():
    run = lumbus()
    assert run.returncode == 2
    assert "usage: lumbus decode" in run.stderr


# The table.


def test_the_table_shows_every_value_whole():
    for file in TELEGRAMS.glob("*.hex"):
        want = json.loads(file.with_suffix(".json").read_text(encoding="utf-8"))
        run = lumbus(file, COLUMNS="40")
        assert run.returncode == 0 and run.stderr == ""
        rows = [line for line in run.stdout.splitlines() if line.startswith("│")]
        assert len(rows) == len(want["records"])
        for row, record in zip(rows, want["records"], strict=True):
            cells = [cell.strip() for cell in row.strip("│").split("│")]
            # What is said of hexadecimal digits is more than the library says.
            reason = cells[1].removeprefix("– (")
            good = record["error"] is None
            assert cells[1] == record["value"] if good else reason.startswith(record["error"])
            assert cells[:1] + cells[2:] == [
                record["quantity"],
                record["unit"] or "",
                record["function"],
                str(record["storage"]),
                str(record["tariff"]),
                str(record["subunit"]),
                " ".join(record["qualifiers"]),
            ]


def test_the_table_names_the_meter():
    out = lumbus(GOOD).stdout
    assert "LMB 10203040, electricity" in out
    assert str(GOOD) in out


def test_brackets_in_a_file_name_are_shown_as_they_are(tmp_path):
    folder = tmp_path / "x["
    folder.mkdir()
    file = folder / "b].hex"
    file.write_bytes(GOOD.read_bytes())
    run = lumbus(file)
    assert run.returncode == 0
    assert str(file) in run.stdout


def decoded(columns: int, file: Path) -> str:
    return on_a_terminal(columns, "decode", file).plain


def test_a_narrow_terminal_gets_fewer_columns_and_no_value_is_folded():
    out = decoded(80, GOOD)
    assert "│ energy        │ 123456780 │ Wh   │ positive_only │" in out
    assert "storage" not in out
    assert "│ instantaneous │ 0       │ 0      │ 0       │" in decoded(120, GOOD)
    # All columns where there is room for them.
    assert "storage" in decoded(80, TELEGRAMS / "storage-tariff-subunit.hex")
    places = decoded(60, TELEGRAMS / "storage-tariff-subunit.hex")
    assert "maximum, storage" in places and "tariff 3" in places and "subunit 1" in places
    assert max(map(len, places.splitlines()[1:])) <= 60
