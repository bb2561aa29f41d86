"""microdot for a board: only what is named is left out, and the rest does what it did."""

import ast

import pytest

from lumbus.slim import DROPPED, SlimError, original, slim

TEXT = (original() / "microdot.py").read_text()


def names(text: str) -> set[str]:
    found = set()
    for node in ast.parse(text).body:
        if isinstance(node, ast.ClassDef):
            found |= {f"{node.name}.{part.name}" for part in node.body if hasattr(part, "name")}
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found.add(node.name)
    return found


def test_what_is_named_goes_and_nothing_else():
    before, after = names(TEXT), names(slim(TEXT))
    gone = {name for name in before - after if name.split(".")[0] not in DROPPED}
    assert gone <= DROPPED and {"Microdot.dispatch_request", "Request.body", "Response.complete"} <= after
    # Of two ways to do it, that of MicroPython.
    assert after - before == {"iscoroutine", "invoke_handler"}


def test_it_imports_what_micropython_has():
    nodes = list(ast.walk(ast.parse(slim(TEXT))))
    modules = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    assert modules == {"asyncio", "io", "json", "re", "time"}
    assert {node.module for node in nodes if isinstance(node, ast.ImportFrom)} == {"sys"}
    assert '"""' not in slim(TEXT)


def test_another_microdot_is_an_error_that_names_what_is_missing():
    with pytest.raises(SlimError, match=r"Microdot\.shutdown"):
        slim(TEXT.replace("def shutdown", "def shut"))
