"""Runs under MicroPython: one start of a board of which the root is a real LittleFS, in a file.

    micropython updateboard_inside.py FLASH BLOCKS [FOLDER]

main.py runs as on a board, on the host's port; this computer's own files are under /host.  The exit code is that of the
application: a reset is the next run.  FOLDER: nothing runs, the flash is made anew with what is in that folder.
"""

# pyright: reportMissingImports=false, reportAttributeAccessIssue=false
import os
import sys

import vfs


class Flash:
    """The blocks in a file.  With few names: the application would have to make room for each."""

    def __init__(self, path, count):
        self.path = open(path, "r+b")
        self.count = count
        # What is erased is all ones.
        self.end = b"\xff" * 4096

    def readblocks(self, n, buf, pos=0):
        self.path.seek(n * 4096 + pos)
        self.path.readinto(buf)

    def writeblocks(self, n, buf, pos=0):
        self.path.seek(n * 4096 + pos)
        self.path.write(buf)

    def ioctl(self, n, pos):
        if n == 4:
            return self.count
        if n == 5:
            return 4096
        if n == 6:
            self.writeblocks(pos, self.end)
        return 0


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
    sys.path[:] = ["", ".frozen", "/lib"]
    exec(compile(text, "main.py", "exec"), {"__name__": "__main__"})


flash = Flash(sys.argv[1], int(sys.argv[2]))
os.chdir("/")
vfs.umount("/")
if sys.argv[3:]:
    vfs.VfsLfs2.mkfs(flash)
vfs.mount(vfs.VfsLfs2(flash), "/")
vfs.mount(vfs.VfsPosix("/"), "/host")
if sys.argv[3:]:
    copy("/host" + sys.argv[3], "")
else:
    run()
