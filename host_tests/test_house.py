"""The house rules that a machine can check: who may import what, no floats, small files."""

import ast
from pathlib import Path

import pytest

from lumbus.bench.size import FORGOTTEN

ROOT = Path(__file__).parent.parent
LIB = sorted((ROOT / "lib").rglob("*.py"))
FIRMWARE = sorted((ROOT / "firmware").rglob("*.py"))
BOARD = sorted((ROOT / "board").rglob("*.py"))
TOOLS = sorted((ROOT / "tools").rglob("*.py"))
TESTS = sorted((ROOT / "host_tests").rglob("*.py"))
# On all three interpreters; `micropython` only for const.
COMMON = {"micropython", "array"}
# The local page's server alone.
SERVER = {"microdot"}
APPLICATION = COMMON | {"asyncio", "binascii", "gc", "hashlib", "json", "sys"}
APPLICATION |= {"umqtt", "mbus", "mbus_service", "uplink"}


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def imports(path: Path) -> set[str]:
    """The top-level names of the modules that a file imports, wherever it does."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            found.add((node.module or "").split(".")[0])
    return found


def floats(path: Path) -> list[str]:
    """Where a float literal, a true division or float() stands."""
    found = []
    for node in ast.walk(ast.parse(path.read_text())):
        literal = isinstance(node, ast.Constant) and isinstance(node.value, float)
        division = isinstance(node, ast.BinOp | ast.AugAssign) and isinstance(node.op, ast.Div)
        call = isinstance(node, ast.Name) and node.id in ("float", "round")
        if literal or division or call:
            found.append(f"{name(path)}:{node.lineno}")
    return found


def test_there_is_something_to_check():
    assert len(LIB) >= 10 and len(FIRMWARE) >= 20 and len(BOARD) >= 4 and len(TOOLS) >= 10


@pytest.mark.parametrize("path", LIB, ids=name)
def test_the_library_imports_only_what_all_interpreters_have(path):
    assert imports(path) <= COMMON | ({"mbus"} if path.parent.name == "mbus_service" else set())


@pytest.mark.parametrize("path", FIRMWARE, ids=name)
def test_the_application_imports_the_library_and_no_platform(path):
    # What chooses the application lies beside main.py.
    beside = {"os", "port", "slots", "text_storage", "guard"}
    allowed = APPLICATION | (beside if path.name == "main.py" else set())
    allowed |= SERVER if path.stem == "web" else set()
    assert imports(path) <= allowed


@pytest.mark.parametrize("path", BOARD, ids=name)
def test_the_boards_do_not_import_tools_or_the_application(path):
    assert not imports(path) & {"lumbus", "uplink"}


def test_what_stays_in_memory_does_not_keep_what_is_to_be_forgotten():
    """A module that stays may import one that goes in a function only, where the name is gone when that ends."""
    for path in sorted((ROOT / "firmware" / "uplink").glob("*.py")):
        if path.stem in FORGOTTEN:
            continue
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.ImportFrom) and node.level:
                assert node.module not in FORGOTTEN, (path.name, node.module)


def test_what_is_to_be_forgotten_is_there():
    assert all((ROOT / "firmware" / "uplink" / f"{name}.py").exists() for name in FORGOTTEN - SERVER)


def test_board_is_a_plain_folder():
    assert not list((ROOT / "board").rglob("__init__.py"))


@pytest.mark.parametrize("path", LIB + FIRMWARE, ids=name)
def test_no_float_touches_a_quantity(path):
    assert floats(path) == []


def test_the_float_check_finds_floats(tmp_path):
    file = tmp_path / "x.py"
    file.write_text("a = 0.5\nb = a / 2\na /= 3\nc = float(1)\n")
    global ROOT
    before, ROOT = ROOT, tmp_path
    try:
        assert len(floats(file)) == 4
    finally:
        ROOT = before


@pytest.mark.parametrize("path", LIB + FIRMWARE + BOARD + TOOLS + TESTS, ids=name)
def test_files_stay_small(path):
    assert len(path.read_text().splitlines()) <= 300


@pytest.mark.parametrize("path", LIB + FIRMWARE + BOARD, ids=name)
def test_every_file_says_what_it_is(path):
    assert ast.get_docstring(ast.parse(path.read_text()))


@pytest.mark.parametrize("path", LIB + FIRMWARE + BOARD, ids=name)
def test_no_bare_except_and_no_assert_for_input(path):
    for node in ast.walk(ast.parse(path.read_text())):
        assert not (isinstance(node, ast.ExceptHandler) and node.type is None), node.lineno
        assert not isinstance(node, ast.Assert), node.lineno
