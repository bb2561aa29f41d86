"""docs/extending.md lists what a port must have: what the firmware asks for, and every port gives."""

import ast

import pytest
from docpages import DOCS, ROOT, codes, rows, section

PAGE = (DOCS / "extending.md").read_text(encoding="utf-8")
FIRMWARE = sorted((ROOT / "firmware").rglob("*.py"))
PORTS = [
    path for path in sorted((ROOT / "board").glob("*/*.py")) if "\nclass Port:" in path.read_text(encoding="utf-8")
]
# Part of the page: where it is made.
PARTS = {
    "clock": ("host/port.py:Clock", "esp32/esp32_clock.py:Clock"),
    "line": ("host/host_serial.py:SerialLine", "esp32/esp32_serial.py:SerialLine"),
    "network": ("host/host_socket.py:Network", "esp32/esp32_network.py:Network"),
    "connection": ("host/host_socket.py:Connection", "esp32/esp32_socket.py:Connection"),
    "datagrams": ("common/datagrams.py:Datagrams",),
    "storage": ("common/text_storage.py:Storage",),
    "folder": ("common/file_store.py:Files",),
}


def listed(heading: str, at_first: bool = True) -> set[str]:
    """The members in the first column of a table, without their arguments; at_first: or the others of each line."""
    found = set()
    for row in rows(section(PAGE, heading)):
        members = [code.split("(")[0] for code in codes(row[0])]
        found |= set(members[:1] if at_first else members[1:])
    return found


def is_port(node: ast.expr) -> bool:
    """`port`, `self._port`, `app._port`."""
    return (isinstance(node, ast.Name) and node.id == "port") or (
        isinstance(node, ast.Attribute) and node.attr in ("port", "_port") and isinstance(node.value, ast.Name)
    )


def asked_for() -> tuple[set[str], set[str]]:
    """(members that the firmware takes for granted, those that it looks for)."""
    needed, optional = {"end"}, set()
    for file in FIRMWARE:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute) and is_port(node.value):
                needed.add(node.attr)
            looks = isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
            if looks and node.func.id in ("getattr", "hasattr") and is_port(node.args[0]):
                assert isinstance(node.args[1], ast.Constant)
                optional.add(node.args[1].value)
    return needed - optional, optional


def members(path: str, class_name: str) -> set[str]:
    """The public methods and attributes of a class: its own, and those that its methods set."""
    tree = ast.parse((ROOT / "board" / path).read_text(encoding="utf-8"))
    (made,) = [node for node in tree.body if isinstance(node, ast.ClassDef) and node.name == class_name]
    found = set()
    for node in ast.walk(made):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            found.add(node.name)
        elif isinstance(node, ast.Assign):
            for target in node.targets:
                own = isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name)
                if own and target.value.id == "self":
                    found.add(target.attr)
                elif isinstance(target, ast.Name) and node in made.body:
                    found.add(target.id)
    return {each for each in found if not each.startswith("_")}


def test_what_a_port_must_have_is_what_the_firmware_takes_for_granted():
    assert listed("What it must have")
    assert listed("What it must have") == asked_for()[0] - listed("What it may have", at_first=False)


def test_what_a_port_may_have_is_what_the_firmware_looks_for():
    assert listed("What it may have") == asked_for()[1]


@pytest.mark.parametrize("port", PORTS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_every_port_has_what_it_must(port):
    path = str(port.relative_to(ROOT / "board"))
    assert listed("What it must have") <= members(path, "Port")


def test_there_are_ports_to_compare_with():
    assert {"host", "esp32"} <= {port.parent.name for port in PORTS}


@pytest.mark.parametrize("part", PARTS)
def test_each_part_has_the_members_that_are_listed_and_no_others_in_common(part):
    (cell,) = [row[1] for row in rows(section(PAGE, "Its parts")) if row[0] == part]
    told = {code.split("(")[0] for code in codes(cell.split("Where it has")[0])}
    told -= {"synced", "kept"}
    common = set.intersection(*(members(*place.split(":")) for place in PARTS[part]))
    assert told == common


def test_no_part_is_left_out():
    assert [row[0] for row in rows(section(PAGE, "Its parts"))] == list(PARTS)
