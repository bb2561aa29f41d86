"""The documentation as the tests of it see it: pages, links, headings, fenced blocks, tables."""

import re
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md", ROOT / "lib" / "mbus" / "README.md", *sorted(DOCS.glob("*.md"))]
_FENCE = re.compile(r"^```([a-z]*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def blocks(text: str) -> list[tuple[str, str]]:
    """The fenced blocks: (language, "" where none is named; what is in it)."""
    return _FENCE.findall(text)


def prose(text: str) -> str:
    """Without fenced blocks and code spans, in which nothing is a link or a heading."""
    return re.sub(r"`[^`\n]*`", "``", _FENCE.sub("", text))


def links(text: str) -> list[str]:
    """Targets of links and pictures, in order; those that lead out of the repository left out."""
    return [target for target in _LINK.findall(prose(text)) if not re.match(r"[a-z]+:", target)]


def anchors(text: str) -> set[str]:
    """The anchors that a page's headings get."""
    found: dict[str, int] = {}
    result = set()
    for heading in re.findall(r"^#{1,6} +(.*?) *$", _FENCE.sub("", text), re.MULTILINE):
        plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading)
        slug = re.sub(r"[^\w\- ]", "", plain.lower()).replace(" ", "-")
        times = found.get(slug, 0)
        found[slug] = times + 1
        result.add(f"{slug}-{times}" if times else slug)
    return result


def section(text: str, heading: str) -> str:
    """What stands under a heading of any level, up to the next one."""
    match = re.search(rf"^#+ {re.escape(heading)}\n(.*?)(?=^#|\Z)", text, re.DOTALL | re.MULTILINE)
    assert match is not None, f"there is no heading {heading!r}"
    return match[1]


def rows(text: str) -> list[list[str]]:
    """The cells of all tables in a text, without their heads."""
    found = []
    lines = text.splitlines()
    for at, line in enumerate(lines):
        if line.startswith("|") and at and lines[at - 1].startswith("|") and not set(line) <= set("|-: "):
            found.append([cell.strip() for cell in line.strip().strip("|").split("|")])
    return found


def codes(cell: str) -> list[str]:
    """The code spans of a cell."""
    return re.findall(r"`([^`]+)`", cell)
