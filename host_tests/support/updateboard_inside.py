"""Runs under MicroPython: one start of a board of which the root is a real LittleFS, in a file.

    micropython updateboard_inside.py FLASH BLOCKS [FOLDER]

main.py runs as on a board, on the host's port; this computer's own files are under /host.  The exit code is that of the
application: a reset is the next run.  FOLDER: nothing runs, the flash is made anew with what is in that folder.
"""

# pyright: reportMissingImports=false, reportAttributeAccessIssue=false
import os
import sys

import vfs
from device import Flash

HOST = "/host"


class InFile(Flash):
    def _is_erased(self, at, size):
        # To look would allocate, and a finaliser may be what writes.
        return True


def copy(source, target):
    for name, kind in [entry[:2] for entry in os.ilistdir(source)]:
        if kind == 0x4000:
            os.mkdir(target + "/" + name)
            copy(source + "/" + name, target + "/" + name)
        else:
            with open(source + "/" + name, "rb") as f, open(target + "/" + name, "wb") as g:
                g.write(f.read())


def run():
    with open("/main.py") as f:
        text = f.read()
    for name in ("device", "vfs"):
        sys.modules.pop(name, None)
    sys.path[:] = ["", ".frozen", "/lib"]
    exec(compile(text, "main.py", "exec"), {"__name__": "__main__"})


FLASH = InFile(int(sys.argv[2]), 4096, sys.argv[1])
os.chdir("/")
vfs.umount("/")
if sys.argv[3:]:
    vfs.VfsLfs2.mkfs(FLASH)
vfs.mount(vfs.VfsLfs2(FLASH), "/")
vfs.mount(vfs.VfsPosix("/"), HOST)
if sys.argv[3:]:
    copy(HOST + sys.argv[3], "")
else:
    run()
