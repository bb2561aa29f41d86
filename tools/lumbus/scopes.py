"""Which names in a source file mean the module's own top-level ones."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from threading import Lock

# CPython 3.11's parser mistakes one thread's depth for another's.
ONE_PARSER = Lock()
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_SCOPES = (*_FUNCTIONS, ast.ClassDef, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_WORDS = {ast.FunctionDef: "def ", ast.AsyncFunctionDef: "async def ", ast.ClassDef: "class "}


@dataclass
class Use:
    """One place where a top-level name stands; `locals` are the names of the functions around it."""

    name: str
    line: int
    column: int
    locals: frozenset[str]


def bound_in(scope: ast.AST) -> set[str]:
    """The names that a module, class or function binds itself; a module's imports are left to who joins modules."""
    names = set()
    told_global = set()
    for node in own_nodes(scope):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store | ast.Del):
            names.add(node.id)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.ExceptHandler):
            names.add(node.name or "")
        elif isinstance(node, ast.Import | ast.ImportFrom) and not isinstance(scope, ast.Module):
            names |= {alias.asname or alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.Global):
            told_global |= set(node.names)
    if isinstance(scope, _FUNCTIONS):
        arguments = scope.args
        every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, arguments.vararg, arguments.kwarg]
        names |= {a.arg for a in every if a is not None}
    return names - told_global


def _inside(scope: ast.AST) -> Iterator[ast.AST]:
    """What belongs to a scope: of a function not its decorators, defaults and annotations."""
    if isinstance(scope, ast.Lambda):
        yield scope.body
    elif isinstance(scope, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        yield from scope.body
    else:
        yield from ast.iter_child_nodes(scope)


def own_nodes(scope: ast.AST) -> Iterator[ast.AST]:
    """Everything in a scope but what is inside the scopes in it."""
    waiting = list(_inside(scope))
    while waiting:
        node = waiting.pop()
        yield node
        if isinstance(node, _SCOPES):
            waiting += _outside(node)
        else:
            waiting += ast.iter_child_nodes(node)


def _outside(scope: ast.AST) -> list[ast.AST]:
    """The parts of a scope that the scope around it works out."""
    inside = set(map(id, _inside(scope)))
    if isinstance(scope, ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp):
        return []
    return [node for node in ast.iter_child_nodes(scope) if id(node) not in inside]


def global_uses(tree: ast.Module, names: set[str]) -> Iterator[Use]:
    """Each place where one of `names` means the module's own."""
    yield from _uses(tree, names, frozenset(), frozenset())


def _uses(scope: ast.AST, names: set[str], outer: frozenset[str], hidden: frozenset[str]) -> Iterator[Use]:
    """outer: names of the functions around; hidden: they and, in a class's own body, that class's."""
    for node in own_nodes(scope):
        if isinstance(node, ast.Name) and node.id in names and node.id not in hidden:
            yield Use(node.id, node.lineno, node.col_offset, outer)
        elif isinstance(node, ast.Global):
            if len(node.names) > 1:
                raise ValueError(f"line {node.lineno}: a statement for each name, please: global {node.names[0]}")
            if node.names[0] in names:
                yield Use(node.names[0], node.lineno, node.col_offset + len("global "), outer)
        elif type(node) in _WORDS:
            assert isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
            if node.name in names and isinstance(scope, ast.Module):
                yield Use(node.name, node.lineno, node.col_offset + len(_WORDS[type(node)]), outer)
        if isinstance(node, _SCOPES):
            own = frozenset(bound_in(node))
            if isinstance(node, ast.ClassDef):
                yield from _uses(node, names, outer, outer | own)
            else:
                yield from _uses(node, names, outer | own, outer | own)


def class_level(node: ast.ClassDef) -> list[ast.Name]:
    """The names that stand in a class's body itself, outside its methods."""
    return [part for part in own_nodes(node) if isinstance(part, ast.Name)]


def parameter_uses(function: ast.AST, name: str) -> list[tuple[int, int]] | None:
    """(line, column) of each place in a function that means its argument; None where that is bound otherwise too."""
    found = []
    for node in own_nodes(function):
        if isinstance(node, ast.Name) and node.id == name:
            found.append((node.lineno, node.col_offset))
        elif name in _bound_otherwise(node):
            return None
        if isinstance(node, _SCOPES) and name not in bound_in(node):
            inner = parameter_uses(node, name)
            if inner is None:
                return None
            found += inner
    return found


def _bound_otherwise(node: ast.AST) -> list[str]:
    """The names that a node binds or tells other than as a Name."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.ExceptHandler):
        return [node.name or ""]
    if isinstance(node, ast.Import | ast.ImportFrom):
        return [alias.asname or alias.name.partition(".")[0] for alias in node.names]
    return list(node.names) if isinstance(node, ast.Global | ast.Nonlocal) else []


def named_in(node: ast.AST) -> list[str]:
    """Every name that a node itself has in it, whatever it means."""
    if isinstance(node, ast.Name):
        return [node.id]
    if isinstance(node, ast.Attribute):
        return [node.attr]
    if isinstance(node, ast.arg):
        return [node.arg]
    if isinstance(node, ast.alias):
        return [node.name, node.asname or node.name]
    return _bound_otherwise(node)
