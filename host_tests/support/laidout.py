"""The firmware laid out once for all tests of a process: no test changes it, and what it keeps is elsewhere."""

import atexit
import os
import shutil
import tempfile
from functools import cache
from pathlib import Path
from unittest.mock import patch

from lumbus import runtime
from lumbus.built import FOLDER


@cache
def laid_out(runtime_name: str) -> Path:
    """To be called before any threads that use it: parsing is one thread's, and pytest parses as well."""
    return runtime.assemble(_folder(), "host", runtime_name == "micropython")


@cache
def another(version: str, places: tuple[str, ...]) -> Path:
    """The same firmware, compiled, of another version; of these places every byte may differ."""
    folder = _folder() / "slot"
    shutil.copytree(laid_out("micropython"), folder)
    texts, options = _joined()
    package = Path("uplink/__init__.py")
    changed = {package: texts[package].replace('"0.1.0"', f'"{version}"')}
    assert changed[package] != texts[package]
    changed |= {Path(place): f"{texts[Path(place)]}\n_BUILT = {version!r}\n" for place in places}
    runtime.compile_texts(changed, folder, *options)
    return folder


@cache
def _joined() -> tuple[dict[Path, str], tuple[str, ...]]:
    """The texts that are compiled for laid_out(), and with which options: made anew, for what is kept has none."""
    found: list = []
    compile_texts = runtime.compile_texts

    def compiling(texts, root, *options):
        if len(texts) > 1:
            found.append((texts, options))
        compile_texts(texts, root, *options)

    with patch.object(runtime, "compile_texts", compiling), patch.dict(os.environ, {FOLDER: ""}):
        runtime.assemble(_folder(), "host", True)
    return found[-1]


def _folder() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="lumbus-laid-out-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


class LaidOutMixin:
    """For a Stage."""

    def lay_out(self, root: Path) -> Path:
        return laid_out(self.options.runtime)  # pyright: ignore[reportAttributeAccessIssue]
