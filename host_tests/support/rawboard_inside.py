"""Runs under MicroPython: a board with a raw REPL on standard input and output, on a flash in a file.

    micropython rawboard_inside.py FLASH BLOCKS IDENTITY [whole]

whole: with all the stand-ins of an ESP32 that the application itself needs, those of the board's own tests.

The root is a real LittleFS.  What is sent is really run; main.py is run when the board is reset, as on a board.
`machine`, `esp32` and what `sys` tells are those of an ESP32, as far as the commands ask.  Ctrl-C is heard by the REPL,
and by what runs whenever it calls machine.idle().
"""

# pyright: reportMissingImports=false, reportAttributeAccessIssue=false, reportArgumentType=false
import io
import json
import os
import select
import sys

import esp32_fakes
import esp32_netfakes
import vfs
from device import Flash

OUT = sys.stdout.buffer
IN = sys.stdin.buffer
POLL = select.poll()
POLL.register(sys.stdin, select.POLLIN)
PROMPT = b"raw REPL; CTRL-B to exit\r\n>"
WINDOW = 128
PATH = ["", ".frozen", "/lib"]
REAL = sys
IS_WHOLE = sys.argv[4:] == ["whole"]
OWN = set(sys.modules)
identity = json.loads(sys.argv[3])


class Reset(BaseException):
    pass


class SoftReset(BaseException):
    pass


class Machine:
    fed = 0
    timeout = None

    class WDT:
        def __init__(self, timeout):
            Machine.timeout = timeout

        def feed(self):
            Machine.fed += 1

    def unique_id(self):
        return bytes.fromhex(identity["mac"])

    def reset(self):
        raise Reset

    def idle(self):
        if POLL.poll(5) and IN.read(1) in (b"\x03", b""):
            raise KeyboardInterrupt


class Whole(Machine):
    """What else there is, from the board's own tests."""

    inner = esp32_fakes.Machine()

    def __getattr__(self, name):
        return getattr(self.inner, name)


class Esp32:
    kept = {}

    class NVS:
        def __init__(self, name):
            pass

        def get_blob(self, name, buf):
            if name not in Esp32.kept:
                raise OSError(-0x1102)
            data = Esp32.kept[name]
            buf[: len(data)] = data
            return len(data)

        def set_blob(self, name, data):
            Esp32.kept[name] = bytes(data)

        def commit(self):
            pass


class Implementation:
    name = "micropython"
    _mpy = identity["mpy"]
    _machine = identity["machine"]
    version = tuple(identity["version"])

    def __getitem__(self, at):
        return (self.name, self.version)[at]


class Sys:
    platform = identity["platform"]
    implementation = Implementation()
    path = REAL.path
    modules = REAL.modules
    stdout = REAL.stdout

    def exit(self, code=0):
        raise SystemExit(code)

    def print_exception(self, error, file=None):
        put(traceback(error))


def put(text):
    OUT.write(text.encode().replace(b"\n", b"\r\n"))


def tell(*values, sep=" ", end="\n"):
    put(sep.join([str(value) for value in values]) + end)


def traceback(error):
    text = io.StringIO()
    REAL.print_exception(error, text)
    return text.getvalue()


def fresh():
    """What a reset leaves: nothing of what was loaded."""
    for name in list(REAL.modules):
        if name not in OWN:
            del REAL.modules[name]
    REAL.modules["sys"] = Sys()
    REAL.modules["machine"] = Whole() if IS_WHOLE else Machine()
    REAL.modules["esp32"] = Esp32()
    if IS_WHOLE:
        REAL.modules["network"] = esp32_netfakes.Network()
    REAL.path[:] = PATH


def names():
    import builtins

    builtins.print = tell
    return {"__name__": "__main__", "print": tell}


def remount():
    try:
        vfs.umount("/")
    except OSError:
        pass
    vfs.mount(vfs.VfsLfs2(FLASH), "/")


def start():
    """Run main.py, again as often as it ends with sys.exit()."""
    while True:
        fresh()
        try:
            with open("/main.py") as f:
                text = f.read()
        except OSError:
            return
        try:
            exec(compile(text, "main.py", "exec"), names())
        except SystemExit:
            put("MPY: soft reboot\n")
            continue
        except KeyboardInterrupt as e:
            put(traceback(e))
        except Exception as e:
            put(traceback(e))
        return


def paste():
    """Raw-paste mode; the code."""
    OUT.write(b"R\x01" + bytes((WINDOW, 0)))
    code = bytearray()
    while True:
        byte = taken()
        if byte == b"\x03":
            raise KeyboardInterrupt
        if byte == b"\x04":
            OUT.write(b"\x04")
            return code
        code += byte
        if len(code) % WINDOW == 0:
            OUT.write(b"\x01")


def run(code, scope):
    error = ""
    try:
        exec(compile(bytes(code).decode(), "<stdin>", "exec"), scope)
    except KeyboardInterrupt as e:
        error = traceback(e)
    except SystemExit:
        raise SoftReset
    except Exception as e:
        error = traceback(e)
    OUT.write(b"\x04")
    put(error)
    OUT.write(b"\x04>")


def taken():
    """The next byte from the cable."""
    byte = IN.read(1)
    if byte == b"":
        raise SystemExit
    return byte


def raw(scope):
    """Until Ctrl-B."""
    OUT.write(PROMPT)
    line = bytearray()
    while True:
        byte = taken()
        if byte == b"\x01":
            OUT.write(PROMPT)
            line = bytearray()
        elif byte == b"\x02":
            return
        elif byte == b"\x03":
            line = bytearray()
        elif byte == b"\x05" and not line:
            IN.read(2)
            try:
                run(paste(), scope)
            except KeyboardInterrupt:
                OUT.write(b"\r\n>")
        elif byte == b"\x04" and not line:
            raise SoftReset
        elif byte == b"\x04":
            OUT.write(b"OK")
            run(line, scope)
            line = bytearray()
        elif byte != b"\r":
            line += byte


def friendly():
    """Until Ctrl-A."""
    put("\n>>> ")
    while taken() != b"\x01":
        pass


def live():
    is_raw = False
    start()
    while True:
        try:
            if not is_raw:
                friendly()
            is_raw = True
            raw(names())
            is_raw = False
        except SoftReset:
            OUT.write(b"OK\r\nMPY: soft reboot\r\n")
            fresh()
            remount()
        except Reset:
            is_raw = False
            remount()
            start()


FLASH = Flash(int(sys.argv[2]), 4096, sys.argv[1])
os.chdir("/")
vfs.umount("/")
try:
    vfs.mount(vfs.VfsLfs2(FLASH), "/")
except OSError:
    vfs.VfsLfs2.mkfs(FLASH)
    vfs.mount(vfs.VfsLfs2(FLASH), "/")
fresh()
live()
