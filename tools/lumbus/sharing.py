"""Lets all names of what goes to a board share few spellings, where nobody can tell the difference.

MicroPython keeps every different name once, for good: some 24 bytes of a board's heap each, and its table of them
grows by half at a time. Two names can have one spelling when no object, module or class family has both.
What arguments are called matters in their function only.

A name stays as it is where more than our own compiled code might say it: what is told as a text (getattr(), JSON),
by keyword, in files that go to the board unchanged (`foreign`), or by Python, MicroPython and the modules of both.
"""

import ast
import builtins
import importlib
import io
import re
import tokenize
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import chain
from pathlib import Path

from .link import constants
from .paths import STUBS
from .rom_names import ROM_NAMES
from .scopes import ONE_PARSER, bound_in, class_level, global_uses, named_in, own_nodes, parameter_uses
from .shorten import short_names

Edit = tuple[int, int, str, str]
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_WORD = re.compile(r"[A-Za-z_]\w*", re.ASCII)
# Where the stubs of a module may be.
_STUBS = ("%s.pyi", "%s/*.pyi", "stdlib/%s.pyi", "stdlib/%s/*.pyi")
# Methods of Python's own types, which every MicroPython has: as names of arguments they cost nothing.
_ARGUMENTS = ["append", "clear", "extend", "index", "insert", "items", "keys", "pop", "popitem", "remove", "replace"]
_ARGUMENTS += ["rfind", "rindex", "setdefault", "sort", "rsplit", "startswith", "endswith", "lstrip", "rstrip"]


class _Text:
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


def shared(texts: dict[Path, str], foreign: Iterable[str] = ()) -> dict[Path, str]:
    """The texts of everything that runs together, with shared names; foreign: texts of what goes along unchanged."""
    with ONE_PARSER:
        return _shared(texts, foreign)


def _shared(texts: dict[Path, str], foreign: Iterable[str]) -> dict[Path, str]:
    files = [_Text(place, text) for place, text in texts.items()]
    ours = {_module(place) for place in texts}
    kept = _told(files) | _outside(files, ours) | {word for text in foreign for word in _said(text)}
    kept |= {part for module in ours for part in module.split(".")}
    keywords = _keywords(files)
    table = _table(files, kept)
    return {file.place: _rewritten(file, table, keywords) for file in files}


def _module(place: Path) -> str:
    parts = [part for part in place.with_suffix("").parts if part not in ("lib", "__init__")]
    return ".".join(parts)


def _told(files: list[_Text]) -> set[str]:
    """Names that are told as texts or by keyword, and constants that the compiler folds or that others import."""
    told: set[str] = set()
    for file in files:
        lists = set(_lists(file))
        for node in file.nodes:
            text = node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
            if node in lists or _WORD.fullmatch(text):
                told |= set(_WORD.findall(text))
        told |= constants(file.tree)
    return told | _keywords(files)


def _lists(file: _Text) -> Iterator[ast.Constant]:
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


def _keywords(files: list[_Text]) -> set[str]:
    """What is said by keyword: in calls, and in the patterns of routes, as <name>."""
    words: set[str] = set()
    for node in (node for file in files for node in file.nodes):
        if isinstance(node, ast.keyword) and node.arg:
            words.add(node.arg)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and "<" in node.value:
            words |= set(_WORD.findall(node.value))
    return words


def _outside(files: list[_Text], ours: set[str]) -> set[str]:
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


def _of_foreign_things(file: _Text, ours: set[str]) -> Iterator[str]:
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


def _families(files: list[_Text]) -> dict[str, str]:
    """Each class's name, and that of its family: classes that inherit from each other are one."""
    family: dict[str, str] = {}

    def head(name: str) -> str:
        while family.setdefault(name, name) != name:
            name = family[name]
        return name

    for node in (node for file in files for node in file.classes):
        head(node.name)
        for base in node.bases:
            name = base.id if isinstance(base, ast.Name) else getattr(base, "attr", None)
            if name and not hasattr(builtins, name):
                family[head(name)] = head(node.name)
    return {name: head(name) for name in family}


def _own_attributes(node: ast.ClassDef) -> Iterator[str]:
    """The names that a class binds in its body, and on the first argument of its methods."""
    yield from bound_in(node)
    for method in own_nodes(node):
        if isinstance(method, _FUNCTIONS) and method.args.args:
            first = method.args.args[0].arg
            for part in ast.walk(method):
                if isinstance(part, ast.Attribute) and isinstance(part.ctx, ast.Store) and _is(part.value, first):
                    yield part.attr


def _is(node: ast.expr, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name


def _table(files: list[_Text], kept: set[str]) -> dict[str, str]:
    """{name: its spelling on the board}."""
    groups: dict[object, set[str]] = defaultdict(set)
    family = _families(files)
    anywhere: set[str] = set()
    for file in files:
        groups["module", file.place] |= file.globals
        for node in file.classes:
            own = set(_own_attributes(node))
            groups["class", family[node.name]] |= own
            groups["body", file.place, node.lineno] = own | {name.id for name in class_level(node)}
        for node in file.nodes:
            if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
                anywhere |= {node.attr} if not (isinstance(node.value, ast.Name) and node.value.id == "self") else set()
    # Somebody else may have set it on an object of any class.
    for key in groups:
        if key[0] in ("class", "body"):  # pyright: ignore[reportIndexIssue]
            groups[key] |= anywhere
    bound = set().union(*groups.values())
    eligible = {name for name in bound - kept if not name.startswith("__")}
    words = {name for file in files for node in file.nodes for name in named_in(node)}
    return _coloured(groups, eligible, (words | _told(files)) - eligible | set(_ARGUMENTS))


def _coloured(groups: dict[object, set[str]], eligible: set[str], said: set[str]) -> dict[str, str]:
    """Spellings such that no two names of one group have the same, and none is among those said otherwise."""
    member: dict[str, list[object]] = {name: [] for name in eligible}
    for key, names in groups.items():
        for name in names & eligible:
            member[name].append(key)
    used: dict[object, set[str]] = defaultdict(set)
    spellings: list[str] = []
    source = chain((name for name in ROM_NAMES if name not in said), short_names(said))
    table = {}
    for name in sorted(eligible, key=lambda name: (-sum(len(groups[key]) for key in member[name]), name)):
        spelling = next((s for s in spellings if not any(s in used[key] for key in member[name])), None)
        if spelling is None:
            spelling = next(source)
            spellings.append(spelling)
        for key in member[name]:
            used[key].add(spelling)
        table[name] = spelling
    return table


def _rewritten(file: _Text, table: dict[str, str], keywords: set[str]) -> str:
    edits: set[Edit] = set()

    def edit(line: int, column: int, old: str, new: str) -> None:
        edits.add((line, column, old, new))

    for use in global_uses(file.tree, file.globals & table.keys()):
        edit(use.line, use.column, use.name, table[use.name])
    inner = set(_inner_functions(file.nodes))
    for node in file.nodes:
        if isinstance(node, ast.Attribute) and node.attr in table:
            assert node.end_lineno and node.end_col_offset is not None
            edit(node.end_lineno, node.end_col_offset - len(node.attr.encode()), node.attr, table[node.attr])
        elif isinstance(node, ast.ImportFrom):
            _import(file, node, table, edit)
        elif isinstance(node, ast.ClassDef):
            for line, column, name in _class_names(node):
                if name in table:
                    edit(line, column, name, table[name])
        if isinstance(node, _FUNCTIONS) and node not in inner:
            for line, column, old, new in _arguments(node, keywords):
                edit(line, column, old, new)
    return _edited(file, edits)


def _import(file: _Text, node: ast.ImportFrom, table: dict[str, str], edit) -> None:
    """Names from our own modules: what was a name in a function stays one there."""
    is_top = node in file.tree.body
    for alias in node.names:
        here = alias.asname or alias.name
        there = table.get(alias.name, alias.name)
        mine = table.get(here, here) if is_top else here
        old = alias.name if alias.asname is None else f"{alias.name} as {alias.asname}"
        new = there if there == mine else f"{there} as {mine}"
        if new != old:
            edit(alias.lineno, alias.col_offset, old, new)


def _class_names(node: ast.ClassDef) -> Iterator[tuple[int, int, str]]:
    """Where a class's own names stand in its body."""
    own = bound_in(node)
    words = {ast.FunctionDef: "def ", ast.AsyncFunctionDef: "async def "}
    for part in own_nodes(node):
        if isinstance(part, _FUNCTIONS):
            yield part.lineno, part.col_offset + len(words[type(part)]), part.name
    for name in class_level(node):
        if name.id in own:
            yield name.lineno, name.col_offset, name.id


def _inner_functions(nodes: list[ast.AST]) -> Iterator[ast.AST]:
    """Functions in functions: their arguments would get the spellings of those around, which they may use too."""
    for node in nodes:
        if isinstance(node, _FUNCTIONS):
            yield from (part for part in ast.walk(node) if part is not node and isinstance(part, _FUNCTIONS))


def _arguments(node: ast.FunctionDef | ast.AsyncFunctionDef, keywords: set[str]) -> Iterator[tuple[int, int, str, str]]:
    """Names of arguments that nobody tells by keyword."""
    inside = {name for part in ast.walk(node) for name in named_in(part)}
    spellings = (name for name in _ARGUMENTS if name not in inside)
    for argument in (*node.args.posonlyargs, *node.args.args):
        uses = None if argument.arg in keywords | {"self"} else parameter_uses(node, argument.arg)
        spelling = None if uses is None else next(spellings, None)
        if spelling is None:
            continue
        for line, column in (*(uses or ()), (argument.lineno, argument.col_offset)):
            yield line, column, argument.arg, spelling


def _edited(file: _Text, edits: set[Edit]) -> str:
    lines = [line.encode() for line in file.text.splitlines(keepends=True)]
    for row, begin, old, new in sorted(edits, reverse=True):
        line = lines[row - 1]
        end = begin + len(old.encode())
        if line[begin:end] != old.encode():
            raise ValueError(f"{file.place}:{row}: {old} is not where it should be")
        lines[row - 1] = line[:begin] + new.encode() + line[end:]
    return b"".join(lines).decode()
