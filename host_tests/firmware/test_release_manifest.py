"""The manifest's reader: each line at its place, and whatever is not as it must be is refused in words."""

import io

from lumbus.release import form
from uplink.refused import Refused
from uplink.release_fits import head
from uplink.release_front import length_of
from uplink.release_room import files

FILES = {"root/main.py": b"main", "slot/a/b.mpy": b"b", "slot/a.mpy": b"xyz", "slot/port.mpy": b"port"}
TOLD = [("version", "0.2.0"), ("kind", "application"), ("boards", "*"), ("micropython", "1.23"), ("mpy", "6")]
IMAGE = [("version", "1.28.0"), ("kind", "micropython"), ("boards", "a b-1"), ("chip", "esp32s3")]


def read(text):
    length = length_of(text[:26])
    f = io.BytesIO(text)
    told = head(f, length)
    return told, list(files(f, told))


def framed(body):
    """With the first line that fits."""
    return b"LUMBUS RELEASE 1 %08d\n" % (26 + len(body)) + body


def refused(body, words=""):
    try:
        read(framed(body))
    except Refused as e:
        assert words in str(e) and "\n" not in str(e) and len(str(e)) < 200, e
        return
    raise AssertionError("taken: %s" % body)


def test_what_the_tool_writes():
    told, found = read(form.manifest(TOLD, FILES))
    assert told["version"] == (0, 2, 0) and told["micropython"] == (1, 23) and told["mpy"] == 6
    assert told["boards"] is None and told["from"] is None and told["size"] == 12 and told["left"] == 0
    assert [(path, size, at) for path, size, _, at in found] == [
        ("root/main.py", 4, 0),
        ("slot/a/b.mpy", 1, 4),
        ("slot/a.mpy", 3, 5),
        ("slot/port.mpy", 4, 8),
    ]
    told, found = read(form.manifest(IMAGE, {"image": b"i" * 9}))
    assert told["boards"] == ["a", "b-1"] and told["chip"] == "esp32s3" and len(found) == 1
    told, _ = read(form.manifest(TOLD + [("downgrade-from", "0.3.1")], FILES))
    assert told["from"] == (0, 3, 1)


def test_the_first_line():
    for line in (b"", b"LUMBUS RELEASE 2 00000100\n", b"LUMBUS RELEASE 1 0000010\n", b"LUMBUS RELEASE 1 00000026\n"):
        try:
            length_of(line)
            raise AssertionError(line)
        except Refused as e:
            assert "no release file of version 1" in str(e)
    assert length_of(b"LUMBUS RELEASE 1 00065536\n") == 65536


def test_every_line_at_its_place():
    body = form.manifest(TOLD, FILES)[26:]
    lines = body.split(b"\n")[:-1]
    read(framed(body))
    for at in range(len(lines)):
        # Without it, twice, with the next one before it, and with no end.
        without = lines[:at] + lines[at + 1 :]
        refused(b"\n".join(without) + b"\n")
        if at < 6:
            refused(b"\n".join(lines[: at + 1] + lines[at:]) + b"\n")
            swapped = lines[:at] + [lines[at + 1], lines[at]] + lines[at + 2 :]
            refused(b"\n".join(swapped) + b"\n")
    refused(body[:-1])
    refused(body + b"more 1\n", "file is missing")
    refused(b"\n", "version is missing")
    refused(body.replace(b"version 0.2.0", b"version 0.2.0" + b" " * 300), "too long")


def with_file(path, size=b"1", digest=b"a" * 64):
    head = form.manifest(TOLD, FILES)[26:].split(b"size ")[0]
    return head + b"size 1\nfile " + size + b" " + digest + b" " + path + b"\n"


def test_paths_that_lead_elsewhere():
    read(framed(with_file(b"slot/x.mpy")))
    for path in (
        b"slot/../config.json",
        b"slot/./x",
        b"/slot/x",
        b"slot//x",
        b"slot/x/",
        b"slot",
        b"slot/",
        b"",
        b"..",
        b"x",
        b"slot/.hidden",
        b"slot/x\\y",
        b"slot/x\x00",
        b"slot/\xc3\xa4",
        b"slot/" + b"x" * 120,
        b"slot/release",
        b"root/config.json",
        b"root/boot.py",
        b"root/slot.json",
        b"root/lib/x.py",
        b"root/",
        b"image",
    ):
        refused(with_file(path))


def test_sizes_hashes_and_versions():
    for size in (b"", b"-1", b"+1", b"01", b"1e3", b"0x1", b"123456789", b"1.0", b" 1"):
        refused(with_file(b"slot/x", size))
    for digest in (b"a" * 63, b"a" * 65, b"A" * 64, b"g" * 64):
        refused(with_file(b"slot/x", digest=digest), "size, a SHA-256 and a path")
    refused(with_file(b"slot/x", b"2"), "its files have 2 bytes, size says 1")
    good = form.manifest(TOLD, FILES)[26:]
    for version in (b"0.2", b"0.2.0.1", b"0.2.x", b"01.2.0", b"0.2.-1", b"", b"0.2.00000", b"0.2.0 "):
        refused(good.replace(b"version 0.2.0", b"version " + version))
    refused(good.replace(b"micropython 1.23", b"micropython 1"), "a version is three numbers")
    refused(good.replace(b"kind application", b"kind other"), "kind is application or micropython")
    refused(good.replace(b"kind application", b"kind \xff\xfe"))
    refused(good.replace(b"boards *", b"boards a  b"))
    refused(good.replace(b"mpy 6", b"mpy six"))


def test_no_path_twice_and_none_that_is_file_and_folder():
    one = b"file 1 " + b"a" * 64 + b" "
    begin = form.manifest(TOLD, FILES)[26:].split(b"size ")[0]

    def body(*paths):
        return begin + b"size %d\n" % len(paths) + b"".join([one + path + b"\n" for path in paths])

    read(framed(body(b"slot/a/b", b"slot/a-b", b"slot/a.b")))
    for paths in (
        (b"slot/a", b"slot/a"),
        (b"slot/b", b"slot/a"),
        (b"slot/a", b"slot/a/b"),
        (b"slot/a/b", b"slot/a"),
        (b"slot/a.b", b"slot/a/b"),
    ):
        refused(body(*paths), "twice or at the wrong place")


def test_any_changed_byte_is_refused_or_read_without_any_other_trouble():
    text = form.manifest(TOLD, FILES)
    taken = 0
    for at in range(26, len(text)):
        for byte in (0, 9, 10, 32, 47, 48, 57, 97, 127, 255):
            changed = text[:at] + bytes([byte]) + text[at + 1 :]
            try:
                read(changed)
                taken += 1
            except Refused:
                pass
    # Digits for digits, letters for letters.
    assert taken < 3 * len(text)
