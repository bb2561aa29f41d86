"""Shortens private names before compiling for a board, where every name takes memory for good.

MicroPython keeps each different name once, for all modules, and one that nobody
else uses costs some 30 bytes there.  A private name (`_name`) means something in its
own file only, so files can share a few short ones.  Lines stay where they are;
a traceback names them rightly.

Left as they are: names of other files' private things (there should be none),
names that are told as texts to getattr() and the like, names in capitals that
const() makes vanish anyhow, and whatever two leading underscores have.
Files whose classes inherit from each other share one table.
"""

import ast
from collections.abc import Iterator
from itertools import count
from pathlib import Path

_Edit = tuple[int, int, int, str]


class _File:
    """What one source file says about private names."""

    def __init__(self, path: Path):
        self.path = path
        self.text = path.read_text()
        self.nodes = list(ast.walk(ast.parse(self.text)))
        # (line, column in bytes, name) of each use.
        self.uses = list(_uses(self.nodes))
        self.names = {name for _, _, name in self.uses}
        self.owned = set(_owned(self.nodes))
        self.texts = {n.value for n in self.nodes if isinstance(n, ast.Constant) and isinstance(n.value, str)}
        self.imported = {
            alias.name for n in self.nodes if isinstance(n, ast.Import | ast.ImportFrom) for alias in n.names
        }
        self.bases = {
            base.id if isinstance(base, ast.Name) else base.attr
            for n in self.nodes
            if isinstance(n, ast.ClassDef)
            for base in n.bases
            if isinstance(base, ast.Name | ast.Attribute)
        }
        self.classes = {n.name for n in self.nodes if isinstance(n, ast.ClassDef)}
        words = [n for n in self.nodes if isinstance(n, ast.Name | ast.Attribute)]
        self.words = {n.id if isinstance(n, ast.Name) else n.attr for n in words}


def _is_private(name: str) -> bool:
    return name.startswith("_") and not name.startswith("__") and len(name) > 2 and not name.isupper()


def _uses(nodes: list[ast.AST]) -> Iterator[tuple[int, int, str]]:
    for node in nodes:
        if isinstance(node, ast.Attribute) and _is_private(node.attr):
            assert node.end_lineno and node.end_col_offset is not None
            yield node.end_lineno, node.end_col_offset - len(node.attr), node.attr
        elif isinstance(node, ast.Name) and _is_private(node.id):
            yield node.lineno, node.col_offset, node.id
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and _is_private(node.name):
            word = {ast.FunctionDef: "def ", ast.AsyncFunctionDef: "async def ", ast.ClassDef: "class "}[type(node)]
            yield node.lineno, node.col_offset + len(word), node.name


def _owned(nodes: list[ast.AST]) -> Iterator[str]:
    """The names that this file makes."""
    for node in nodes:
        if isinstance(node, ast.Attribute | ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.attr if isinstance(node, ast.Attribute) else node.id
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name


def _kept(files: list[_File]) -> set[str]:
    """Names that must stay as they are, in every file."""
    kept = set()
    for file in files:
        kept |= file.names - file.owned
        kept |= (file.texts | file.imported) & {name for other in files for name in other.names}
        # Arguments can be told by name.
        kept |= {n.arg for n in file.nodes if isinstance(n, ast.arg | ast.keyword) and n.arg}
    return kept


def _families(files: list[_File]) -> list[list[_File]]:
    """The files in groups; those that inherit from each other are in one."""
    families = [[file] for file in files]
    for file in files:
        for other in files:
            if file is not other and file.bases & other.classes:
                mine = next(family for family in families if file in family)
                its = next(family for family in families if other in family)
                if mine is not its:
                    families.remove(its)
                    mine += its
    return families


def short_names(taken: set[str]) -> Iterator[str]:
    """_a, _b … of one and two letters, without those that are taken."""
    letters = "abcdefghijklmnopqrstuvwxyz"
    for number in count():
        name = "_" + letters[number % 26] + (letters[number // 26 - 1] if number >= 26 else "")
        if name not in taken:
            yield name


def shortened(paths: list[Path]) -> dict[Path, str]:
    """The text of each file with its private names shortened.  All that run together belong in one call."""
    files = [_File(path) for path in paths]
    kept = _kept(files)
    taken = set().union(*(file.words for file in files))
    result = {}
    for family in _families(files):
        names = sorted({name for file in family for name in file.names} - kept)
        table = dict(zip(names, short_names(taken)))
        for file in family:
            result[file.path] = _rewritten(file, table)
    return result


def _rewritten(file: _File, table: dict[str, str]) -> str:
    lines = [line.encode() for line in file.text.splitlines(keepends=True)]
    for row, column, name in sorted(file.uses, reverse=True):
        if name in table:
            line = lines[row - 1]
            end = column + len(name)
            if line[column:end] != name.encode():
                raise ValueError(f"{file.path}:{row}: {name} is not where it should be")
            lines[row - 1] = line[:column] + table[name].encode() + line[end:]
    return b"".join(lines).decode()
