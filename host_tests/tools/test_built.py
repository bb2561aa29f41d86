"""Firmware that was made once is copied: only where nothing that it is made of has changed, and never half of it."""

import os
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from lumbus import paths, runtime
from lumbus.built import FOLDER, below, hashed, once


@pytest.fixture
def kept(tmp_path, monkeypatch):
    """The folder where it is kept."""
    folder = tmp_path / "kept"
    folder.mkdir()
    monkeypatch.setenv(FOLDER, str(folder))
    return folder


class Maker:
    def __init__(self, text="one"):
        self.times = 0
        self.text = text

    def __call__(self, folder: Path) -> None:
        assert not list(folder.iterdir())
        self.times += 1
        (folder / "lib").mkdir()
        (folder / "lib" / "a.mpy").write_text(self.text)


def test_the_second_time_it_is_a_copy(kept, tmp_path):
    make = Maker()
    for name in ("first", "second"):
        once(tmp_path / name, lambda: "key", make)
        assert (tmp_path / name / "lib" / "a.mpy").read_text() == "one"
        # What is done to a copy is nobody else's.
        (tmp_path / name / "lib" / "a.mpy").write_text("spoilt")
    assert make.times == 1
    once(tmp_path / "third", lambda: "other", Maker("two"))
    assert (tmp_path / "third" / "lib" / "a.mpy").read_text() == "two"


def test_who_comes_meanwhile_waits_for_it(kept, tmp_path):
    make = Maker()
    with ThreadPoolExecutor(8) as pool:
        for done in [pool.submit(once, tmp_path / str(n), lambda: "key", make) for n in range(8)]:
            done.result()
    assert make.times == 1
    assert [(tmp_path / str(n) / "lib" / "a.mpy").read_text() for n in range(8)] == ["one"] * 8


def test_what_failed_is_not_kept(kept, tmp_path):
    def fail(folder):
        (folder / "half.mpy").write_text("half")
        raise OSError("the disk is full")

    with pytest.raises(OSError, match="full"):
        once(tmp_path / "first", lambda: "key", fail)
    assert [file.name for file in kept.iterdir()] == ["key.lock"]
    once(tmp_path / "second", lambda: "key", Maker())
    assert below(tmp_path / "second") == [tmp_path / "second" / "lib" / "a.mpy"]


def test_without_a_folder_nothing_is_kept_or_asked(tmp_path, monkeypatch):
    monkeypatch.delenv(FOLDER)
    make = Maker()
    (tmp_path / "target").mkdir()
    once(tmp_path / "target", lambda: pytest.fail("it asked for a key"), make)
    assert make.times == 1 and (tmp_path / "target" / "lib" / "a.mpy").exists()


@pytest.fixture
def sources(tmp_path, monkeypatch):
    """A copy of all sources, which a test may change."""
    for name in ("LIB", "FIRMWARE", "BOARD"):
        folder = tmp_path / name.lower()
        shutil.copytree(getattr(paths, name), folder, ignore=shutil.ignore_patterns("__pycache__"))
        monkeypatch.setattr(runtime, name, folder)
    return tmp_path


def test_whatever_it_is_made_of_makes_another(sources):
    def key():
        return hashed(("host", {}), *runtime._made_of({}))

    keys = [key()]
    assert key() == keys[0]
    for change in (
        lambda: (sources / "lib/mbus/vib.py").write_text("# changed\n"),
        (sources / "firmware/uplink/web.py").unlink,
        lambda: (sources / "firmware/pages/more.svg").write_text("<svg/>"),
        lambda: (sources / "board/host/port.py").rename(sources / "board/host/other.py"),
        lambda: (sources / "firmware/uplink/profiles/new.json").write_text("{}"),
    ):
        change()
        keys.append(key())
    assert len(set(keys)) == len(keys)


def test_what_is_asked_for_makes_another(tmp_path):
    more = tmp_path / "trial.py"
    keys = []
    for text in ("a = 1\n", "a = 2\n"):
        more.write_text(text)
        keys += [hashed(wanted, *runtime._made_of({more: Path("trial.py")})) for wanted in ("host", "esp32")]
    assert len(set(keys)) == 4


def test_a_compiler_that_was_changed_makes_another(tmp_path):
    compiler = tmp_path / "mpy-cross"
    compiler.write_bytes(b"old")
    before = hashed("host", [], [compiler])
    os.utime(compiler, ns=(1, 1))
    assert hashed("host", [], [compiler]) != before


def test_the_copy_is_the_firmware_as_it_is_made_anew(tmp_path, monkeypatch):
    runtime.assemble(tmp_path / "copy", "host", True)
    monkeypatch.delenv(FOLDER)
    runtime.assemble(tmp_path / "new", "host", True)
    copy, new = (
        {file.relative_to(root): file.read_bytes() for file in below(root)}
        for root in map(tmp_path.joinpath, ("copy", "new"))
    )
    assert copy == new and Path("uplink/linked.mpy") in copy
