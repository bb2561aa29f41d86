"""Lets all names of what goes to a board share few spellings, where nobody can tell the difference.

MicroPython keeps every different name once, for good: some 24 bytes of a board's heap each, and its table of them
grows by half at a time. Two names can have one spelling when no object, module or class family has both.
What arguments are called matters in their function only.

A name stays as it is where more than our own compiled code might say it: what is told as a text (getattr(), JSON),
by keyword, in files that go to the board unchanged (`foreign`), or by Python, MicroPython and the modules of both.
"""

import ast
import builtins
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path

from .kept_names import Text, kept, keywords, told
from .rom_names import ROM_NAMES
from .scopes import ONE_PARSER, bound_in, class_level, global_uses, named_in, own_nodes, parameter_uses
from .shorten import short_names

Edit = tuple[int, int, str, str]
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
# Methods of Python's own types, which every MicroPython has: as names of arguments they cost nothing.
_ARGUMENTS = ["append", "clear", "extend", "index", "insert", "items", "keys", "pop", "popitem", "remove", "replace"]
_ARGUMENTS += ["rfind", "rindex", "setdefault", "sort", "rsplit", "startswith", "endswith", "lstrip", "rstrip"]


def shared(texts: dict[Path, str], foreign: Iterable[str] = ()) -> dict[Path, str]:
    """The texts of everything that runs together, with shared names; foreign: texts of what goes along unchanged."""
    with ONE_PARSER:
        return _shared(texts, foreign)


def _shared(texts: dict[Path, str], foreign: Iterable[str]) -> dict[Path, str]:
    files = [Text(place, text) for place, text in texts.items()]
    table = _table(files, kept(files, foreign))
    by_keyword = keywords(files)
    return {file.place: _rewritten(file, table, by_keyword) for file in files}


def _families(files: list[Text]) -> dict[str, str]:
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


def _table(files: list[Text], unshared: set[str]) -> dict[str, str]:
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
    eligible = {name for name in bound - unshared if not name.startswith("__")}
    words = {name for file in files for node in file.nodes for name in named_in(node)}
    return _coloured(groups, eligible, (words | told(files)) - eligible | set(_ARGUMENTS))


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


def _rewritten(file: Text, table: dict[str, str], keywords: set[str]) -> str:
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


def _import(file: Text, node: ast.ImportFrom, table: dict[str, str], edit) -> None:
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


def _edited(file: Text, edits: set[Edit]) -> str:
    lines = [line.encode() for line in file.text.splitlines(keepends=True)]
    for row, begin, old, new in sorted(edits, reverse=True):
        line = lines[row - 1]
        end = begin + len(old.encode())
        if line[begin:end] != old.encode():
            raise ValueError(f"{file.place}:{row}: {old} is not where it should be")
        lines[row - 1] = line[:begin] + new.encode() + line[end:]
    return b"".join(lines).decode()
