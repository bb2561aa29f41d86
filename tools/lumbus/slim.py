"""microdot as a board gets it: what the local page never calls is left out before compiling.

Only whole functions, methods and constants that are named here go, and of what microdot does one way on a computer
and another on MicroPython the former. What is named and not there is an error: then another microdot is installed,
and somebody must look. The page works with microdot as it is, too; it takes twice the memory then.
"""

import ast
from importlib.util import find_spec
from pathlib import Path

from .scopes import ONE_PARSER

# Reading a request and listening are the firmware's own: nothing of it may wait.
_DROPPED = """
    urldecode urlencode MultiDict AsyncBytesIO abort redirect send_file
    Request.max_body_length Request.max_readline Request.create Request._parse_urlencoded Request.stream
    Request.json Request.form Request.files Request.after_request Request._safe_readline
    Response.types_map Response.default_send_file_max_age
    MUTED_SOCKET_ERRORS Response.write Response.body_iter Response.send_file_buffer_size
    Response.set_cookie Response.delete_cookie Response.redirect Response.send_file
    URLPattern.register_type URLPattern.__repr__ HTTPException.__repr__
    Microdot.get Microdot.post Microdot.put Microdot.patch Microdot.delete Microdot.query Microdot.before_request
    Microdot.after_request Microdot.after_error_request Microdot.mount Microdot.abort Microdot.start_server
    Microdot.run Microdot.shutdown Microdot.handle_request
"""
DROPPED = frozenset(_DROPPED.split())
# What must keep its name whoever renames the rest: put together from two texts, and a class inside a class.
AS_NAMED = "before_request_handlers after_request_handlers after_error_request_handlers G"


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
    with ONE_PARSER:
        tree = dropping.visit(ast.parse(text))
    if ast.get_docstring(tree) is not None:
        tree.body = tree.body[1:]
    missing = DROPPED - dropping.dropped
    if missing:
        raise SlimError(f"this microdot has no {', '.join(sorted(missing))}: see tools/lumbus/slim.py")
    return ast.unparse(ast.fix_missing_locations(tree))


def asserting(text: str) -> str:
    """The source with its assertions written out: what leaves line numbers out leaves assertions out as well."""
    return ast.unparse(ast.fix_missing_locations(_Asserting().visit(ast.parse(text))))


class _Asserting(ast.NodeTransformer):
    def visit_Assert(self, node: ast.Assert):
        failed = ast.Raise(ast.Name("AssertionError", ast.Load()), None)
        return ast.If(ast.UnaryOp(ast.Not(), node.test), [failed], [])


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
