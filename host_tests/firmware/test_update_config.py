# not in WebAssembly: it has no asyncio
"""What is kept of the configuration for the way back from an update, whenever the power fails."""

import json

from appport import CONFIG, FakePort, app_on

from uplink.update_config import carry, settle


class Flash:
    """A storage of which the power is cut at a step, and that counts them."""

    def __init__(self, texts, cut_at):
        self.texts = dict(texts)
        self.left = cut_at
        self.steps = 0

    def read(self, name):
        return self.texts.get(name)

    def write(self, name, text):
        self._step()
        self.texts[name] = text

    def remove(self, name):
        if name in self.texts:
            self._step()
            del self.texts[name]

    def _step(self):
        self.steps += 1
        if self.steps > self.left:
            raise OSError(5)


OLD = {"version": 1, "mqtt": {"host": "broker", "password": "hunter2"}, "meters": []}
FILES = {"config.json": json.dumps(OLD), "secrets.json": json.dumps({"version": 1, "web_password": "swordfish"})}


def test_a_configuration_is_rewritten_and_the_one_before_kept_whenever_the_power_fails():
    cuts = 0
    while True:
        flash = Flash(FILES, cuts)
        try:
            carry(flash, quiet, True)
        except OSError:
            pass
        is_whole = flash.steps <= cuts
        flash.left = 99
        # The next start, and what attends to the update again.
        settle(flash, quiet, 2)
        carry(flash, quiet, False)
        config = json.loads(flash.texts["config.json"])
        secrets = json.loads(flash.texts["secrets.json"])
        assert config["version"] == 2 and "password" not in config["mqtt"], cuts
        assert secrets["mqtt_password"] == "hunter2" and secrets["web_password"] == "swordfish"
        assert json.loads(flash.texts["config.json.back"]) == OLD
        assert json.loads(flash.texts["secrets.json.back"]) == json.loads(FILES["secrets.json"])
        assert "config.next" not in flash.texts
        if is_whole:
            break
        cuts += 1
    assert cuts >= 6


def test_an_older_firmware_takes_what_was_kept_whenever_the_power_fails():
    whole = Flash(FILES, 99)
    carry(whole, quiet, True)
    cuts = 0
    while True:
        flash = Flash(whole.texts, cuts)
        lines = []
        try:
            assert settle(flash, lines.append, 1)
        except OSError:
            flash.left = 99
            settle(flash, lines.append, 1)
        assert json.loads(flash.texts["config.json"]) == OLD, cuts
        assert json.loads(flash.texts["secrets.json"]) == json.loads(FILES["secrets.json"])
        if flash.steps <= cuts:
            break
        cuts += 1
    assert cuts >= 4 and "newer" in lines[0]
    # There it stays, and the newer one takes it forward again.
    flash.left = 99
    assert not settle(flash, quiet, 1)
    carry(flash, quiet, True)
    assert json.loads(flash.texts["config.json"])["version"] == 2


def test_what_nobody_can_read_stays_as_it_is():
    for back in (None, json.dumps({"version": 5}), json.dumps([])):
        texts = {"config.json": json.dumps({"version": 5})}
        if back is not None:
            texts["config.json.back"] = back
        flash = Flash(texts, 99)
        settled = settle(flash, quiet, 2)
        assert settled is (back == "[]") or not settled
        if not settled:
            assert flash.steps == 0


def test_what_was_kept_goes_with_the_next_update_that_changes_no_form():
    flash = Flash({"config.json": '{"version": 2}', "config.json.back": "{}", "secrets.json.back": "{}"}, 99)
    carry(flash, quiet, False)
    assert flash.steps == 0
    carry(flash, quiet, True)
    assert list(flash.texts) == ["config.json"]


def quiet(line):
    pass


def test_the_start_takes_the_kept_configuration_and_starts_again_with_it():
    port = FakePort(CONFIG)
    port.storage.texts["config.json.back"] = port.storage.texts["config.json"]
    port.storage.texts["secrets.json.back"] = port.storage.texts["secrets.json"]
    port.storage.texts["config.json"] = '{"version": 3, "what": "only a newer one knows"}'
    resets = []
    port.reset = lambda: resets.append(1)
    from uplink.preparing import made

    assert made(port) == 0
    assert resets == [1] and json.loads(port.storage.texts["config.json"]) == CONFIG
    app_on(port)
