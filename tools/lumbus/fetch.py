"""Set-up: fetch umqtt.simple, which pip cannot build, the boards' type stubs, and CircuitPython's asyncio.

The package index serves umqtt.simple 1.3.4 as an old source archive without
build instructions.  `unearth` finds and downloads it without building; the
archive is checked against its hash and one file of it put into the
environment.  pip's own settings for indexes and link folders are honoured.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from .paths import CIRCUITPYTHON_LIB, CIRCUITPYTHON_STUBS, MICRODOT, STUBS, UMQTT
from .slim import SlimError, original

UMQTT_REQUIREMENT = "micropython-umqtt.simple==1.3.4"
UMQTT_SHA256 = "b6a2520239e3992c63a7de9370ee9b3d9d27819a90359c521f1c0f7ccab8d12f"
STUBS_REQUIREMENT = "micropython-esp32-stubs>=1.29.0.post1,<1.30"
CIRCUITPYTHON_STUBS_REQUIREMENT = "circuitpython-stubs>=10.3.1,<10.4"
# What a drive CIRCUITPY needs beside our own; it would stand in the way of CPython's own module of that name.
CIRCUITPYTHON_LIB_REQUIREMENTS = ("adafruit-circuitpython-asyncio>=3,<4", "adafruit-circuitpython-ticks>=1.1,<2")


class FetchError(Exception):
    """Something needed could not be fetched; the text says what and what to do."""


def main() -> int:
    try:
        fetch_umqtt(UMQTT)
        put_microdot(MICRODOT)
        fetch_packages(STUBS, "machine", STUBS_REQUIREMENT)
        fetch_packages(CIRCUITPYTHON_STUBS, "countio", CIRCUITPYTHON_STUBS_REQUIREMENT)
        fetch_packages(CIRCUITPYTHON_LIB, "asyncio", "--no-deps", *CIRCUITPYTHON_LIB_REQUIREMENTS)
    except (FetchError, SlimError) as e:
        print(f"set-up: {e}", file=sys.stderr)
        return 1
    return 0


def _pip_setting(name: str) -> list[str]:
    """pip's own value of a setting, from the environment or its files."""
    from_env = os.environ.get("PIP_" + name.upper().replace("-", "_"))
    if from_env:
        return from_env.split()
    answer = subprocess.run(
        [sys.executable, "-m", "pip", "config", "get", f"global.{name}"], capture_output=True, text=True
    )
    return answer.stdout.split() if answer.returncode == 0 else []


def _default_index() -> str:
    """The index that pip itself asks where no other is set."""
    from pip._internal.models.index import PyPI

    return PyPI.simple_url


def fetch_umqtt(target: Path) -> None:
    """Put umqtt/simple.py under `target`, once."""
    if (target / "umqtt" / "simple.py").exists():
        return
    from unearth import PackageFinder

    finder = PackageFinder(
        index_urls=_pip_setting("index-url") or [_default_index()], find_links=_pip_setting("find-links")
    )
    try:
        best = finder.find_best_match(UMQTT_REQUIREMENT).best
        if best is None or best.link is None:
            raise FetchError(f"{UMQTT_REQUIREMENT} is not in the package index: check pip's settings")
        with tempfile.TemporaryDirectory() as folder:
            finder.download_and_unpack(best.link, folder, hashes={"sha256": [UMQTT_SHA256]})
            found = next(Path(folder).rglob("umqtt/simple.py"))
            (target / "umqtt").mkdir(parents=True, exist_ok=True)
            shutil.copy(found, target / "umqtt" / "simple.py")
    except FetchError:
        raise
    except Exception as e:  # whatever the network layer throws: say it once, clearly
        raise FetchError(f"cannot fetch {UMQTT_REQUIREMENT} ({e}): check the network") from e


def put_microdot(target: Path) -> None:
    """Put a copy of the installed microdot under `target`, as it is."""
    (target / "microdot").mkdir(parents=True, exist_ok=True)
    for name in ("__init__.py", "microdot.py"):
        shutil.copy(original() / name, target / "microdot" / name)


def fetch_packages(target: Path, known: str, *wanted: str) -> None:
    """Put packages under `target`, once; `known` is a module that they have, wanted: as pip install takes it."""
    if any((target / name).exists() for name in (known, known + ".pyi", known + "-stubs")):
        return
    answer = subprocess.run(
        [sys.executable, "-m", "pip", "install", "--quiet", "--target", str(target), *wanted],
        stderr=subprocess.PIPE,
        text=True,
    )
    if answer.returncode:
        raise FetchError(f"cannot fetch {' '.join(wanted)}:\n{answer.stderr}")


if __name__ == "__main__":
    sys.exit(main())
