# not in WebAssembly: it has no asyncio
"""What a formatted filesystem gets back: the configuration's copy, and a start's number that never comes twice."""

import asyncio
import json

from appport import CONFIG, FakePort, RealTime, app_on

from uplink.boots import count_boot
from uplink.secondplace import copy


class Second:
    """The port's second place; `broken` is what it raises."""

    def __init__(self, **held):
        self.held = held
        self.written = []
        self.broken = None

    def read(self, name):
        if self.broken:
            raise OSError(self.broken)
        return self.held.get(name)

    def write(self, name, data):
        assert isinstance(data, bytes) and len(name) <= 15
        if self.broken:
            raise OSError(self.broken)
        self.written.append(name)
        self.held[name] = data

    def files(self):
        return {name: self.held["f%d" % at] for at, name in enumerate(json.loads(self.held["names"]))}


class Files:
    def __init__(self, **held):
        self.held = {name.replace("_json", ".json").replace("_der", ".der"): data for name, data in held.items()}

    def read_bytes(self, name):
        return self.held.get(name)


def settings(**mqtt):
    mqtt = dict({"tls": False, "ca": None, "client_cert": None, "client_key": None}, **mqtt)
    return {"mqtt": mqtt, "meters": [{"profile": "own"}, {"profile": "built-in"}, {"profile": "own"}]}


ALL = {"config_json": b"{}", "secrets_json": b"[]", "own_json": b"1", "ca_der": b"0\x82", "boot": b"7"}


def test_what_somebody_has_put_there_is_copied_and_nothing_else():
    second = Second()
    files = Files(**ALL)
    copy(files, second, settings(), print)
    assert second.files() == {"secrets.json": b"[]", "own.json": b"1", "config.json": b"{}"}
    copy(files, second, settings(tls=True, ca="ca.der"), print)
    assert second.files()["ca.der"] == b"0\x82"
    assert json.loads(second.held["names"])[-1] == "config.json"


def test_the_key_of_updates_is_copied_where_one_is_named():
    second = Second()
    files = Files(**dict(ALL, update_der=b"0k", web_der=b"0w"))
    copy(files, second, dict(settings(), update={"key": "update.der", "ca": "web.der"}), None)
    assert second.files()["update.der"] == b"0k" and second.files()["web.der"] == b"0w"
    copy(files, second, dict(settings(), update=None), None)
    assert "update.der" not in second.files()


def test_what_is_the_same_is_not_written_again():
    second = Second(mounts=b"2")
    copy(Files(**ALL), second, settings(), print)
    assert second.held["mounts"] == b"0"
    second.written.clear()
    copy(Files(**ALL), second, settings(), print)
    assert second.written == []
    copy(Files(**dict(ALL, own_json=b"2")), second, settings(), print)
    assert second.written == ["f1"]


def test_a_copy_that_does_not_fit_gets_a_line():
    second = Second()
    second.broken = 0x1105
    lines = []
    copy(Files(**ALL), second, settings(), lines.append)
    assert len(lines) == 1 and "cannot be copied" in lines[0]


def numbered(port, second):
    port.second = second
    return count_boot(port, port.console)


def test_the_higher_number_of_the_two_counts():
    port = FakePort(CONFIG)
    assert numbered(port, Second()) == 1
    assert numbered(port, Second(boot=b"41")) == 42 and port.storage.texts["boot"] == "42"
    second = Second(boot=b"3")
    assert numbered(port, second) == 43 and second.held["boot"] == b"43"
    assert port.lines == []


def test_a_formatted_filesystem_goes_on_where_the_second_place_was():
    port = FakePort(CONFIG)
    port.storage.texts["formatted"] = "because"
    assert numbered(port, Second(boot=b"41")) == 42 and port.lines == []


def test_a_formatted_filesystem_without_a_second_number_begins_far_away():
    port = FakePort(CONFIG)
    port.storage.texts["formatted"] = "because"
    assert numbered(port, Second()) > 1 << 20
    assert "the filesystem was formatted" in port.lines[0]


def test_a_number_that_is_broken_in_one_place_is_taken_from_the_other():
    port = FakePort(CONFIG)
    port.storage.texts["boot"] = "forty"
    assert numbered(port, Second(boot=b"41")) == 42
    assert numbered(port, Second(boot=b"x")) == 43
    second = Second()
    second.broken = 5
    assert numbered(port, second) == 44
    assert sum("second place: cannot" in line for line in port.lines) == 3


def test_the_application_tells_of_formatting_and_keeps_a_copy_when_it_has_lasted():
    port = FakePort(dict(CONFIG, safe_minutes=1), RealTime())
    port.second = Second(boot=b"4")
    port.storage.texts["formatted"] = "it could not be mounted (84)"
    app = app_on(port)
    assert "filesystem_formatted (it could not be mounted (84))" in "\n".join(port.lines)
    assert "names" not in port.second.held
    port.is_over = lambda: port.clock.now > 70000
    asyncio.run(app.run())
    assert port.second.files()["config.json"] == port.storage.read_bytes("config.json")
    assert port.storage.texts["formatted"] == ""
