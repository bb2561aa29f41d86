"""`python -m lumbus.packages`: rewrite each package.json that mip reads, from the files that are there.

A package's files lie beside it: mip knows no way out of its folder.
"""

import json
import sys
from pathlib import Path

from uplink import __version__

from .paths import BOARD, FIRMWARE, LIB

_UMQTT = ["umqtt.simple", "latest"]


def packages() -> dict[Path, dict]:
    """{file: what it says}.  The application is for mip's target "/", the libraries for "/lib"."""
    found = {LIB / name / "package.json": _package(LIB / name, f"{name}/", []) for name in ("mbus", "mbus_service")}
    application = _package(FIRMWARE, "", [_UMQTT], "main.py", "uplink/*.py", "uplink/profiles/*.json", "pages/*")
    found[FIRMWARE / "package.json"] = application
    for room in ("common", "esp32"):
        found[BOARD / room / "package.json"] = _package(BOARD / room, "", [])
    return found


def _package(folder: Path, before: str, deps: list, *patterns: str) -> dict:
    files = sorted(file for pattern in patterns or ("*.py",) for file in folder.glob(pattern) if file.is_file())
    paths = [str(file.relative_to(folder)) for file in files]
    return {"version": __version__, "deps": deps, "urls": [[before + path, path] for path in paths]}


def text(package: dict) -> str:
    """One file a line, so that a change shows what it is."""
    urls = ",\n".join(f"    {json.dumps(url)}" for url in package["urls"])
    version, deps = json.dumps(package["version"]), json.dumps(package["deps"])
    return f'{{\n  "version": {version},\n  "deps": {deps},\n  "urls": [\n{urls}\n  ]\n}}\n'


def main() -> int:
    for file, package in packages().items():
        file.write_text(text(package))
    return 0


if __name__ == "__main__":
    sys.exit(main())
