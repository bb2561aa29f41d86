"""An update of the real application beside it: compiled, in MicroPython's heap, with so many bytes left and no more."""

import os
import subprocess

from laidout import laid_out
from needs import require_runtime
from signing import der, release

from lumbus import runtime

# On a computer of 64 bits, where an object takes twice what it takes on a board.  The firmware waits for a little
# more before it begins (update_begin); 3.7 KB are MicroPython's table of names, which grows here for the first time.
ENOUGH = 23_000
INSIDE = """
import gc, sys
gc.threshold(4096)
import binascii, hashlib, json, uplink, uplink.linked
from uplink.forget import forget
import slot_store

# Names are shortened for a board; this is the only class there.
SlotStore = [one for one in slot_store.__dict__.values() if isinstance(one, type)][0]

class Source:
    def __init__(self):
        self.file = open(sys.argv[1], "rb")

    async def read(self, at, size):
        self.file.seek(at)
        return self.file.read(min(size, 512))

async def pause():
    pass

def progress(done, total):
    pass

def update():
    from uplink.install import install
    about = {"version": "0.1.0", "board": "x", "micropython": (1, 26, 0), "mpy": 6}
    with open(sys.argv[2], "rb") as f:
        key = f.read()
    try:
        install(Source(), SlotStore(sys.argv[3]), about, key, progress, pause).send(None)
    except StopIteration as e:
        print(e.value["slot"])

# All is taken but one piece, which is let go.
gc.collect()
held = bytearray(int(sys.argv[4]))
taken = None
for size in (16384, 4096, 1024, 256, 64, 32):
    try:
        while True:
            taken = taken, bytearray(size)
    except MemoryError:
        pass
held = None
gc.collect()
update()
forget(("install", "refused"))
print("done")
"""


def updated(folder, tmp_path, free: int) -> str:
    """What the run says that has so many bytes free."""
    target = tmp_path / f"board{free}"
    target.mkdir()
    words = (folder / "inside.py", tmp_path / "all.lum", tmp_path / "update.der", target, free)
    command = [*runtime.command("micropython", str(words[0])), *map(str, words[1:])]
    run = subprocess.run(command, env=runtime.environment(folder), capture_output=True, text=True, timeout=120)
    return run.stdout + run.stderr


def test_it_needs_no_more_than_this(tmp_path):
    require_runtime("micropython")
    from lumbus.onboard.application import choosing

    folder = laid_out("micropython")
    parts = [file for file in folder.rglob("*") if file.is_file() and file.name not in ("main.py", "boot.py")]
    files = {f"slot/{file.relative_to(folder)}": file.read_bytes() for file in parts}
    files |= {f"root/{name}": data for name, data in choosing().items()}
    (tmp_path / "all.lum").write_bytes(release(files))
    (tmp_path / "update.der").write_bytes(der())
    own = tmp_path / "inside"
    own.mkdir()
    for name in os.listdir(folder):
        os.symlink(folder / name, own / name)
    (own / "inside.py").write_text(INSIDE)
    assert updated(own, tmp_path, ENOUGH) == "a\ndone\n"
    # That it is measured at all: with half of it there is no way.
    assert "MemoryError" in updated(own, tmp_path, ENOUGH // 2)
