"""The local page as it lies on a board: its scripts joined to one, without comments and indentation, all compressed.

A board serves few connections at a time, and each file of its own would cost one and compress worse.  The sources are
plain modules that a browser takes as they are; joining keeps to what they are written in: imports are
`import { a, b } from "./x.js";` in one line, exports stand before what is exported, comments fill whole lines, and no
text runs over several lines.
"""

import gzip
import re
from pathlib import Path

from .paths import FIRMWARE

PAGES = FIRMWARE / "pages"
MAIN = "app"
_IMPORT = re.compile(r'^import \{ ([\w, ]+) \} from "\./(\w+)\.js";$', re.M)
_EXPORT = re.compile(r"^export ((?:async )?(?:function|const|class) (\w+))", re.M)
_LOAD = re.compile(r"^const load = .*$", re.M)
_COMMENT = re.compile(r"^(//.*|/\*\*? .*\*/)$")


def files(folder: Path = PAGES) -> dict[str, bytes]:
    """{name: content} of what a board serves, not compressed yet."""
    found = {MAIN + ".js": joined(folder).encode()}
    for file in sorted(folder.iterdir()):
        if file.suffix != ".js":
            found[file.name] = bare(file.read_text()).encode()
    return found


def put_pages(target: Path) -> None:
    """Lay them out under `target`, compressed; the same bytes for the same page."""
    target.mkdir(exist_ok=True)
    for name, content in files().items():
        (target / f"{name}.gz").write_bytes(gzip.compress(content, 9, mtime=0))


def bare(text: str) -> str:
    """Without indentation, empty lines and lines of comment."""
    lines = (line.strip() for line in text.splitlines())
    return "\n".join(line for line in lines if line and not _COMMENT.match(line)) + "\n"


def joined(folder: Path) -> str:
    """All scripts as one: each a function that gives its exports, behind those that it imports from."""
    sources = {file.stem: file.read_text() for file in sorted(folder.glob("*.js"))}
    order: list[str] = []
    for name in [*sources, MAIN]:
        _after_its_imports(name, sources, order, ())
    order.remove(MAIN)
    parts = [_module(name, sources[name]) for name in order]
    views = ", ".join(f"{name}: ${name}" for name in order)
    main, count = _LOAD.subn(f"const load = (name) => ({{ {views} }})[name];", _imported(sources[MAIN]))
    if count != 1:
        raise ValueError(f"{MAIN}.js: there must be one line that begins with `const load = `")
    return bare("\n".join([*parts, main]))


def _after_its_imports(name: str, sources: dict[str, str], order: list[str], above: tuple) -> None:
    if name in above:
        raise ValueError(f"{name}.js imports itself by way of {' and '.join(above)}")
    if name in order:
        return
    for _, other in _IMPORT.findall(sources[name]):
        _after_its_imports(other, sources, order, (*above, name))
    order.append(name)


def _imported(text: str) -> str:
    """With what it imports taken from the functions before; ValueError where an import is written otherwise."""
    text = _IMPORT.sub(r"const { \1 } = $\2;", text)
    if re.search(r"^import\b", text, re.M):
        raise ValueError("an import is not of the form that can be joined")
    return text


def _module(name: str, text: str) -> str:
    exports = ", ".join(found[1] for found in _EXPORT.findall(text))
    body = _EXPORT.sub(r"\1", _imported(text))
    if re.search(r"^export\b", body, re.M):
        raise ValueError(f"{name}.js: an export is not of the form that can be joined")
    return f"const ${name} = (() => {{\n{body}\nreturn {{ {exports} }};\n}})();"
