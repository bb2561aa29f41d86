"""What tests of tools/ need from the outside, and how they say that it is missing."""

import os
import shutil

import pytest

from lumbus.runtime import find_micropython


def missing(what: str):
    """Skip with the reason, or fail where everything is required (LUMBUS_REQUIRE=1)."""
    if os.environ.get("LUMBUS_REQUIRE") == "1":
        pytest.fail(f"{what}: required here", pytrace=False)
    pytest.skip(what)


def require_runtime(runtime: str) -> None:
    if runtime == "micropython" and find_micropython() is None:
        missing("no MicroPython for this computer")


def require_program(name: str) -> str:
    """The path of a program, Debian's sbin included."""
    found = shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin:/usr/local/sbin")
    if found is None:
        missing(f"{name} is not installed")
    assert found is not None
    return found
