"""The journal's folder on a real filesystem."""

import sys

sys.path.insert(0, __file__.rsplit("/", 1)[0] if "/" in __file__ else ".")

import os

from checks import raises
from esp32_fakes import load
from test_esp32_hardware import Folder

file_store = load("file_store")


def test_files_are_made_read_in_parts_added_to_replaced_and_removed():
    for renames in (False, True):
        live_with(renames)


def live_with(renames):
    with Folder() as folder:
        files = file_store.Files(folder.path + "/journal", renames)
        assert list(files.names()) == []
        files.write("a", b"0123456789")
        assert (files.size("a"), files.read("a", 3, 4), files.read("a", 8, 100)) == (10, b"3456", b"89")
        files.append("a", (b"ab", b"cd"))
        assert files.read("a", 8, 100) == b"89abcd"
        files.append("b", [b"new"])
        files.write("a", b"short")
        assert files.read("a", 0, 100) == b"short"
        assert sorted(files.names()) == ["a", "b"]
        files.remove("a")
        files.remove("b")
        # What is there stays when it is opened again.
        assert os.listdir(folder.path + "/journal") == []
        file_store.Files(folder.path + "/journal").write("a", b"1")
        assert file_store.Files(folder.path + "/journal").read("a", 0, 9) == b"1"
        files.remove("a")
        os.rmdir(folder.path + "/journal")


def test_what_is_not_there_is_an_error_of_the_system():
    with Folder() as folder:
        files = file_store.Files(folder.path)
        for call in (lambda: files.size("a"), lambda: files.read("a", 0, 1), lambda: files.remove("a")):
            raises(OSError, call)
        raises(OSError, file_store.Files, folder.path + "/no/where")
