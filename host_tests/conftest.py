"""Runs the tests of lib/, firmware/ and board/ twice and more: under CPython and under MicroPython.

A file in those folders is collected by pytest as usual, and once more by
MicroPythonFile: one process of the real interpreter runs all of its tests, and
each is reported under its own name.  A file that has the line
`# CPython only: <why>` is left out there.  wasm_tests collects those of lib/ and
firmware/ a third time, for MicroPython of 32 bits.  A file named lfs_*.py needs LittleFS: MicroPython alone runs it.

Where something that tests need is missing (MicroPython, mosquitto) they are
skipped with the reason; with LUMBUS_REQUIRE=1, as .ci/run sets it, that is a
failure instead.
"""

import gc
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from lumbus.built import FOLDER
from lumbus.paths import MICRODOT, UMQTT

HERE = Path(__file__).parent
ROOT = HERE.parent
BOTH = ("lib", "firmware", "board")
HEAP = "4m"
TIMEOUT_S = 240
_ONLY_CPYTHON = "# CPython only:"

sys.path[:0] = [str(HERE / "support"), str(ROOT / "board" / "host"), str(ROOT / "board" / "common"), str(UMQTT)]
old_names = __import__("old_names")
old_names.install()

import wasm_tests  # noqa: E402
from elsewhere import OtherFile  # noqa: E402

# What takes longest comes first: the last file of a run is one worker's, and the others wait. Those in WebAssembly
# are one file, which computes; the demo's tests wait most of their time: so these two go side by side.
_LONG = """
    wasm test_demo test_fleet_thousand test_fleet test_update_end_to_end test_rollout_board test_rollout
    test_collect_life test_doctor test_scan test_page_setup test_tls test_page_server test_page_running test_bench
    test_sources_nats test_search_secondary test_soak test_monitor test_mosquitto test_stalls test_page_restart
    test_traceback test_gateway test_flashing test_circuitpython test_flash test_link test_deploy_failures test_setup
    test_esp32_compiled test_master_deadlines
"""


def pytest_collection_modifyitems(items):
    first = {name: place for place, name in enumerate(_LONG.split())}
    items.sort(key=lambda item: first.get(Path(item.nodeid.partition("::")[0]).stem, len(first)))


def pytest_collection_finish():
    # Five thousand tests are a million objects, which stay: what the tests collect and count need not walk over them.
    gc.collect()
    gc.freeze()


def pytest_configure(config):
    config.pluginmanager.register(wasm_tests)
    if FOLDER not in os.environ:
        # Of this run and all that it starts, other workers too.
        os.environ[FOLDER] = config.lumbus_built = tempfile.mkdtemp(prefix="lumbus-built-")


def pytest_unconfigure(config):
    folder = getattr(config, "lumbus_built", None)
    if folder is not None:
        shutil.rmtree(folder, ignore_errors=True)


def pytest_collect_file(file_path: Path, parent):
    if file_path.suffix != ".py" or not file_path.name.startswith(("test_", "lfs_")):
        return None
    if file_path.parent.parent != HERE or file_path.parent.name not in BOTH:
        return None
    if _ONLY_CPYTHON in file_path.read_text():
        return None
    return MicroPythonFile.beside(parent, file_path)


class MicroPythonFile(OtherFile):
    """One test file under MicroPython."""

    what = "MicroPython"
    short = "micropython"
    _output: str | None = None

    def require(self) -> None:
        from needs import require_runtime

        require_runtime("micropython")

    def output(self) -> str:
        if self._output is None:
            self._output = self._run()
        return self._output

    def _run(self) -> str:
        from lumbus.runtime import command

        folders = [ROOT / "lib", ROOT / "firmware", ROOT / "tools", HERE / "support", UMQTT, MICRODOT]
        env = {**os.environ, "MICROPYPATH": ":".join([*map(str, folders), ".frozen"])}
        runner = command("micropython", str(HERE / "support" / "run_tests.py"), HEAP)
        try:
            run = subprocess.run(
                [*runner, str(self.path)], env=env, capture_output=True, text=True, timeout=TIMEOUT_S, cwd=ROOT
            )
        except subprocess.TimeoutExpired as e:
            return f"{(e.stdout or b'').decode(errors='replace')}\nno end after {TIMEOUT_S} s\n"
        return run.stdout + run.stderr
