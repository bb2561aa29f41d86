"""The firmware as it goes to an ESP32, compiled, joined, its names short: over stand-ins each board starts."""

import json
import subprocess
from pathlib import Path

import pytest
from needs import require_runtime

from lumbus import runtime
from lumbus.paths import ROOT

# Names are short everywhere or nowhere: the stand-ins and this go the same way as the firmware.
_SCRIPT = """
import json, sys
from esp32_fakes import Esp32, FakeTime, Machine
from esp32_netfakes import Network
from memfiles import MemFiles
network = Network()
sys.modules.update({{"machine": Machine(), "esp32": Esp32(), "network": network, "time": FakeTime()}})
from port import Port
from uplink.preparing import built, prepare
from uplink.start import main

class Texts:
    def __init__(self, texts):
        self.texts = texts
    def read(self, name):
        return self.texts.get(name)
    def read_bytes(self, name):
        return None
    def write(self, name, text):
        self.texts[name] = text
    def remove(self, name):
        self.texts.pop(name, None)

def port_of(board, pins, **more):
    config = {{"version": 2, "board": board, "pins": pins, "wifi": [{{"ssid": "home"}}],
        "mqtt": {{"host": "broker.example", "tls": False}},
        "meters": [{{"profile": "m1pro40", "address": 1, "light": 0}}]}}
    port = Port(Texts(dict(more, **{{"config.json": json.dumps(config)}})))
    port.folder = lambda name: MemFiles()
    return port

def starts(board, pins):
    port = port_of(board, pins)
    port.console = print
    ready = prepare(port)
    if ready is None:
        return
    app = built(port, ready)
    if app.front is not None:
        app.front.look()
    print(port.network.is_up())

for board in {boards!r}:
    print("@@", board)
    starts(board, {{}})
network.lan.plug("192.0.2.8")
print("@@ cable")
starts("olimex-esp32-poe", {{}})
print("@@ refused")
starts("esp32-devkitc", {{"tx": 12, "lights": [36]}})
print("@@ reset")
port = port_of("esp32-devkitc", {{}}, reset="button", boot="7")
port.console = print
# Nobody comes to set it up.
port.listen = lambda: None
main(port)
print(sorted(port.storage.texts))
"""


@pytest.fixture(scope="module")
def said(tmp_path_factory):
    """{part: its lines}."""
    require_runtime("micropython")
    root = tmp_path_factory.mktemp("esp32")
    boards = ["esp32-devkitc", "esp32-s3-devkitc", "esp32-c3-devkitm", "olimex-esp32-poe"]
    trial = tmp_path_factory.mktemp("trial") / "trial.py"
    trial.write_text(_SCRIPT.format(boards=boards))
    tests = ROOT / "host_tests"
    fakes = (tests / "board/esp32_fakes.py", tests / "board/esp32_netfakes.py")
    files = (*fakes, tests / "support/overfakes.py", tests / "support/memfiles.py", trial)
    runtime.assemble(root, "esp32", True, {file: Path(file.name) for file in files})
    (root / "begin.py").write_text("import trial\n")
    run = subprocess.run(
        runtime.command("micropython", str(root / "begin.py"), "4m"),
        env=runtime.environment(root),
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    parts = (part.partition("\n") for part in run.stdout.split("@@ ")[1:])
    return {name: text.splitlines() for name, _, text in parts}


def test_each_board_starts(said):
    for board in ("esp32-devkitc", "esp32-s3-devkitc", "esp32-c3-devkitm", "olimex-esp32-poe"):
        assert said[board][-1] == "False", said[board]
    assert said["cable"][-1] == "True"


def test_pins_are_refused_in_whole_words(said):
    assert any(
        line.startswith("config: pins.tx: GPIO12 is a strapping pin: it chooses how the chip starts; fit are 4, 13, ")
        for line in said["refused"]
    ), said["refused"]
    assert any(line.startswith("config: pins.lights[0]: GPIO36 is glitching") for line in said["refused"])


def test_the_factory_reset_leaves_the_count_of_starts(said):
    assert json.loads(said["reset"][-1].replace("'", '"')) == ["boot"]
