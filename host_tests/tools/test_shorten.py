"""Private names are shortened for a board, and nothing else changes."""

import ast
import re

import pytest

from lumbus.paths import BOARD, FIRMWARE, LIB
from lumbus.shorten import shortened


def short(tmp_path, **texts):
    """The shortened texts of files, by name."""
    paths = []
    for name, text in texts.items():
        paths.append(tmp_path / f"{name}.py")
        paths[-1].write_text(text)
    return {path.stem: text for path, text in shortened(paths).items()}


def names(text: str) -> set[str]:
    return set(re.findall(r"\b_[a-z]\w*", text))


def test_private_names_of_different_files_become_the_same_few(tmp_path):
    got = short(
        tmp_path,
        one="class A:\n    def __init__(self):\n        self._clock = 1\n        self._log = 2\n",
        two="def _work(n):\n    return n\n\nprint(_work(3))\n",
    )
    assert names(got["one"]) == {"_a", "_b"}
    assert names(got["two"]) == {"_a"}


def test_it_runs_as_before_and_lines_stay(tmp_path):
    text = (
        "class Größe:\n    def __init__(self):\n        self._wert = 'ä'; self._mehr = self._wert * 2\n\n"
        "    def _doppelt(self):\n        return 'ü', self._mehr\n\n    async def _warte(self):\n        pass\n\n"
        "RESULT = Größe()._doppelt()\n"
    )
    got = short(tmp_path, one=text)["one"]
    space: dict = {}
    exec(got, space)
    assert space["RESULT"] == ("ü", "ää")
    assert got.count("\n") == text.count("\n")
    assert not names(got) & {"_wert", "_mehr", "_doppelt", "_warte"}


def test_what_another_file_uses_keeps_its_name_everywhere(tmp_path):
    got = short(
        tmp_path,
        one="class A:\n    def __init__(self):\n        self._shared = self._own = 1\n",
        two="def f(a):\n    return a._shared\n",
        three="from one import _imported\n",
        four="def _imported():\n    pass\n",
        five="class B:\n    def __init__(self):\n        self._told = 1\n        print(getattr(self, '_told'))\n",
        six="def f(*, _named=1):\n    pass\n\nclass C:\n    def __init__(self):\n        self._named = 1\n",
    )
    assert "_shared" in got["one"] and "_own" not in got["one"]
    assert "_imported" in got["four"]
    assert "self._told" in got["five"]
    assert "self._named" in got["six"]


def test_dunder_names_capitals_and_short_ones_stay(tmp_path):
    text = (
        "_LIMIT = const(3)\n_x = 1\nclass A:\n    __slots__ = ()\n    def __len__(self):\n        return _LIMIT + _x\n"
    )
    assert short(tmp_path, one=text)["one"] == text


def test_a_class_and_its_base_in_another_file_share_one_table(tmp_path):
    got = short(
        tmp_path,
        base="class Base:\n    def __init__(self):\n        self._first = 1\n",
        child="from base import Base\n\nclass Child(Base):\n    def __init__(self):\n        super().__init__()\n"
        "        self._second = 2\n",
    )
    assert not names(got["base"]) & names(got["child"])


def test_a_short_name_that_somebody_has_is_not_taken(tmp_path):
    got = short(tmp_path, one="class A:\n    def __init__(self, umqtt):\n        self._long = umqtt._a\n")
    assert "umqtt._a" in got["one"] and "self._b" in got["one"]


@pytest.mark.parametrize("board", ["host", "esp32"])
def test_of_the_firmware_only_private_names_change(board):
    """Undone name by name, the shortened trees are the trees that were."""
    paths = sorted(
        [
            *LIB.glob("mbus/*.py"),
            *FIRMWARE.glob("uplink/*.py"),
            *BOARD.glob("common/*.py"),
            *BOARD.glob(f"{board}/*.py"),
        ]
    )
    different = set()
    for path, text in shortened(paths).items():
        before, after = (list(ast.walk(ast.parse(t))) for t in (path.read_text(), text))
        assert len(before) == len(after)
        table = {}
        for old, new in zip(before, after, strict=True):
            for field in ("id", "attr", "name", "arg", "value"):
                was, is_now = getattr(old, field, None), getattr(new, field, None)
                if isinstance(was, str) and was != is_now:
                    assert was.startswith("_") and not was.startswith("__"), (path, was)
                    assert table.setdefault(was, is_now) == is_now, (path, was)
        # No two names of one file have become one.
        assert len(set(table.values())) == len(table), path
        different |= set(table.values())
    assert 10 < len(different) < 60
