"""The firmware laid out once for all tests of a process: no test changes it, and what it keeps is elsewhere."""

import atexit
import shutil
import tempfile
from functools import cache
from pathlib import Path

from lumbus import runtime


@cache
def laid_out(runtime_name: str) -> Path:
    """To be called before any threads that use it: parsing is one thread's, and pytest parses as well."""
    folder = Path(tempfile.mkdtemp(prefix="lumbus-laid-out-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return runtime.assemble(folder, "host", runtime_name == "micropython")


class LaidOutMixin:
    """For a Stage."""

    def lay_out(self, root: Path) -> Path:
        return laid_out(self.options.runtime)  # pyright: ignore[reportAttributeAccessIssue]
