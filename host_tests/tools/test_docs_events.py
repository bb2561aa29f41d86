"""docs/events.md has every verdict and event that the firmware can publish, each with what to do, and no others."""

import ast
import re

from docpages import DOCS, ROOT, codes, rows, section

from uplink.discovery import _VERDICTS

PAGE = (DOCS / "events.md").read_text(encoding="utf-8")
WORDS = ROOT / "firmware" / "pages" / "words.js"
SOURCES = sorted((ROOT / "firmware" / "uplink").glob("*.py"))
# Functions whose argument of that number is an event's kind.
CALLS = {"note": 0, "_note": 0, "note_json": 0, "tell": 0, "_name": 0, "_score": 1, "Event": 1, "Suspicion": 1}


def constants() -> dict[str, str]:
    """{NAME: text} of all the modules' constants; a name means the same everywhere."""
    found: dict[str, str] = {}
    for file in SOURCES:
        for node in ast.parse(file.read_text(encoding="utf-8")).body:
            if not isinstance(node, ast.Assign) or not isinstance(node.targets[0], ast.Name):
                continue
            key, value = node.targets[0].id, node.value
            is_public = key.isupper() and not key.startswith("_")
            if is_public and isinstance(value, ast.Constant) and isinstance(value.value, str):
                assert found.get(key, value.value) == value.value, key
                found[key] = value.value
    return found


def texts(node: ast.expr, names: dict[str, str]) -> set[str]:
    """The kinds that an expression can be, as far as it says so itself."""
    if isinstance(node, ast.Constant):
        return {node.value} if isinstance(node.value, str) else set()
    if isinstance(node, ast.Name):
        return {names[node.id]} if node.id in names else set()
    if isinstance(node, ast.IfExp):
        return texts(node.body, names) | texts(node.orelse, names)
    return set()


def kinds(tree: ast.AST, names: dict[str, str]) -> set[str]:
    """What is told as (kind, text), handed to one of CALLS, or named by crosscheck as a suspicion's end."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", None)
            at = CALLS.get(str(called))
            if at is not None and len(node.args) > at:
                found |= texts(node.args[at], names)
        # (kind, text), and a tuple of kinds.
        if isinstance(node, ast.Tuple) and node.elts and not isinstance(node.ctx, ast.Store):
            if any(text in names.values() for text in texts(node.elts[0], names)):
                for each in node.elts:
                    found |= texts(each, names) & set(names.values())
            elif isinstance(node.elts[0], ast.Constant) and len(node.elts) == 2:
                found |= {text for text in texts(node.elts[0], names) if is_told(tree, node)}
    return found


def is_told(tree: ast.AST, pair: ast.Tuple) -> bool:
    """Whether the pair goes into the list of what happened."""
    return any(is_happened(list_of) and pair in given for list_of, given in filled(tree))


def filled(tree: ast.AST):
    """(the list, what goes into it) of each append() and of each list that is given a name."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "append":
            yield node.func.value, node.args
        elif isinstance(node, ast.Assign) and isinstance(node.value, ast.List):
            yield node.targets[0], node.value.elts


def is_happened(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id == "happened"


def published() -> set[str]:
    names = {key: text for key, text in constants().items() if key not in ("IMPORT", "EXPORT", "BOTH")}
    found = set()
    for file in SOURCES:
        found |= kinds(ast.parse(file.read_text(encoding="utf-8")), names)
    # Events are the verdicts of crosscheck too; these three say that there is none.
    return found - {"learning", "agree", "unchecked"}


def documented(*headings: str) -> set[str]:
    return {code for heading in headings for row in rows(section(PAGE, heading)) for code in codes(row[0])}


def test_every_verdict_has_an_entry():
    assert documented("Verdicts") == set(_VERDICTS)


def test_every_event_has_an_entry_and_every_entry_is_an_event():
    assert documented("Disagreements", "Facts") == published()


def test_every_entry_says_what_it_is_and_what_to_do():
    for heading in ("Verdicts", "Disagreements", "Facts"):
        for row in rows(section(PAGE, heading)):
            assert len(row) == 3 and all(row), row


def test_the_local_page_has_words_for_each():
    assert worded("VERDICTS") - {"unknown"} == documented("Verdicts")
    assert worded("EVENTS") == documented("Disagreements", "Facts")


def worded(name: str) -> set[str]:
    """The keys of one of the page's tables of words."""
    table = re.search(rf"^const {name} = {{\n(.*?)^}};", WORDS.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    assert table is not None
    return set(re.findall(r"^  (\w+):", table[1], re.MULTILINE))


def test_the_search_finds_kinds():
    tree = ast.parse(
        "app.note('a', t)\nhappened.append(('b', t))\nhappened = [('c', t)]\nself._score(changed, D, x)\nx = ('e', t)\n"
    )
    assert kinds(tree, {"D": "d"}) == {"a", "b", "c", "d"}
