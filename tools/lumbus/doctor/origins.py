"""What the names in compiled firmware are called in its sources.

What goes to a board is made anew from the sources here, and each function in it is where it is in the file that it came
from: pieces are joined line by line, and renaming changes nothing but names.  So nothing has to be kept of a build.
"""

import ast
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from ..joined import Made, dotted
from ..paths import ROOT
from ..scopes import ONE_PARSER, named_in
from ..slim import original, slim

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


@dataclass(frozen=True)
class Origin:
    """A function: its `file`, with the line that it begins in, its `name` with its class's, and all that it `says`."""

    file: str
    name: str
    says: frozenset[str] = field(repr=False)

    def calls(self, other: "Origin") -> bool:
        """Whether it can have called that by name; Python calls __methods__ by itself."""
        owner, _, name = other.name.rpartition(".")
        if name == "__init__":
            return bool({owner.rpartition(".")[2], name} & self.says)
        return name in self.says or name.startswith("__")


@dataclass
class Origins:
    """functions: by module and spelling; classes, words: what classes and names of any kind are called, by spelling."""

    functions: dict[tuple[str, str], list[Origin]] = field(default_factory=lambda: defaultdict(list))
    classes: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    words: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))


def origins(texts: dict[Path, str], made: Made) -> Origins:
    """Of what runtime.sources() gives."""
    found = Origins()
    for place, text in texts.items():
        for file, new, old in _pairs(text, made[place]):
            _Matching(found, dotted(place), file).match(new, old, "")
    return found


def _pairs(text: str, starts: list[tuple[int, Path]]) -> Iterator[tuple[Path, ast.stmt, ast.stmt]]:
    """(file, statement on the board, the same there) of each at the top but imports, which are joined away."""
    firsts = [first for first, _ in starts]
    sources = [
        {node.lineno: node for node in _statements(_text(file)) if not isinstance(node, ast.Import | ast.ImportFrom)}
        for _, file in starts
    ]
    for node in _statements(text):
        at = bisect_right(firsts, node.lineno) - 1
        old = sources[at].get(node.lineno - firsts[at] + 1)
        if old is not None:
            yield starts[at][1], node, old


def _statements(text: str) -> list[ast.stmt]:
    with ONE_PARSER:
        return ast.parse(text).body


def _text(file: Path) -> str:
    return slim(file.read_text()) if _is_server(file) else file.read_text()


def _is_server(file: Path) -> bool:
    return file.parent == original()


class _Matching:
    """Takes down what is called otherwise, of one file."""

    def __init__(self, found: Origins, module: str, file: Path):
        self._found = found
        self._module = module
        self._file = file

    def match(self, new: ast.AST, old: ast.AST, owner: str) -> None:
        """Of two trees of one shape; owner: the classes and functions around, with a point behind each."""
        if isinstance(new, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            assert isinstance(old, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
            if isinstance(old, _FUNCTIONS):
                self._found.functions[self._module, new.name].append(self._origin(old, owner))
            else:
                self._found.classes[new.name].add(old.name)
            self._found.words[new.name].add(old.name)
            owner += old.name + "."
        elif isinstance(new, ast.Attribute) and isinstance(old, ast.Attribute):
            self._found.words[new.attr].add(old.attr)
        elif isinstance(new, ast.Name) and isinstance(old, ast.Name):
            self._found.words[new.id].add(old.id)
        for one, other in zip(ast.iter_child_nodes(new), ast.iter_child_nodes(old), strict=True):
            self.match(one, other, owner)

    def _origin(self, node: ast.FunctionDef | ast.AsyncFunctionDef, owner: str) -> Origin:
        says = frozenset(name for part in ast.walk(node) for name in named_in(part))
        if _is_server(self._file):
            return Origin("microdot", owner + node.name, says)
        file = self._file.relative_to(ROOT) if self._file.is_relative_to(ROOT) else self._file
        return Origin(f"{file}:{node.lineno}", owner + node.name, says)
