"""Every link and picture of the pages is there, anchors included, and every command that they show is one.

What a command does is tested where it lives; here only that it would be understood.
"""

import contextlib
import importlib.util
import io
import re
import shlex
import tomllib

import pytest
from docpages import DOCS, PAGES, ROOT, anchors, blocks, codes, links, name, rows, section

from lumbus.cli import parser

# Placeholders, and what stands for them.
PLACEHOLDERS = {"PORT": "/dev/ttyUSB0", "<gateway>": "3c71bf000001"}


def commands(text: str):
    """The arguments of each `lumbus …` and `make demo ARGS=…` line in the fenced blocks; not in those of "text"."""
    for language, block in blocks(text):
        if language == "text":
            continue
        for line in block.splitlines():
            line = re.sub(r"(^|\s)#.*$", "", line.removeprefix("$ ").strip())
            made = re.match(r'make demo ARGS="(.*)"$', line)
            if made:
                line = "lumbus demo " + made[1]
            found = re.match(r"(?:[A-Z_]+=\S+ )*(?:\.venv/bin/)?lumbus (.*)$", line)
            if found:
                words = shlex.split(found[1].split(" > ")[0])
                yield [PLACEHOLDERS.get(word, word) for word in words]


def understood(words: list[str]) -> str | None:
    """What is wrong with a command line; None for nothing."""
    said = io.StringIO()
    try:
        with contextlib.redirect_stderr(said), contextlib.redirect_stdout(said):
            parser().parse_args(words)
    except SystemExit as e:
        return said.getvalue() if e.code else None
    return None


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_link_leads_somewhere(page):
    wrong = []
    for target in links(page.read_text(encoding="utf-8")):
        path, _, anchor = target.partition("#")
        file = (page.parent / path).resolve() if path else page
        if not file.exists() or (anchor and anchor not in anchors(file.read_text(encoding="utf-8"))):
            wrong.append(target)
        assert ROOT in file.parents, target
    assert wrong == []


def test_every_page_and_picture_of_docs_is_shown_somewhere():
    shown = set()
    for page in PAGES:
        for target in links(page.read_text(encoding="utf-8")):
            shown.add((page.parent / target.partition("#")[0]).resolve())
    files = {file for file in DOCS.iterdir() if file.suffix in (".md", ".svg", ".png", ".json")}
    assert files - shown == set()


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_command_is_understood(page):
    wrong = []
    for words in commands(page.read_text(encoding="utf-8")):
        fault = understood(words)
        if fault:
            wrong.append((" ".join(words), fault))
    assert wrong == []


def test_every_command_is_in_the_overview_with_a_link():
    told = []
    for row in rows(section((DOCS / "commands.md").read_text(encoding="utf-8"), "All of them")):
        named = codes(row[0])
        # The actions of one command stand in one line.
        told += ["config"] if named[0].startswith("config ") else named
        assert row[1] and links(row[2]), row
    (choices,) = [action.choices for action in parser()._actions if action.dest == "command"]
    assert choices is not None
    assert set(told) == set(choices)


def test_every_module_that_is_run_is_there():
    found = set()
    for page in PAGES:
        for _, block in blocks(page.read_text(encoding="utf-8")):
            found |= set(re.findall(r"python -m (lumbus[.\w]*)", block))
    assert found
    assert [module for module in found if importlib.util.find_spec(module) is None] == []


def test_every_dependency_is_named_with_what_it_is_for():
    with open(ROOT / "pyproject.toml", "rb") as f:
        project = tomllib.load(f)["project"]
    wanted = [
        *project["dependencies"],
        *(each for group in project["optional-dependencies"].values() for each in group),
    ]
    names = {re.split(r"[\[<>=; ]", each)[0] for each in wanted} - {"lumbus"}
    told = codes(section((ROOT / "README.md").read_text(encoding="utf-8"), "What it stands on"))
    assert len(names) > 10
    assert names <= set(told)


def test_the_readme_stays_short():
    assert len((ROOT / "README.md").read_text(encoding="utf-8").splitlines()) < 200


def test_the_checks_find_what_is_wrong():
    assert links("[a](b.md#c) ![d](e.svg) [f](https://g) `[h](i)`") == ["b.md#c", "e.svg"]
    assert anchors("# A b, c\n## `x` (y)\n## A b, c\n") == {"a-b-c", "x-y", "a-b-c-1"}
    shown = "$ lumbus meter --power 800  # words\n.venv/bin/lumbus scna X\nX=1 lumbus config show\n"
    text = "```text\nlumbus 0.1.0 on a board\n```\n```\n" + shown + "```\nlumbus no\n"
    lines = list(commands(text))
    assert lines == [["meter", "--power", "800"], ["scna", "X"], ["config", "show"]]
    assert [understood(words) is None for words in lines] == [True, False, True]
