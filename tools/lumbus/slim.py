"""microdot as a board gets it: what the local page never calls is left out before compiling.

Only whole functions, methods and constants that are named here go, and of what microdot does one way on a computer
and another on MicroPython the former. What is named and not there is an error: then another microdot is installed,
and somebody must look. Of what stays, names that nobody outside uses are shortened: each costs memory for good.
The page works with microdot as it is, too; it takes twice the memory then.
"""

import ast
import asyncio
import builtins
import io
import json
import re
import time
from importlib.util import find_spec
from pathlib import Path

from .shorten import short_names

# Reading a request and listening are the firmware's own: nothing of it may wait.
_DROPPED = """
    urldecode urlencode MultiDict AsyncBytesIO abort redirect send_file
    Request.max_body_length Request.max_readline Request.create Request._parse_urlencoded Request.stream
    Request.json Request.form Request.files Request.after_request Request._safe_readline
    Response.types_map Response.default_send_file_max_age
    Response.set_cookie Response.delete_cookie Response.redirect Response.send_file
    URLPattern.register_type URLPattern.__repr__ HTTPException.__repr__
    Microdot.get Microdot.post Microdot.put Microdot.patch Microdot.delete Microdot.query Microdot.before_request
    Microdot.after_request Microdot.after_error_request Microdot.mount Microdot.abort Microdot.start_server
    Microdot.run Microdot.shutdown Microdot.handle_request
"""
DROPPED = frozenset(_DROPPED.split())
# What the page uses of it, and microdot of the stream that it writes to.
_KEPT = """
    Microdot Request Response route errorhandler dispatch_request write headers client_addr method query_string body
    awrite aclose self cls key
"""
KEPT = frozenset(_KEPT.split())
_FOREIGN = (str, bytes, dict, list, set, tuple, int, OSError, builtins, asyncio, io, io.BytesIO, json, re, time)
_IN_FORMAT = re.compile(r"\{(\w+)\}")


class SlimError(Exception):
    """microdot is not there, or not as this knows it."""


def original() -> Path:
    """The folder of the installed package."""
    spec = find_spec("microdot")
    if spec is None or not spec.submodule_search_locations:
        raise SlimError("microdot is not there: run make, which installs it")
    return Path(spec.submodule_search_locations[0])


def slim(text: str) -> str:
    """The source without what is dropped; SlimError where something of that is not in it."""
    dropping = _Dropping()
    tree = dropping.visit(ast.parse(text))
    missing = DROPPED - dropping.dropped
    if missing:
        raise SlimError(f"this microdot has no {', '.join(sorted(missing))}: see tools/lumbus/slim.py")
    _Renaming(_table(tree)).visit(tree)
    return ast.unparse(ast.fix_missing_locations(tree))


def _table(tree: ast.Module) -> dict[str, str]:
    """{name: short one} of what microdot makes, and neither the page nor anything of Python's calls so."""
    made, words, texts = set(), set(), set()
    # A function's own variables have no names once they are compiled.
    outer = {
        target for body in _bodies(tree) for node in body if isinstance(node, ast.Assign) for target in node.targets
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            made.add(node.name)
        elif isinstance(node, ast.arg):
            made.add(node.arg)
        elif isinstance(node, ast.Attribute | ast.Name):
            word = node.attr if isinstance(node, ast.Attribute) else node.id
            words.add(word)
            if isinstance(node.ctx, ast.Store) and (isinstance(node, ast.Attribute) or node in outer):
                made.add(word)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            texts |= {node.value, *_IN_FORMAT.findall(node.value)}
    foreign = {name for thing in _FOREIGN for name in dir(thing)}
    # get_request_handlers() puts the names of those lists together.
    names = {name for name in made if len(name) > 2 and not name.startswith("__") and not name.endswith("_handlers")}
    return dict(zip(sorted(names - KEPT - texts - foreign), short_names(made | words)))


def _bodies(tree: ast.Module):
    """Of the module and its classes."""
    yield tree.body
    yield from (node.body for node in ast.walk(tree) if isinstance(node, ast.ClassDef))


class _Renaming(ast.NodeVisitor):
    def __init__(self, table: dict[str, str]):
        self._table = table

    def generic_visit(self, node: ast.AST) -> None:
        for key in ("name", "id", "attr", "arg"):
            name = getattr(node, key, None)
            if isinstance(name, str) and name in self._table:
                setattr(node, key, self._table[name])
        if isinstance(node, ast.Global | ast.Nonlocal):
            node.names = [self._table.get(name, name) for name in node.names]
        super().generic_visit(node)


class _Dropping(ast.NodeTransformer):
    def __init__(self) -> None:
        self.dropped: set[str] = set()
        self._where: list[str] = []

    def _drops(self, name: str) -> bool:
        whole = ".".join([*self._where, name])
        if whole in DROPPED:
            self.dropped.add(whole)
        return whole in DROPPED

    def _named(self, node):
        if self._drops(node.name):
            return None
        self._where.append(node.name)
        self.generic_visit(node)
        self._where.pop()
        if ast.get_docstring(node) is not None:
            node.body = node.body[1:] or [ast.Pass()]
        return node

    visit_FunctionDef = visit_AsyncFunctionDef = visit_ClassDef = _named

    def visit_Assign(self, node: ast.Assign):
        target = node.targets[0]
        return None if isinstance(target, ast.Name) and self._drops(target.id) else node

    def visit_Try(self, node: ast.Try):
        """At the top: of an import that may fail, what MicroPython comes to."""
        handler = node.handlers[0].type if node.handlers else None
        if self._where or not isinstance(handler, ast.Name) or handler.id != "ImportError":
            self.generic_visit(node)
            return node
        first = node.body[0]
        if isinstance(first, ast.ImportFrom) and first.module == "sys":
            return node.body
        return [self.visit(statement) for statement in node.handlers[0].body]
