# not in WebAssembly: it has no asyncio
"""The factory reset: what goes, what stays, and that a power cut in its midst changes nothing in the end."""

import json
import sys

from appport import CONFIG, FakePort
from memfiles import MemSecond

from uplink.factory import FOLDERS, MARK, wipe
from uplink.journal_recover import FOLDERS as JOURNAL
from uplink.start import main


class Retained:
    def __init__(self):
        self.texts = {"check-1.json": "{}"}

    def read(self, name):
        return self.texts.get(name)

    def write(self, name, text):
        self.texts[name] = text
        return True

    def clear(self):
        self.texts = {}


KEPT = ("boot", "ap_password", "m1pro40.json")


def port_of(config=None):
    """A port on which everything is that can be."""
    config = config or dict(
        CONFIG,
        mqtt={"host": "b", "ca": "mine.der", "client_cert": "me.der", "client_key": "k.der"},
        update={"key": "whose.der", "ca": "web.der"},
    )
    port = FakePort(config)
    texts = port.storage.texts
    for name in (
        "mine.der",
        "me.der",
        "k.der",
        "ca.der",
        "whose.der",
        "web.der",
        "update.json",
        "trial",
        "config.json.back",
        "secrets.json.back",
        "check-1.json",
        "starts.json",
        "setup",
        "config.json.old",
        MARK,
    ) + KEPT:
        texts[name] = "x"
    port.second = MemSecond()
    for name in ("f0", "f1", "f2", "names", "boot", "restoring"):
        port.second.held[name] = b"hunter2"
    port.retained = Retained()
    for folder in FOLDERS:
        port.folder(folder).held["1f"] = b"readings"
    return port


def check_gone(port):
    assert sorted(port.storage.texts) == sorted(KEPT)
    assert all(files.held == {} for files in port.folders.values()) and set(port.folders) == set(FOLDERS)
    held = port.second.held
    assert held.pop("boot") == b"hunter2"
    assert held == {"names": b"[]", "restoring": b"-", "f0": b"-", "f1": b"-", "f2": b"-"}
    assert port.retained.texts == {}


def test_everything_that_somebody_set_up_goes():
    assert FOLDERS == JOURNAL
    port = port_of()
    wipe(port)
    check_gone(port)
    assert port.lines == ["factory reset: configuration, secrets, certificates and journal are removed"]


def test_the_start_obeys_the_button():
    port = port_of()
    # There is no configuration any more, and that is said.
    assert main(port) == 2
    assert any("factory reset" in line for line in port.lines) and "config.json: not there" in port.lines[1]
    assert MARK not in port.storage.texts and "secrets.json" not in port.storage.texts


def test_a_version_on_trial_leaves_that_and_setting_up_to_the_one_before():
    given_up = {"run": "a", "good": "a", "trial": None, "tries": 0}
    sys.path.append("/b")
    for name in (MARK, "setup"):
        port = port_of()
        port.listen = lambda: None
        port.reset = lambda: None
        trial = dict(given_up, run="b", trial="b", tries=1, wants="health")
        port.storage.texts.update({name: "1", "slot.json": json.dumps(trial)})
        assert main(port) == 0
        assert json.loads(port.storage.texts["slot.json"]) == given_up
        # All of it is there for the one before.
        assert (
            name in port.storage.texts and "config.json" in port.storage.texts and "update.json" in port.storage.texts
        )
        assert port.storage.texts["trial"] == "somebody set the board up meanwhile"
    sys.path.remove("/b")


def test_without_the_button_nothing_goes():
    port = port_of({"version": 2})
    del port.storage.texts[MARK]
    before = dict(port.storage.texts)
    assert main(port) == 2
    assert port.storage.texts == before and port.second.held["f0"] == b"hunter2"


def test_a_storage_that_cannot_be_read_is_no_reset():
    port = port_of()
    before = dict(port.storage.texts)

    def fail(name):
        raise OSError(5, "EIO")

    port.storage.read = fail
    assert main(port) == 2 and port.storage.texts == before


def test_what_is_no_configuration_names_nothing():
    for config in ("{", "[]", "7", '{"mqtt": 7}', '{"mqtt": {"ca": 7}, "meters": [7]}', '{"meters": [{}]}'):
        port = port_of(config)
        wipe(port)
        texts = port.storage.texts
        assert not {"config.json", "secrets.json", "ca.der", MARK} & set(texts)


def test_nothing_outside_of_its_folder_is_removed():
    port = port_of({"mqtt": {"ca": "../uplink/start.mpy", "client_cert": "", "client_key": "/main.py"}})
    removed = []
    port.storage.remove = removed.append
    wipe(port)
    assert all(name and "/" not in name for name in removed)


class Cut(Exception):
    pass


class Power:
    """Is cut before the step after `steps` that change something."""

    def __init__(self, port, steps):
        self.left = steps
        storage, second, retained = port.storage, port.second, port.retained
        storage.remove, second.write, retained.clear = map(self.on, (storage.remove, second.write, retained.clear))
        for files in port.folders.values():
            files.remove = self.on(files.remove)

    def on(self, action):
        def work(*arguments):
            if not self.left:
                raise Cut
            self.left -= 1
            return action(*arguments)

        return work


def test_a_power_cut_at_any_step_is_made_good_at_the_next_start():
    cuts = 0
    while True:
        port = port_of()
        power = Power(port, cuts)
        try:
            wipe(port)
            break
        except Cut:
            cuts += 1
        assert port.storage.texts[MARK] == "x"
        power.left = 1000
        wipe(port)
        check_gone(port)
    assert cuts >= 15


def test_what_cannot_be_removed_is_told_and_the_rest_goes():
    port = port_of()
    remove = port.storage.remove

    def fail(name):
        if name == "mine.der":
            raise OSError(5, "EIO")
        remove(name)

    port.storage.remove = fail
    wipe(port)
    assert any("something stays" in line for line in port.lines)
    assert set(port.storage.texts) == {"mine.der"} | set(KEPT)


def test_a_port_with_less_is_reset_as_well():
    port = FakePort(CONFIG)
    wipe(port)
    assert port.storage.texts == {}
    assert json.loads(json.dumps(port.lines))
