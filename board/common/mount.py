"""A filesystem (LittleFS) that does not mount: told, tried again, then formatted, and the configuration brought back.

* Flash that was never used, blank in its first two blocks and unknown to the second place, is formatted as new.
* What is damaged for certain (no valid superblock) is formatted after one more try.
* Any other error may be one of reading and pass: the board is reset, three times at most, then formatted.

`second`, the port's second place, has read(name), None for nothing, and write(name, data); None where there is none.
"""

import vfs  # pyright: ignore  # MicroPython's

from restore import count_of, put, read, restore, write

_TRIES = 3
# LittleFS's own: corrupt, and not one of this form or size.
_DAMAGED = (84, 22)


def mount(device, point: str, tell, second=None, reset=None) -> None:
    """Mount `device` at `point`; OSError when even formatting fails.

    tell: takes a line.  reset: starts the board again; where it returns, or is None, the device is formatted at once.
    """
    error = _tried(device, point)
    if error is None:
        return
    if _is_blank(device) and read(second, "names") is None:
        tell("filesystem: the flash is new, it is formatted")
        _make(device, point)
        return
    tell("filesystem: it cannot be mounted (%s); trying once more" % error)
    error = _tried(device, point)
    if error is None:
        return
    tries = count_of(second, "mounts") + 1
    if error.errno not in _DAMAGED and tries <= _TRIES and reset is not None and write(second, "mounts", b"%d" % tries):
        tell("filesystem: the flash cannot be read (%s); starting again, time %d of %d" % (error, tries, _TRIES))
        reset()
    _format(device, point, tell, second, error)


def _tried(device, point: str):
    """None when it is mounted, else the OSError."""
    try:
        vfs.mount(vfs.VfsLfs2(device), point)
    except OSError as e:
        return e
    return None


def _make(device, point: str) -> None:
    vfs.VfsLfs2.mkfs(device)
    vfs.mount(vfs.VfsLfs2(device), point)


def _format(device, point: str, tell, second, error: OSError) -> None:
    number = count_of(second, "formats") + 1
    text = ("it could not be mounted (%s) and was formatted, for the %d. time" % (error, number)).encode()
    tell("filesystem: it is formatted now, and what it held is lost: it could not be mounted (%s)" % error)
    write(second, "formats", b"%d" % number)
    # Before formatting: should the power fail now, the next start goes on from here.
    is_kept = write(second, "restoring", text)
    _make(device, point)
    if is_kept:
        restore(point, second, tell)
    else:
        put(("" if point == "/" else point) + "/formatted", text)
    write(second, "mounts", b"0")


def _is_blank(device) -> bool:
    buf = bytearray(device.ioctl(5, 0))
    try:
        for block in (0, 1):
            device.readblocks(block, buf)
            # Slices, for its bytes cannot be counted everywhere.
            if bytes(buf) != b"\xff" * len(buf):
                return False
    except OSError:
        return False
    return True
