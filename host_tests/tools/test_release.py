"""`lumbus key` and `lumbus release`: keys, files that are the same each time, and what a check of one says."""

import json
import os
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from memslots import MemSlots, Source, done, no_pause
from needs import require_runtime

from lumbus import runtime
from lumbus.cli import main
from lumbus.onboard.application import build
from lumbus.release import content, keys
from lumbus.release.read import Broken, parse, read
from uplink import __version__
from uplink.install import install
from uplink.signature import modulus

PASSWORD = "correct horse"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder with keys, and a release of version 0.2.0 by `lumbus release` as a program."""
    place = tmp_path_factory.mktemp("release")
    env = {**os.environ, keys.VARIABLE: PASSWORD, "PYTHONHASHSEED": "7"}
    for words in (["key"], ["release", "--version", "0.2.0", "--json"]):
        command = [sys.executable, "-m", "lumbus", *words]
        run = subprocess.run(command, cwd=place, env=env, capture_output=True, text=True)
        assert run.returncode == 0, run.stderr
    (place / "told.json").write_text(run.stdout)
    return place


@pytest.fixture(scope="module")
def built():
    """What that release was made of, put together once more: compiling takes seconds."""
    return build("0.2.0")


@pytest.fixture
def at(folder, monkeypatch):
    monkeypatch.chdir(folder)
    monkeypatch.setenv(keys.VARIABLE, PASSWORD)
    return folder


def refused(capsys, code, *words):
    """The one line that says why."""
    capsys.readouterr()
    assert main(list(words)) == code
    said = capsys.readouterr()
    assert said.out == "" and said.err.count("\n") == 1, said
    return said.err.strip()


def test_the_private_key_is_for_its_owner_alone_and_a_board_takes_the_public_one(at):
    assert (at / "release-key.pem").stat().st_mode & 0o777 == 0o600
    assert (at / "release-key.pem").read_text().startswith("-----BEGIN ENCRYPTED PRIVATE KEY-----")
    der = (at / "update.der").read_bytes()
    key = keys.load(at / "release-key.pem", PASSWORD)
    assert modulus(der) == key.public_key().public_numbers().n
    assert PASSWORD not in (at / "release-key.pem").read_text()


def test_nothing_is_overwritten(at, capsys):
    before = (at / "release-key.pem").read_bytes()
    assert "release-key.pem is there already" in refused(capsys, 1, "key")
    assert "update.der is there already" in refused(capsys, 1, "key", "--key", "other.pem")
    assert (at / "release-key.pem").read_bytes() == before and not (at / "other.pem").exists()


def test_a_password_is_needed_and_not_too_short(at, capsys, monkeypatch):
    monkeypatch.setenv(keys.VARIABLE, "short")
    assert "8 characters or more" in refused(capsys, 2, "key", "--key", "x.pem", "--public", "x.der")
    monkeypatch.setenv(keys.VARIABLE, "another password")
    assert "the password is wrong" in refused(capsys, 1, "release")
    monkeypatch.delenv(keys.VARIABLE)
    assert "no terminal" in refused(capsys, 2, "key", "--key", "x.pem", "--public", "x.der")
    assert "no terminal" in refused(capsys, 2, "release")
    assert not (at / "x.pem").exists()


def test_a_password_typed_at_a_terminal(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv(keys.VARIABLE, raising=False)
    monkeypatch.setattr("lumbus.release.key.is_interactive", lambda: True)
    typed = iter(["short", "a long password", "not the same one", "a long password", "a long password"])
    monkeypatch.setattr("lumbus.asking.getpass", lambda prompt, stream=None: next(typed))
    assert main(["key"]) == 0
    said = capsys.readouterr()
    assert "this was another one" in said.err and "a long password" not in said.out + said.err
    keys.load(tmp_path / "release-key.pem", "a long password")


def test_the_fingerprint_again(at, capsys):
    assert main(["key", "--show", "update.der", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told == {"fingerprint": json.loads((at / "told.json").read_text())["key"]}
    (at / "not.der").write_bytes(b"no key")
    assert "none of RSA with 3072 bits" in refused(capsys, 1, "key", "--show", "not.der")


def test_the_same_sources_and_key_make_the_same_file(at, capsys, monkeypatch, built):
    monkeypatch.setattr(content, "build", lambda version: built)
    assert main(["release", "--version", "0.2.0", "--out", "again.lum", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (at / "again.lum").read_bytes() == (at / "lumbus-0.2.0.lum").read_bytes()
    assert told | {"file": "lumbus-0.2.0.lum"} == json.loads((at / "told.json").read_text())
    assert told["version"] == "0.2.0" and told["boards"] == "*" and told["mpy"] == 6 and told["micropython"] == "1.23"


def test_it_holds_the_application_and_says_its_version(at, tmp_path, built):
    release = read(at / "lumbus-0.2.0.lum")
    there = {file.path: release.content(file) for file in release.files}
    assert there.keys() == {f"slot/{path}" for path in built.slot} | {f"root/{path}" for path in built.root}
    assert {"slot/uplink/linked.mpy", "slot/port.mpy", "root/main.py", "root/slots.mpy"} <= there.keys()
    assert not [path for path in there if path.endswith(("boot.py", "inisetup.mpy", "mount.mpy"))]
    require_runtime("micropython")
    (tmp_path / "uplink.mpy").write_bytes(there["slot/uplink/__init__.mpy"])
    (tmp_path / "say.py").write_text("import uplink\nprint(uplink.__version__)\n")
    command = runtime.command("micropython", str(tmp_path / "say.py"))
    said = subprocess.run(command, env=runtime.environment(tmp_path), capture_output=True, text=True)
    assert said.stdout == "0.2.0\n" and __version__ != "0.2.0"


def test_a_board_installs_the_very_file(at):
    data = (at / "lumbus-0.2.0.lum").read_bytes()
    about = {"version": __version__, "board": "esp32-devkitc", "micropython": (1, 28, 0), "mpy": 6}
    place = MemSlots(1024)
    key = (at / "update.der").read_bytes()
    told = done(install(Source(data), place, about, key, lambda *now: None, no_pause))
    release = parse(data)
    assert told == {"version": "0.2.0", "release": release.release, "slot": "a"}
    for file in release.files:
        where = file.path[4:] if file.path.startswith("root/") else "/a" + file.path[4:]
        assert place.files[where] == release.content(file)


def test_check_shows_a_file_and_refuses_another(at, capsys, tmp_path):
    assert main(["release", "--check", "lumbus-0.2.0.lum", "--public", "update.der"]) == 0
    said = capsys.readouterr().out
    assert "application 0.2.0" in said and "all boards" in said and "MicroPython 1.23 or newer" in said
    words = ["release", "--public", "update.der", "--check"]
    whole = (at / "lumbus-0.2.0.lum").read_bytes()
    damaged = tmp_path / "damaged.lum"
    for data, why in (
        (whole[:-1], "a part is missing"),
        (whole + b"x", "too much is there"),
        (whole[:-9] + b"X" + whole[-8:], "the file is damaged"),
        (whole.replace(b"version 0.2.0", b"version 0.3.0"), "not signed with the key of update.der"),
        (b"anything", "no release file of version 1"),
    ):
        damaged.write_bytes(data)
        assert why in refused(capsys, 1, *words, str(damaged))
    assert "cannot be read" in refused(capsys, 2, *words, "nothing.lum")
    assert "--check wants --public" in refused(capsys, 2, "release", "--check", "lumbus-0.2.0.lum")
    monkey = tmp_path / "other.pem"
    assert main(["key", "--key", str(monkey), "--public", str(tmp_path / "other.der")]) == 0
    other = ["release", "--public", str(tmp_path / "other.der"), "--check", "lumbus-0.2.0.lum"]
    assert "not signed with the key" in refused(capsys, 1, *other)


def test_wrong_usage(at, capsys):
    for words, why in (
        (["--version", "0.2"], "three numbers such as 0.2.0"),
        (["--version", "0.2.0", "--downgrade-from", "0.2.0"], "must be newer than 0.2.0"),
        (["--downgrade-from", "x"], "three numbers"),
        (["--board", "nothing"], "nothing is not known; known are"),
        (["--image", "x"], "go together"),
        (["--image", "x", "--chip", "esp32"], "--image wants --version"),
        (["--image", "x", "--chip", "z80", "--version", "1.28.0"], "z80 is not known"),
        (["--public", "update.der"], "--public is for --check"),
        (["--key", "nothing.pem"], "nothing.pem cannot be read"),
    ):
        assert why in refused(capsys, 2, "release", *words), words


def test_a_downgrade_and_boards_are_in_the_manifest(at, capsys, monkeypatch, built):
    monkeypatch.setattr(content, "build", lambda version: built)
    words = ["--board", "esp32-s3-devkitc", "--board", "esp32-devkitc", "--downgrade-from", "0.3.0"]
    assert main(["release", "--version", "0.2.0", "--out", "down.lum", *words]) == 0
    assert "for boards that run 0.3.0" in capsys.readouterr().out
    release = read(at / "down.lum")
    assert release.boards == ("esp32-devkitc", "esp32-s3-devkitc") and release.downgrade_from == "0.3.0"


def test_micropython_itself(at, capsys):
    image = bytearray(b"\xe9" + bytes(11) + b"\x09\x00" + b"micropython" * 9000)
    (at / "s3.app-bin").write_bytes(image)
    words = ["release", "--version", "1.28.0", "--image", "s3.app-bin", "--chip", "esp32s3", "--out", "s3.lum"]
    assert main(words) == 0
    release = read(at / "s3.lum")
    assert release.kind == "micropython" and release.chip == "esp32s3" and release.version == "1.28.0"
    assert [file.path for file in release.files] == ["image"] and release.content(release.files[0]) == bytes(image)
    assert "is for the chip esp32s3, not esp32" in refused(capsys, 1, *words[:-3], "esp32")
    (at / "s3.app-bin").write_bytes(b"text" * 99999)
    assert "no update image of MicroPython" in refused(capsys, 1, *words)
    image[0x8000:0x8002] = b"\xaa\x50"
    (at / "s3.app-bin").write_bytes(image)
    assert "table of partitions" in refused(capsys, 1, *words)


@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_a_file_with_anything_in_it_is_broken_or_the_same(folder, data):
    whole = (folder / "lumbus-0.2.0.lum").read_bytes()
    at = data.draw(st.integers(0, 12000))
    piece = data.draw(st.binary(max_size=40))
    cut = data.draw(st.integers(0, 40))
    changed = whole[:at] + piece + whole[at + cut :]
    try:
        release = parse(changed)
    except Broken as e:
        assert "\n" not in str(e)
    else:
        assert release.manifest == changed[: len(release.manifest)]
