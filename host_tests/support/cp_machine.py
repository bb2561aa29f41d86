"""A board with CircuitPython on this computer: MicroPython's interpreter, with the modules that a board has.

    micropython cp_machine.py DRIVE PTY LED STOP

DRIVE, a folder, becomes the whole filesystem, and its boot.py and code.py run as they do on a board.  The UART is the
pseudo-terminal, the counter reads the simulated LED's file and falls back to 0 at 32767 as old releases do, sockets
are this computer's.  When the file STOP has something in it, there has been a Ctrl-C on the console.
"""

import errno
import os
import socket
import sys
import time

import vfs

from host_serial import SerialLine

DRIVE, PTY, LED, STOP = sys.argv[1:5]
# The counter stands so near the end of its 16 bits.
_COUNTED = 32700


def module(name, **names):
    """A module of that name; modules cannot be made here, an object does."""
    made = type(name, (), {})()
    for key, value in names.items():
        setattr(made, key, value)
    sys.modules[name] = made
    return made


class UART:
    Parity = type("Parity", (), {"EVEN": 1, "ODD": 2})

    def __init__(self, tx, rx, *, baudrate, bits, parity, stop, timeout, receiver_buffer_size):
        assert (tx, rx) == ("GPIO17", "GPIO18") and parity == UART.Parity.EVEN and receiver_buffer_size >= 512
        self._line = SerialLine(PTY, baudrate)
        self.write = self._line.write
        self.reset_input_buffer = self._line.discard

    def readinto(self, view):
        return self._line.readinto(view) or None

    @property
    def baudrate(self):
        return self._line.baud

    @baudrate.setter
    def baudrate(self, baud):
        self._line.set_baud(baud)


class Counter:
    def __init__(self, pin, *, edge, pull):
        assert (pin, edge, pull) == ("GPIO4", "fall", "up")
        self._file = open(LED, "rb")
        self._file.seek(0, 2)
        self._from = self._file.tell()

    @property
    def count(self):
        return (_COUNTED + (self._file.seek(0, 2) - self._from) // 8) % 32767


class Socket:
    def __init__(self, kind):
        self._socket = socket.socket(socket.AF_INET, kind)
        self._timeout = None

    def settimeout(self, seconds):
        self._timeout = seconds
        self._socket.setblocking(seconds != 0)

    def setsockopt(self, level, option, value):
        pass

    def connect(self, address):
        assert self._timeout
        self._socket.connect(socket.getaddrinfo(*address)[0][-1])

    def send(self, data):
        return self._socket.send(data)

    def recv_into(self, view):
        # What is over is told as "not connected", as on the board.
        data = self._socket.recv(len(view))
        if not data:
            raise OSError(errno.ENOTCONN)
        view[: len(data)] = data
        return len(data)

    def sendto(self, data, address):
        self._socket.sendto(data, socket.getaddrinfo(*address)[0][-1])

    def recvfrom_into(self, buffer):
        return self.recv_into(buffer), ("127.0.0.1", 123)

    def close(self):
        self._socket.close()


class Pool:
    AF_INET, SOCK_STREAM, SOCK_DGRAM, IPPROTO_TCP, TCP_NODELAY = 0, 0, 1, 6, 1

    def __init__(self, radio):
        pass

    def getaddrinfo(self, host, port, family=0, kind=0):
        return [(0, 0, 0, "", (host, port))]

    def socket(self, family, kind):
        return Socket(socket.SOCK_STREAM if kind == self.SOCK_STREAM else socket.SOCK_DGRAM)


class Radio:
    connected = False
    ipv4_address = None

    def connect(self, ssid, password=b"", *, timeout):
        if (ssid, password) != ("home", "a good password"):
            raise OSError("Authentication failure")
        self.connected, self.ipv4_address = True, "127.0.0.1"

    def stop_station(self):
        self.connected, self.ipv4_address = False, None


class Dog:
    timeout = mode = None

    def feed(self):
        # The one call that comes again and again.
        if os.stat(STOP)[6]:
            raise KeyboardInterrupt


class Drive:
    readonly = True


class Runtime:
    autoreload = True
    serial_bytes_available = 0


def remount(path, readonly):
    Drive.readonly = readonly


def rename(old, new):
    # MicroPython's VfsPosix below a root takes the one name for the other.
    with open(old, "rb") as f:
        data = f.read()
    with open(new, "wb") as f:
        f.write(data)
    os.remove(old)


def install():
    gpio = {"GPIO%d" % n: "GPIO%d" % n for n in (4, 5, 6, 7, 17, 18)}
    reasons = type("ResetReason", (), {"POWER_ON": 1, "SOFTWARE": 2})
    cpu = type("cpu", (), {"uid": b"\x02\0\0\0\0\1", "reset_reason": 1})
    module("board", board_id="espressif_esp32s3_devkitc_1_n8r8")
    module("busio", UART=UART)
    module("countio", Counter=Counter, Edge=type("Edge", (), {"FALL": "fall", "RISE": "rise"}))
    module("digitalio", Pull=type("Pull", (), {"UP": "up", "DOWN": "down"}))
    pins = module("microcontroller.pin", **gpio)
    module("microcontroller", pin=pins, nvm=bytearray(8192), watchdog=Dog(), cpu=cpu, ResetReason=reasons)
    module("rtc", RTC=type("RTC", (), {"datetime": None}))
    module("socketpool", SocketPool=Pool)
    module("storage", getmount=lambda path: Drive, remount=remount)
    module("supervisor", runtime=Runtime(), ticks_ms=lambda: time.ticks_ms() & 0x1FFFFFFF)
    module("traceback", print_exception=lambda kind, error, trace: sys.print_exception(error))
    module("watchdog", WatchDogMode=type("Mode", (), {"RESET": 1}))
    module("wifi", radio=Radio())
    # What CircuitPython's `os` and `time` have.
    module("os", listdir=os.listdir, mkdir=os.mkdir, remove=os.remove, rename=rename, stat=os.stat)
    module("time", monotonic_ns=lambda: time.ticks_us() * 1000, time=time.time, localtime=time.localtime)


def main():
    install()
    vfs.umount("/")
    vfs.mount(vfs.VfsPosix(DRIVE), "/")
    for folder in ("/dev", "/tmp"):
        vfs.mount(vfs.VfsPosix(folder), folder)
    os.chdir("/")
    # asyncio is CircuitPython's library on the drive, and no other.
    sys.path[:] = ["", "/lib"]
    for name in ("/boot.py", "/code.py"):
        with open(name) as f:
            exec(f.read(), {"__name__": "__main__", "__file__": name})


main()
