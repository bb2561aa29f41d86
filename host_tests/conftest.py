"""Runs the tests of lib/, firmware/ and board/ twice: under CPython and under MicroPython.

A file in those folders is collected by pytest as usual, and once more by
MicroPythonFile: one process of the real interpreter runs all of its tests, and
each is reported under its own name.  A file that has the line
`# CPython only: <why>` is left out there.

Where something that tests need is missing (MicroPython, mosquitto) they are
skipped with the reason; with LUMBUS_REQUIRE=1, as .ci/run sets it, that is a
failure instead.
"""

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

from lumbus.paths import UMQTT

HERE = Path(__file__).parent
ROOT = HERE.parent
BOTH = ("lib", "firmware", "board")
HEAP = "4m"
TIMEOUT_S = 240
_ONLY_CPYTHON = "# CPython only:"

sys.path[:0] = [str(HERE / "support"), str(ROOT / "board" / "host"), str(ROOT / "board" / "common"), str(UMQTT)]
old_names = __import__("old_names")
old_names.install()


def pytest_collect_file(file_path: Path, parent):
    if file_path.suffix != ".py" or not file_path.name.startswith("test_"):
        return None
    if file_path.parent.parent != HERE or file_path.parent.name not in BOTH:
        return None
    if _ONLY_CPYTHON in file_path.read_text():
        return None
    return MicroPythonFile.from_parent(parent, path=file_path, name=f"micropython:{file_path.name}")


class MicroPythonFile(pytest.File):
    """One test file under MicroPython."""

    _results: dict[str, str] | None = None
    _output = ""

    def collect(self):
        for node in ast.parse(self.path.read_text()).body:
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                yield MicroPythonTest.from_parent(self, name=node.name)

    def result(self, name: str) -> str:
        """ "" when the test passed, else what it printed."""
        if self._results is None:
            self._run()
        assert self._results is not None
        return self._results.get(name, f"did not run to its end; MicroPython said:\n{self._output}")

    def _run(self) -> None:
        from lumbus.runtime import command

        folders = [ROOT / "lib", ROOT / "firmware", ROOT / "tools", HERE / "support", UMQTT]
        env = {**os.environ, "MICROPYPATH": ":".join([*map(str, folders), ".frozen"])}
        runner = command("micropython", str(HERE / "support" / "run_tests.py"), HEAP)
        try:
            run = subprocess.run(
                [*runner, str(self.path)], env=env, capture_output=True, text=True, timeout=TIMEOUT_S, cwd=ROOT
            )
            self._output = run.stdout + run.stderr
        except subprocess.TimeoutExpired as e:
            self._output = f"no end after {TIMEOUT_S} s\n{(e.stdout or b'').decode(errors='replace')}"
        self._results = {}
        for part in self._output.split("\n@@ ")[1:]:
            head, _, text = part.partition("\n")
            verdict, name = head.split(" ", 1)
            self._results[name] = "" if verdict == "passed" else text


class MicroPythonTest(pytest.Item):
    def runtest(self):
        from needs import require_runtime

        require_runtime("micropython")
        assert isinstance(self.parent, MicroPythonFile)
        text = self.parent.result(self.name)
        if text:
            raise MicroPythonFailure(text)

    def repr_failure(self, excinfo, style=None):
        if isinstance(excinfo.value, MicroPythonFailure):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self):
        return self.path, None, f"micropython: {self.name}"


class MicroPythonFailure(Exception):
    """A test failed under MicroPython; the text is its traceback."""
