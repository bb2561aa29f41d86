"""Modules joined into one do what they did apart."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from lumbus import runtime
from lumbus.joined import LINKED, joined
from lumbus.link import Linked, LinkError, Unit, needed


def linked(texts: dict[str, str], *roots: str, apart=frozenset()) -> tuple[Linked, dict[str, Unit]]:
    units = {name: Unit(name, text) for name, text in texts.items()}
    return Linked("p.all", units, needed(units, roots, set(apart))), units


def run(texts: dict[str, str], *roots: str) -> dict:
    space: dict = {"__name__": "p.all"}
    exec(linked(texts, *roots)[0].text, space)
    return space


def test_what_is_imported_comes_first_and_once():
    texts = {
        "p.a": "from .b import f\nfrom .c import g\nRESULT = f() + g()\n",
        "p.b": "from .c import g\n\ndef f():\n    return g() * 10\n",
        "p.c": "def g():\n    return 2\n",
    }
    piece, _ = linked(texts, "p.a")
    assert piece.starts == [(1, "p.c"), (3, "p.b"), (7, "p.a")]
    assert run(texts, "p.a")["RESULT"] == 22


def test_a_constant_is_folded_for_all_and_its_name_is_gone_where_nobody_else_asks_for_it():
    texts = {
        "p.a": "from .b import LIMIT, OTHER\n\ndef f():\n    return LIMIT + OTHER\n",
        "p.b": "def const(n):\n    return n\n\nLIMIT = const(7)\nOTHER = const(1)\n_OWN = const(2)\n",
        "p.out": "from .b import OTHER\n",
    }
    text = linked(texts, "p.a")[0].text
    assert "_LIMIT = const(7)" in text and "return _LIMIT + OTHER" in text and "\nOTHER = const(1)" in text
    assert run(texts, "p.a")["f"]() == 8


def test_two_things_of_one_name_stay_two():
    texts = {
        "p.a": (
            "from .b import get\nfrom .b import make as built\n_N = 1\n\ndef make():\n    return get() + _N + built()\n"
        ),
        "p.b": "_N = 20\n\ndef get():\n    return _N\n\ndef make():\n    return 300\n",
    }
    space = run(texts, "p.a")
    assert space[next(name for name in space if name.startswith("make") and name != "make")]() in (300, 321)
    assert sorted(space[name]() for name in space if name.startswith("make")) == [300, 321]


def test_what_hides_a_builtin_hides_it_in_its_own_module_only():
    texts = {
        "p.a": "from .b import twice\nRESULT = sum((1, 2)), twice(3)\n",
        "p.b": "def sum(n):\n    return n + n\n\ndef twice(n):\n    return sum(n)\n",
    }
    assert run(texts, "p.a")["RESULT"] == (3, 6)


def test_names_of_functions_and_classes_are_their_own():
    texts = {
        "p.b": (
            "def text():\n    return 'b'\n\n"
            "class C:\n    text = 'class'\n    other = text\n\n    def f(self):\n        return text()\n"
        ),
        "p.a": (
            "from .b import C\n\n"
            "def text(text='own'):\n    return text + ''.join([text for text in 'xy'])\n\n"
            "class D(C):\n    def text(self):\n        return self.f() + text()\n"
        ),
    }
    space = run(texts, "p.a")
    assert space["D"]().text() == "bownxy"
    assert space["C"].other == "class"


def test_a_global_that_a_function_binds():
    texts = {
        "p.b": "_count = 0\n\ndef up():\n    global _count\n    _count += 1\n    return _count\n",
        "p.a": "from .b import up\n_count = 5\nup()\nRESULT = up(), _count\n",
    }
    assert run(texts, "p.a")["RESULT"] == (2, 5)


def test_a_module_that_stays_apart_imports_from_the_joined_one():
    texts = {
        "p.a": "from .b import g\n\ndef f():\n    return g()\n",
        "p.b": "def g():\n    return 1\n",
        "p.c": (
            "from .b import (\n    g as other,\n)\n\n\n"
            "def late():\n    from .a import f\n    from .d import x\n    return f, x\n"
        ),
        "p.d": "x = 1\n",
    }
    piece, units = linked(texts, "p.a")
    text = piece.relinked(units["p.c"])
    assert text.startswith("from p.all import g as other\n\n\n")
    assert "    from p.all import f\n    from .d import x\n" in text
    assert text.count("\n") == texts["p.c"].count("\n")


def test_what_another_piece_gives_away_is_not_taken_for_an_own_private_name():
    # That piece has been joined before: its private name is a short one, as the own ones here shall be.
    texts = {
        "p.a": "from .b import _free\nRESULT = _free()\n",
        "p.b": "def _full():\n    return 2\n\ndef _free():\n    return 1\n",
        "p.c": "from .b import _free\n\ndef _mine():\n    return 10\n\nRESULT = _mine() + _free()\n",
    }
    first, units = linked(texts, "p.b")
    rest = {"p.c": Unit("p.c", first.relinked(units["p.c"]))}
    second = Linked("p.second", rest, ["p.c"])
    space: dict = {"__name__": "p.all"}
    exec(first.text + second.text.replace("from p.all import", "#"), space)
    assert space["RESULT"] == 11


def test_what_is_loaded_late_stays_apart():
    texts = {"p.a": "def f():\n    from .b import g\n\n    return g\n", "p.b": "g = 1\n"}
    piece, _ = linked(texts, "p.a")
    assert [name for _, name in piece.starts] == ["p.a"]
    assert "from p.b import g" in piece.text


@pytest.mark.parametrize(
    ("texts", "words"),
    [
        ({"p.a": "import p.b\n", "p.b": "x = 1\n", "p.c": "from p.b import x\n"}, "p.a:1: a whole module"),
        (
            {"p.a": "from .b import x\n\ndef f():\n    from .b import x\n    return x\n", "p.b": "x = 1\n"},
            "p.a:4: import it",
        ),
        ({"p.a": "from .b import f\nfrom x import n\n", "p.b": "from y import n\nf = n\n"}, "n is imported from two"),
        ({"p.a": "from .b import x\nfrom .c import x\n", "p.b": "x = 1\n", "p.c": "x = 2\n"}, "p.a:2: x means two"),
        (
            {"p.a": "from .b import g as h\n\ndef f(g):\n    return h() + g\n", "p.b": "def g():\n    return 1\n"},
            "p.a:4: h would be g",
        ),
    ],
)
def test_what_cannot_be_joined_is_refused_with_its_place(texts, words):
    with pytest.raises(LinkError, match=words):
        linked(texts, "p.a", "p.b", "p.c")


@pytest.mark.parametrize("board", ["host", "esp32"])
def test_the_firmware_joined_knows_every_name_that_it_uses(board, tmp_path):
    texts = joined(runtime.places(board))
    for place, text in texts.items():
        (tmp_path / place).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / place).write_text(text)
    command = [
        sys.executable,
        "-m",
        "ruff",
        "check",
        "--isolated",
        "--no-cache",
        "--select",
        "F821,F823",
        tmp_path,
    ]
    check = subprocess.run(command, capture_output=True, text=True)
    assert check.returncode == 0, check.stdout
    assert Path("uplink/linked.py") in texts and LINKED == "uplink.linked"
    # What the start forgets must not be what stays.
    assert not {Path("uplink/config.py"), Path("uplink/wiring.py")} - set(texts)


def test_the_same_sources_make_the_same_firmware():
    # Sets have another order in each process; what is deployed must not change with it.
    digest = (
        "import hashlib; from lumbus.joined import joined; from lumbus.runtime import places; "
        "from lumbus.sharing import shared; texts = shared(joined(places('host'))); "
        "print(hashlib.sha256(repr(sorted(texts.items())).encode()).hexdigest())"
    )
    made = {
        subprocess.run(
            [sys.executable, "-c", digest],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(made) == 1 and made != {""}
