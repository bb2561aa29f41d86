"""The names that must stay as they are when all others share spellings: somebody else might say them.

What is told as a text or by keyword; what files say that go along unchanged; what Python, MicroPython and the modules
of both call things; and constants, whose names the compiler makes vanish.
"""

import ast
import builtins
import importlib
import io
import re
import tokenize
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

from .link import constants
from .paths import STUBS
from .scopes import bound_in, named_in

# Where the stubs of a module may be.
_STUBS = ("%s.pyi", "%s/*.pyi", "stdlib/%s.pyi", "stdlib/%s/*.pyi")
_WORD = re.compile(r"[A-Za-z_]\w*", re.ASCII)


class Text:
    """One source of ours, and what it says about names."""

    def __init__(self, place: Path, text: str):
        self.place = place
        self.text = text
        self.tree = ast.parse(text)
        self.nodes = list(ast.walk(self.tree))
        self.globals = bound_in(self.tree)
        for node in self.tree.body:
            if isinstance(node, ast.ImportFrom):
                self.globals |= {alias.asname or alias.name for alias in node.names}
        self.classes = [node for node in self.nodes if isinstance(node, ast.ClassDef)]


def kept(files: list[Text], foreign: Iterable[str]) -> set[str]:
    """All of them; foreign: the texts of files that go along unchanged."""
    ours = {_module(file.place) for file in files}
    names = told(files) | _outside(files, ours) | {word for text in foreign for word in _said(text)}
    return names | {part for module in ours for part in module.split(".")}


def _module(place: Path) -> str:
    parts = [part for part in place.with_suffix("").parts if part not in ("lib", "__init__")]
    return ".".join(parts)


def told(files: list[Text]) -> set[str]:
    """Names that are told as texts or by keyword, and constants that the compiler folds or that others import."""
    told: set[str] = set()
    for file in files:
        lists = set(_lists(file))
        for node in file.nodes:
            text = node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
            if node in lists or _WORD.fullmatch(text):
                told |= set(_WORD.findall(text))
        told |= constants(file.tree)
    return told | keywords(files)


def _lists(file: Text) -> Iterator[ast.Constant]:
    """Texts that are taken apart into names by split(), there or under the name that they have."""
    split = {node.value for node in file.nodes if isinstance(node, ast.Attribute) and node.attr == "split"}
    named = {name for node in split for name in named_in(node)}
    for node in file.nodes:
        if isinstance(node, ast.Assign) and any(name in named for target in node.targets for name in named_in(target)):
            yield from (part for part in ast.walk(node.value) if isinstance(part, ast.Constant))
        elif isinstance(node, ast.Constant) and node in split:
            yield node


def _said(text: str) -> set[str]:
    """The words of a text in Python, without those of comments and of texts that are more than a word."""
    words = set()
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.NAME:
            words.add(token.string)
        elif token.type == tokenize.STRING and (found := _WORD.search(token.string.lstrip("rbuRBU"))):
            words |= {found[0]} if found[0] == token.string.strip("rbuRBU").strip("\"'") else set()
    return words


def keywords(files: list[Text]) -> set[str]:
    """What is said by keyword: in calls, and in the patterns of routes, as <name>."""
    words: set[str] = set()
    for node in (node for file in files for node in file.nodes):
        if isinstance(node, ast.keyword) and node.arg:
            words.add(node.arg)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and "<" in node.value:
            words |= set(_WORD.findall(node.value))
    return words


def _outside(files: list[Text], ours: set[str]) -> set[str]:
    """What Python, MicroPython and the modules that our files import call things."""
    names = {name for file in files for name in _of_foreign_things(file, ours)} | set(dir(builtins))
    for thing in vars(builtins).values():
        names |= set(dir(thing)) if isinstance(thing, type) else set()
    modules = set()
    for node in (node for file in files for node in file.nodes):
        if isinstance(node, ast.Import):
            modules |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            modules.add(node.module or "")
    for module in modules - ours:
        names |= _words_of(module)
    return names | _words_of("builtins") | _words_of("io") | _words_of("asyncio.core")


def _of_foreign_things(file: Text, ours: set[str]) -> Iterator[str]:
    """Attributes of what is imported from elsewhere, also where they are set."""
    foreign = set()
    for node in file.nodes:
        if isinstance(node, ast.Import):
            foreign |= {a.asname or a.name.partition(".")[0] for a in node.names if a.name not in ours}
        elif isinstance(node, ast.ImportFrom) and not node.level and node.module not in ours:
            foreign |= {alias.asname or alias.name for alias in node.names}
    for node in file.nodes:
        part = node
        while isinstance(part, ast.Attribute | ast.Call | ast.Subscript):
            part = part.func if isinstance(part, ast.Call) else part.value
        if isinstance(node, ast.Attribute) and isinstance(part, ast.Name) and part.id in foreign:
            yield node.attr


@cache
def _words_of(module: str) -> frozenset[str]:
    """The names that a module and its classes have: CPython's where there is one, and MicroPython's by its stubs."""
    names = set(module.split("."))
    try:
        found = importlib.import_module(module)
    except ImportError:
        found = None
    for name, thing in vars(found).items() if found else ():
        names |= {name} | (set(dir(thing)) if isinstance(thing, type) else set())
    part = module.replace(".", "/")
    for stub in (stub for pattern in _STUBS for stub in STUBS.glob(pattern % part)):
        for node in ast.walk(ast.parse(stub.read_text())):
            if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
                names.add(node.name)
            elif isinstance(node, ast.Name):
                names.add(node.id)
            elif isinstance(node, ast.ImportFrom):
                names |= {alias.name for alias in node.names}
    return frozenset(names)
