"""What the application takes of the standard library is in MicroPython, CircuitPython and CPython alike."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SHARED = sorted([*(ROOT / "lib").rglob("*.py"), *(ROOT / "firmware" / "uplink").rglob("*.py")])
BOARD = sorted(path for path in (ROOT / "board" / "circuitpython").glob("*.py") if path.stem not in ("cp_gpiod",))
BOARD = [path for path in BOARD if not path.stem.startswith("cp_linux")]
# By the documentation of each; CircuitPython's asyncio is a library, and has no sleep_ms among its documented names.
NAMES = {
    "asyncio": {"CancelledError", "Event", "Lock", "TimeoutError", "create_task", "gather", "run", "sleep", "wait_for"},
    "binascii": {"a2b_base64", "b2a_base64", "crc32", "hexlify", "unhexlify"},
    "errno": {"EAGAIN", "EACCES", "ECONNREFUSED", "ECONNRESET", "EEXIST", "EINPROGRESS", "EIO", "ENOENT", "ENOTCONN"}
    | {"ETIMEDOUT"},
    "gc": {"collect"},
    "json": {"dumps", "loads"},
    "os": {"listdir", "mkdir", "remove", "rename", "stat"},
    "random": {"randrange"},
    "sys": {"implementation", "maxsize", "modules", "path", "stdin"},
    "time": {"localtime", "monotonic_ns", "time"},
}
# Asked for with hasattr() first.
GUARDED = {"gc": {"mem_free", "threshold"}, "sys": {"print_exception"}}


def taken(path: Path) -> set[tuple[str, str]]:
    """(module, name) of each attribute of a module of NAMES, and of each name imported from one."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in NAMES:
            found.add((node.value.id, node.attr))
        elif isinstance(node, ast.ImportFrom) and node.module in NAMES:
            found |= {(node.module, alias.name) for alias in node.names}
    return found


def guards(path: Path) -> set[tuple[str, str]]:
    """(module, name) of each hasattr(module, "name")."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "hasattr":
            module, name = node.args
            if isinstance(module, ast.Name) and isinstance(name, ast.Constant):
                found.add((module.id, name.value))
    return found


@pytest.mark.parametrize("path", SHARED + BOARD, ids=lambda path: str(path.relative_to(ROOT)))
def test_only_names_that_all_have_are_taken(path):
    guarded = guards(path)
    for module, name in taken(path):
        if name in GUARDED.get(module, ()):
            # mem_free is where threshold is.
            assert guarded & {(module, name), (module, "threshold")}, (module, name)
        else:
            assert name in NAMES[module], (module, name)


def test_the_check_finds_what_only_one_has(tmp_path):
    file = tmp_path / "x.py"
    file.write_text("import asyncio, time\nfrom json import load\nasyncio.sleep_ms(1)\ntime.ticks_ms()\n")
    assert taken(file) - {(m, n) for m, names in NAMES.items() for n in names} == {
        ("asyncio", "sleep_ms"),
        ("time", "ticks_ms"),
        ("json", "load"),
    }
