"""Names share spellings on a board, and nobody can tell the difference."""

import ast
import sys
from pathlib import Path

import pytest

from lumbus import runtime
from lumbus.joined import joined
from lumbus.paths import FIRMWARE, UMQTT
from lumbus.rom_names import ROM_NAMES
from lumbus.sharing import shared

PROGRAMS = [
    # Attributes, methods and what inherits from them.
    """
class Base:
    def __init__(self):
        self.first_one = 2

    def doubled(self):
        return self.first_one * 2


class Other(Base):
    def __init__(self):
        super().__init__()
        self.second_one = 5

    def all_of_it(self):
        return self.doubled() + self.second_one


result_told = Other().all_of_it()
""",
    # A default and a decorator see the module's names past the class's own.
    """
amount_told = 7


def passed_on(f):
    return f


class Thing:
    half_told = amount_told // 2

    @passed_on
    def taken(self, count_told=amount_told):
        return count_told + self.half_told

    again_taken = taken


result_told = Thing().taken() + Thing().again_taken(1)
""",
    # Set by somebody else, and on objects of two classes.
    """
class Left:
    def __init__(self):
        self.partner_told = None
        self.weight_told = 3


class Right:
    def __init__(self):
        self.height_told = 4


left_told = Left()
right_told = Right()
left_told.partner_told = right_told
right_told.label_told = 5
result_told = left_told.partner_told.label_told * 100 + right_told.height_told * 10 + left_told.weight_told
""",
    # An inner function with arguments of its own that uses those of the one around it.
    """
def outer_told(first_told, second_told):
    def inner_told(third_told, fourth_told):
        return first_told * 1000 + second_told * 100 + third_told * 10 + fourth_told

    return inner_told(3, 4)


result_told = outer_told(1, 2)
""",
    # Arguments in closures, lambdas and comprehensions; a local of an attribute's name.
    """
class Sum:
    def of_each(self, numbers_told, factor_told):
        factor2 = lambda told, factor_told=3: told * factor_told
        def inner(numbers_told):
            return numbers_told + factor_told
        of_each = [inner(n) + factor2(n) for n in numbers_told]
        return sum(of_each)


result_told = Sum().of_each([1, 2], 10)
""",
    # The module's own, changed from a function.
    """
count_told = 0


def counted(step_told):
    global count_told
    count_told += step_told
    return count_told


counted(2)
result_told = counted(3)
""",
    # By one of two ways.
    """
class Clock:
    if True:

        def moment_told(self):
            return 9

    else:

        def moment_told(self):
            return 8


result_told = Clock().moment_told()
""",
    # Properties, and an argument that is bound again by an except clause.
    """
class Level:
    @property
    def level_told(self):
        return self.raw_told

    def tried(self, error_told):
        try:
            self.raw_told = error_told
            raise ValueError('x')
        except ValueError as error_told:
            return str(error_told)


result_told = Level()
result_told = result_told.tried(4) + str(result_told.level_told)
""",
]


def ran(texts: dict[str, str], *foreign: str) -> dict[str, dict]:
    """The names of each module, once those that share spellings have run."""
    spaces = {}
    try:
        for place, text in shared({Path(f"{name}.py"): text for name, text in texts.items()}, foreign).items():
            module = type(sys)(place.stem)
            sys.modules[place.stem] = module
            exec(compile(text, str(place), "exec"), module.__dict__)
            spaces[place.stem] = module.__dict__
    finally:
        for name in texts:
            sys.modules.pop(name, None)
    return spaces


def one(text: str, *foreign: str) -> str:
    return shared({Path("one_.py"): text}, foreign)[Path("one_.py")]


def words(text: str) -> set[str]:
    tree = ast.parse(text)
    return {n.attr for n in ast.walk(tree) if isinstance(n, ast.Attribute)} | {
        n.name for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.ClassDef)
    }


@pytest.mark.parametrize("text", PROGRAMS)
def test_it_does_what_it_did(text):
    before: dict = {}
    exec(text, before)
    after: dict = {}
    new = one(text, "result_told")
    exec(new, after)
    assert after["result_told"] == before["result_told"]
    assert new != text and new.count("\n") == text.count("\n")


FIRST = """
class Meter:
    def read_it(self):
        return 5


def made_one():
    return Meter()
"""
SECOND = """
from first_ import Meter, made_one as other

OUT = {}


def used():
    from first_ import made_one

    return made_one().read_it() + other().read_it() + Meter().read_it()


OUT["sum"] = used()
"""


def test_modules_find_each_others_names():
    spaces = ran({"first_": FIRST, "second_": SECOND})
    assert [space for space in spaces["second_"].values() if space == {"sum": 15}]


def test_names_of_different_classes_share_one_spelling_and_those_of_one_family_do_not():
    text = one(
        "class Left:\n    def __init__(self):\n        self.alpha_told = self.beta_told = 1\n\n\n"
        "class Right:\n    def __init__(self):\n        self.gamma_told = self.delta_told = 1\n\n\n"
        "class Child(Left):\n    def __init__(self):\n        self.epsilon_told = 2\n"
    )
    stores = {
        node.name: {n.attr for n in ast.walk(node) if isinstance(n, ast.Attribute)}
        for node in ast.parse(text).body
        if isinstance(node, ast.ClassDef)
    }
    left, right, child = stores.values()
    assert len(left) == len(right) == 2 and left & right
    assert not left & child


@pytest.mark.parametrize(
    ("text", "foreign", "name"),
    [
        ("class A:\n    def told_one(self):\n        pass\n\n\nprint(hasattr(A(), 'told_one'))\n", (), "told_one"),
        (
            "class A:\n    def __init__(self):\n        self.told_one = 1\n\n\nNAMES = 'told_one told_two'.split()\n",
            (),
            "told_one",
        ),
        ("class A:\n    def told_one(self):\n        pass\n", ("board.told_one()",), "told_one"),
        ("class A:\n    def read(self):\n        pass\n\n    def close(self):\n        pass\n", (), "read"),
        (
            "import asyncio.events as core\n\n\nclass A:\n    def told_one(self):\n        core.told_one = self\n",
            (),
            "told_one",
        ),
        ("import socket\n\n\nclass A:\n    def setblocking(self, is_on):\n        pass\n", (), "setblocking"),
    ],
)
def test_what_others_say_keeps_its_name(text, foreign, name):
    assert name in words(one(text, *foreign))


def test_arguments_that_are_told_by_keyword_keep_their_names():
    text = one("def f(told_one, told_two):\n    return told_one - told_two\n\n\nRESULT = f(3, told_two=1)\n")
    assert "told_two=1" in text and "told_one" not in text


def test_in_no_class_of_the_firmware_two_names_have_one_spelling():
    texts = joined(runtime.places("host"))
    after = shared(texts, [(UMQTT / "umqtt" / "simple.py").read_text(), (FIRMWARE / "main.py").read_text()])
    classes = 0
    for place, text in texts.items():
        for old, new in zip(ast.walk(ast.parse(text)), ast.walk(ast.parse(after[place])), strict=True):
            assert type(old) is type(new)
            if isinstance(old, ast.ClassDef):
                classes += 1
                assert len(own(old)) == len(own(new)), old.name
    assert classes > 50


def own(node: ast.ClassDef) -> set[str]:
    """The attributes of self that stand in a class, and its methods."""
    parts = list(ast.walk(node))
    methods = {part.name for part in parts if isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef)}
    return methods | {part.attr for part in parts if isinstance(part, ast.Attribute) and _is_self(part)}


def _is_self(node: ast.Attribute) -> bool:
    return isinstance(node.value, ast.Name) and node.value.id == "self"


def test_no_name_of_the_rom_is_listed_twice():
    assert len(ROM_NAMES) == len(set(ROM_NAMES))
