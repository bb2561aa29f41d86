"""Runs on the board, sent to it line by line as it is: files listed with their hashes, written, copied, put in place.

On LittleFS a file is on the flash when it is closed, and rename() replaces at once or not at all.
"""

import binascii
import hashlib
import os

_PIECE = 512
_IS_FOLDER = 0x4000
_open_files = []


def digest(path):
    """SHA-256 of a file as it lies there, 64 hex digits."""
    hashed = hashlib.sha256()
    piece = bytearray(_PIECE)
    view = memoryview(piece)
    with open(path, "rb") as f:
        while True:
            size = f.readinto(piece)
            if not size:
                break
            hashed.update(view[:size])
    return binascii.hexlify(hashed.digest()).decode()


def tell(path):
    """A line of a file, or of a folder and all in it: size, hash, path, and - for a folder's hash; none for nothing."""
    try:
        found = os.stat(path)
    except OSError:
        return
    if found[0] & _IS_FOLDER:
        print(0, "-", path)
        for entry in list(os.ilistdir(path)):  # pyright: ignore[reportAttributeAccessIssue]
            tell(path + "/" + entry[0])
    else:
        print(found[6], digest(path), path)


def room(path):
    """(bytes of a block, free blocks, all blocks) of the filesystem."""
    found = os.statvfs(path)
    return found[0], found[3], found[2]


def remove(path):
    os.remove(path)


def remove_folder(path):
    os.rmdir(path)


def make_folder(path):
    os.mkdir(path)


def begin(path):
    _open_files.append(open(path, "wb"))


def add(text):
    """A piece of the file that was begun, in base64."""
    _open_files[0].write(binascii.a2b_base64(text))


def end():
    _open_files.pop().close()


def copy(source, target):
    piece = bytearray(_PIECE)
    view = memoryview(piece)
    with open(source, "rb") as f, open(target, "wb") as g:
        while True:
            size = f.readinto(piece)
            if not size:
                break
            g.write(view[:size])


def put_in_place(path):
    """What was written as <path>.new."""
    os.rename(path + ".new", path)


def keep_old(path):
    """A copy beside it that is whole, as <path>.old, where there is something to keep."""
    try:
        os.stat(path)
    except OSError:
        return
    copy(path, path + ".old.new")
    os.rename(path + ".old.new", path + ".old")


def read(path):
    """The whole of a small file."""
    with open(path, "rb") as f:
        return f.read()


def has(name):
    """Whether there is a module of this name, in the root or in the image."""
    try:
        __import__(name)
        return True
    except ImportError:
        return False
