"""A board's traceback, and the names that the sources have."""

import ast
import io
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from needs import require_runtime
from ptybus import Run

from lumbus import runtime
from lumbus.doctor.origins import Origin, Origins, origins
from lumbus.doctor.traceback import Frame, Traceback, narrow, shown, taken_apart
from lumbus.joined import dotted
from lumbus.paths import ROOT, UMQTT
from uplink import __version__

TRIAL = """
import asyncio
import sys

from mbus.master import Master


class Clock:
    def ms(self):
        return 0


class Line:
    def __init__(self):
        self.unread = None

    def any(self):
        return self.unread.missing_bytes

    write = read = flush = any


def trial():
    try:
        asyncio.run(Master(Line(), Clock()).read(1))
    except Exception as e:
        sys.print_exception(e)


trial()
"""

START = """
import sys
from uplink.start import main
try:
    main(None)
except Exception as e:
    sys.print_exception(e)
"""


def said(root: Path, script: str) -> str:
    """What MicroPython says of a script beside compiled firmware."""
    require_runtime("micropython")
    (root / "begin.py").write_text(script)
    run = subprocess.run(
        runtime.command("micropython", str(root / "begin.py")),
        env=runtime.environment(root),
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert run.stderr == "", run.stderr
    return run.stdout


def line_of(file: str, text: str) -> int:
    lines = (ROOT / file).read_text().splitlines()
    return next(number for number, line in enumerate(lines, 1) if text in line)


@pytest.fixture(scope="module")
def console(tmp_path_factory):
    """The console of compiled firmware that could not start."""
    root = runtime.assemble(tmp_path_factory.mktemp("root"), "host", True)
    text = said(root, START)
    assert "_goes_back_first" not in text and "preparing" in text
    file = root / "console.txt"
    file.write_text(f"lumbus {__version__} on host-micropython, boot 1\n{text}and then it went on\n")
    return file


def test_a_start_that_failed(console, capsys):
    run = Run(capsys, "traceback", str(console), "--board", "host")
    assert run.code == 0 and run.err == ""
    start, preparing = "firmware/uplink/start.py", "firmware/uplink/preparing.py"
    assert run.out.splitlines() == [
        f"lumbus {__version__} on host-micropython, boot 1",
        "Traceback (most recent call last):",
        console.read_text().splitlines()[2],
        f"  {start}:{line_of(start, 'def main(')}, in main",
        f"  {start}:{line_of(start, 'def _made(')}, in _made",
        f"  {preparing}:{line_of(preparing, 'def made(')}, in made",
        f"  {preparing}:{line_of(preparing, 'def _goes_back_first(')}, in _goes_back_first",
        "AttributeError: 'NoneType' object has no attribute 'storage'",
        "and then it went on",
    ]


def test_for_programs(console, capsys, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO(console.read_text()))
    run = Run(capsys, "traceback", "-", "--board", "host", "--json")
    assert run.code == 0
    told = json.loads(run.out)
    assert told["error"] == "AttributeError: 'NoneType' object has no attribute 'storage'" and told["names"] == {}
    assert told["frames"][0]["functions"] == []
    assert [frame["functions"][0]["name"] for frame in told["frames"][1:]] == [
        "main",
        "_made",
        "made",
        "_goes_back_first",
    ]


def test_deep_in_the_joined_modules_only_what_fits_is_told(tmp_path):
    trial = tmp_path / "trial.py"
    trial.write_text(TRIAL)
    texts, made = runtime.sources("host", {trial: Path("trial.py")})
    root = tmp_path / "root"
    runtime.compile_texts(texts, root, "-O3")
    shutil.copytree(UMQTT, root / "lib", dirs_exist_ok=True)
    known = origins(texts, made)
    (deep,) = taken_apart(said(root, "import trial\n").splitlines(), known)
    assert isinstance(deep, Traceback)
    names = [[one.name for one in frame.functions] for frame in deep.frames if frame.functions]
    assert "Master.ask" in names.pop(2)
    assert names == [["trial"], ["Link.alone"], ["Master.link"], ["Master.reset"], ["Link.request"], ["Link.quiet"]]
    # Of the many that have one name on the board, few fit.
    assert max(len(functions) for (module, _), functions in known.functions.items() if "linked" in module) > 15
    text = "\n".join(shown(deep, known))
    assert f"  lib/mbus/exchange.py:{line_of('lib/mbus/exchange.py', 'def quiet(')}, in Link.quiet" in text
    assert text.splitlines()[-2].endswith("object has no attribute 'baud'")
    classes = text.splitlines()[-1].split(" is ")[1].split(" or ")
    assert "Line" in classes and "Master" not in classes


@pytest.mark.parametrize("file", ["uplink/linked.py", "uplink.linked"])
def test_a_file_is_known_by_its_place_and_by_its_module(file):
    known = Origins()
    known.functions["uplink.linked", "acosh"] = [Origin("firmware/uplink/outbox.py:3", "Outbox.put", frozenset())]
    (one,) = taken_apart(
        ["Traceback (most recent call last):", f'  File "{file}", line 1, in acosh', "OSError: 5"], known
    )
    assert isinstance(one, Traceback)
    assert list(shown(one, known))[1] == "  firmware/uplink/outbox.py:3, in Outbox.put"


def frame(*functions):
    return Frame("", "", "", "", [Origin("f.py:1", name, frozenset(says)) for name, says in functions])


def left(*frames):
    narrow(list(frames))
    return [[one.name for one in each.functions] for each in frames]


def test_what_goes_together_is_left():
    # By the one before, and by the one behind.
    caller = frame(("A.run", {"poll"}), ("B.run", {"stop"}))
    called = frame(("C.poll", {"close"}), ("D.put", {"poll"}))
    assert left(caller, called, frame(("E.close", set()))) == [["A.run"], ["C.poll"], ["E.close"]]
    # A class is called by its name, or by who inherits from it.
    made = frame(("A.__init__", set()), ("B.__init__", set()))
    assert left(frame(("make", {"B"})), made) == [["make"], ["B.__init__"]]
    # What was called by another name than its own leaves all.
    assert left(frame(("run", {"task"})), frame(("A.poll", set()), ("B.put", set()))) == [["run"], ["A.poll", "B.put"]]


def test_another_version_is_told(tmp_path, capsys):
    file = tmp_path / "console.txt"
    file.write_text(
        'lumbus 9.9.9 on esp32-micropython, boot 1\nTraceback (most recent call last):\n  File "main.py", line 3'
    )
    run = Run(capsys, "traceback", str(file), "--board", "host")
    assert run.code == 0 and run.out == file.read_text() + "\n\n"
    assert run.complaint == (
        f"lumbus traceback: it is of lumbus 9.9.9 and the names are of {__version__}: take the sources of that version"
    )


def test_what_is_none_is_said(tmp_path, capsys):
    (tmp_path / "none.txt").write_text("all is well\n")
    run = Run(capsys, "traceback", str(tmp_path / "none.txt"))
    assert run.code == 1 and run.complaint.startswith("lumbus traceback: no traceback: there is no line")
    run = Run(capsys, "traceback", str(tmp_path / "missing.txt"))
    assert run.code == 2 and "missing.txt cannot be read: No such file" in run.complaint


def test_every_function_of_a_board_is_known():
    texts, made = runtime.sources("esp32")
    known = origins(texts, made)
    count = 0
    for place, text in texts.items():
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                count += 1
                assert known.functions[dotted(place), node.name], (place, node.name)
    assert count == sum(map(len, known.functions.values())) > 500
