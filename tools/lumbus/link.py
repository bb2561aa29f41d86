"""Joins modules that stay loaded into one, before compiling for a board.

Each module that a board loads takes memory besides what it does: a dictionary of
its names, tables of all that it uses, the names that it imports a second time. One file
that is a hundred of them pays once, and a constant of one is a constant for all
of them: the compiler folds it and forgets its name. Sources stay as they are;
only what goes to the board is joined.

What can be joined says so in its form: `from module import name`, and top-level
names that are bound once. Anything else is refused with the place.
Names are made different where two modules use the same one; a function's own names win
over the module's as ever (checked, not hoped for).
"""

import ast
import builtins
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import count

from .scopes import bound_in, global_uses
from .shorten import short_names

Edit = tuple[int, int, int, int, str]
Origin = tuple[str, str]


class LinkError(Exception):
    """Modules that cannot be joined; says what and where."""


@dataclass
class Unit:
    """A source file as a module: `name` is dotted, as it is imported."""

    name: str
    text: str
    tree: ast.Module = field(init=False)
    _imports: list[ast.ImportFrom] = field(init=False)

    def __post_init__(self) -> None:
        self.tree = ast.parse(self.text)
        self._imports = [node for node in ast.walk(self.tree) if isinstance(node, ast.ImportFrom)]

    def with_text(self, text: str) -> "Unit":
        """The module with another text; itself where it is the same, since parsing takes its time."""
        return self if text == self.text else Unit(self.name, text)

    def target(self, node: ast.ImportFrom) -> str:
        """The dotted name of the module that `from … import` means here."""
        if not node.level:
            return node.module or ""
        package = self.name.split(".")[: -node.level]
        return ".".join([*package, *([node.module] if node.module else [])])

    def imports(self, whole: bool = False) -> Iterator[ast.ImportFrom]:
        """The `from … import` statements: those at the top, or all."""
        return iter(self._imports) if whole else (node for node in self.tree.body if isinstance(node, ast.ImportFrom))


def needed(units: dict[str, Unit], roots: Iterable[str], apart: set[str]) -> list[str]:
    """The modules that importing `roots` loads, each behind what it imports itself; without those in `apart`."""
    order: list[str] = []
    seen: set[str] = set()

    def visit(name: str) -> None:
        if name in seen or name not in units:
            return
        seen.add(name)
        for node in units[name].imports():
            visit(units[name].target(node))
        if name not in apart:
            order.append(name)

    for root in roots:
        visit(root)
    return order


class Linked:
    """Some of `units` as one module `name`; `text` is its source, `starts` [(first line, unit's name)]."""

    def __init__(self, name: str, units: dict[str, Unit], members: list[str]):
        self.name = name
        self._units = units
        self._members = members
        self._wanted = self._exported()
        self._finals = self._named()
        self.starts: list[tuple[int, str]] = []
        lines: list[str] = []
        for member in members:
            self.starts.append((len(lines) + 1, member))
            lines += self._joined(units[member]).splitlines()
        self.text = "\n".join(lines) + "\n"

    def _exported(self) -> set[Origin]:
        """What modules that stay apart import of the members."""
        return {
            (unit.target(node), alias.name)
            for unit in self._units.values()
            if unit.name not in self._members
            for node in unit.imports(whole=True)
            if unit.target(node) in self._members
            for alias in node.names
        }

    def _origins(self, unit: Unit) -> dict[str, Origin]:
        """Each top-level name of a unit: (module, name there)."""
        own = {name: (unit.name, name) for name in sorted(bound_in(unit.tree))}
        for node in unit.tree.body:
            if isinstance(node, ast.Import):
                if any(alias.name in self._members for alias in node.names):
                    raise LinkError(f"{unit.name}:{node.lineno}: a whole module cannot be joined; import names from it")
                for alias in node.names:
                    here = alias.asname or alias.name.partition(".")[0]
                    own[here] = f"import {alias.name}", here
        for node in unit.imports():
            for alias in node.names:
                here, there = alias.asname or alias.name, (unit.target(node), alias.name)
                if own.setdefault(here, there) != there:
                    raise LinkError(f"{unit.name}:{node.lineno}: {here} means two things")
        return {here: self._first(origin) for here, origin in own.items()}

    def _first(self, origin: Origin) -> Origin:
        """Where a name comes from that a member only passes on."""
        module, name = origin
        if module in self._members:
            unit = self._units[module]
            for node in unit.imports():
                for alias in node.names:
                    if (alias.asname or alias.name) == name:
                        return self._first((unit.target(node), alias.name))
        return origin

    def _named(self) -> dict[Origin, str]:
        """The name in the joined module of everything that is bound at the top of a member."""
        origins: dict[Origin, None] = {}
        words: set[str] = set(dir(builtins))
        folded: set[Origin] = set()
        for member in self._members:
            unit = self._units[member]
            origins |= dict.fromkeys(self._origins(unit).values())
            words |= {n.id for n in ast.walk(unit.tree) if isinstance(n, ast.Name)}
            words |= {n.arg for n in ast.walk(unit.tree) if isinstance(n, ast.arg)}
            folded |= {(member, name) for name in constants(unit.tree)}
        # A piece joined before may call what it gives away as its own private names are called here.
        words |= {name for module, name in origins if module not in self._members}
        usual = Counter(name for _, name in origins)
        finals: dict[Origin, str] = {}
        short = short_names(words)
        for origin in origins:
            module, name = origin
            if module not in self._members:
                final = name
                if final in finals.values():
                    raise LinkError(f"{final} is imported from two places, one of them {module}")
            elif origin in folded and origin not in self._wanted:
                final = _different("_" + name.lstrip("_"), words | set(finals.values()), usual[name] > 1)
            elif name.startswith("_"):
                final = next(short)
            else:
                final = _different(name, set(finals.values()) | set(dir(builtins)), False)
            finals[origin] = final
        return finals

    def _joined(self, unit: Unit) -> str:
        table = {here: self._finals[origin] for here, origin in self._origins(unit).items()}
        edits: list[Edit] = []
        for use in global_uses(unit.tree, set(table)):
            final = table[use.name]
            if final != use.name:
                if final in use.locals:
                    raise LinkError(f"{unit.name}:{use.line}: {use.name} would be {final}, which is a name in there")
                edits.append((use.line, use.column, use.line, use.column + len(use.name.encode()), final))
        for node in unit.imports(whole=True):
            if unit.target(node) in self._members:
                if node not in unit.tree.body:
                    raise LinkError(f"{unit.name}:{node.lineno}: import it at the top, it is loaded anyway")
                edits.append(_whole(node, "pass"))
            elif node.level:
                edits.append(_whole(node, _statement(unit.target(node), node.names)))
        return _edited(unit.text, edits)

    def relinked(self, unit: Unit) -> str:
        """A module that stays apart, importing from the joined one what it took from members."""
        edits = []
        for node in unit.imports(whole=True):
            module = unit.target(node)
            if module in self._members:
                names = [
                    ast.alias(self._finals[self._first((module, alias.name))], alias.asname or alias.name)
                    for alias in node.names
                ]
                edits.append(_whole(node, _statement(self.name, names)))
        return _edited(unit.text, edits)


def _different(name: str, taken: set[str], shared: bool) -> str:
    if name not in taken and not shared:
        return name
    return next(other for number in count(2) if (other := f"{name}{number}") not in taken)


def constants(tree: ast.Module) -> set[str]:
    """The top-level names that the compiler folds."""
    return {
        target.id
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call)
        if isinstance(node.value.func, ast.Name) and node.value.func.id == "const"
        for target in node.targets
        if isinstance(target, ast.Name)
    }


def _statement(module: str, names: list[ast.alias]) -> str:
    parts = [a.name if a.asname in (None, a.name) else f"{a.name} as {a.asname}" for a in names]
    return f"from {module} import {', '.join(parts)}"


def _whole(node: ast.stmt, text: str) -> Edit:
    assert node.end_lineno and node.end_col_offset is not None
    lines = node.end_lineno - node.lineno
    return node.lineno, node.col_offset, node.end_lineno, node.end_col_offset, text + "\n" * lines


def _edited(text: str, edits: list[Edit]) -> str:
    """The text with the edits made; columns count bytes, as the parser's do."""
    data = text.encode()
    begins = [0]
    for line in data.splitlines(keepends=True):
        begins.append(begins[-1] + len(line))
    for row, column, end_row, end_column, new in sorted(set(edits), reverse=True):
        data = data[: begins[row - 1] + column] + new.encode() + data[begins[end_row - 1] + end_column :]
    return data.decode()
