"""The ESP32's port as a whole: what config.json makes of it."""

import sys

sys.path.insert(0, __file__.rsplit("/", 1)[0] if "/" in __file__ else ".")

import json

from checks import raises
from esp32_fakes import FakeTime, Machine, Nvs, OldMachine, Pin, Uart, load
from memfiles import MemFiles

from uplink.boots import count_boot
from uplink.lightlimits import make_filter
from uplink.start import prepare
from uplink.wiring import build

port = load("port")
esp32_clock = load("esp32_clock")
esp32_edges = load("esp32_edges")
esp32_counter = load("esp32_counter")
esp32_settings = load("esp32_settings")

SECRET = "correct horse battery"


class Texts:
    """A storage in memory."""

    def __init__(self, config=None):
        self._texts = {} if config is None else {"config.json": config}

    def read(self, name):
        return self._texts.get(name)

    def write(self, name, text):
        self._texts[name] = text


def port_of(config, machine=None):
    esp32_clock.time = esp32_edges.time = FakeTime()
    machine = machine or Machine()
    port.machine = esp32_edges.machine = esp32_counter.machine = machine
    text = config if config is None or isinstance(config, str) else json.dumps(config)
    return port.Port(Texts(text))


def test_the_module_did_not_stay_under_its_name():
    assert sys.modules.get("port") is not port


def test_the_port_has_what_the_application_asks_for():
    board = port_of({})
    for name in (
        "clock",
        "network",
        "storage",
        "watchdog",
        "serial",
        "pulses",
        "identity",
        "console",
        "reset",
        "folder",
        "retained",
        "second",
        "reset_cause",
    ):
        assert hasattr(board, name)
    assert board.name.startswith("esp32")
    assert not board.is_over()
    assert all(0 <= board.random_below(3) < 3 for _ in range(20))


def test_the_application_is_put_together_on_this_port():
    config = {
        "version": 2,
        "board": "esp32-s3-devkitc",
        "wifi": [{"ssid": "home"}],
        "mqtt": {"host": "broker.example", "tls": False},
        "meters": [{"profile": "m1pro40", "address": 1, "light": 1}],
    }
    for machine in (Machine(), OldMachine()):
        Nvs.flash = {}
        board = port_of(config, machine)
        ready = prepare(board)
        assert ready is not None
        board.folder = lambda name: MemFiles()
        app = build(board, count_boot(board, board.console), *ready)
        assert board.storage.read("boot") == "1" and board.second.read("boot") == b"1"
        assert len(app.meters) == 1
        assert SECRET not in str(app.publisher.info)


def test_the_pull_of_the_pin_map_is_the_pin_s():
    for pull, wanted in (("up", Pin.PULL_UP), ("down", Pin.PULL_DOWN), (None, None)):
        board = port_of({})
        port.pins.BOARDS["test"] = dict(port.pins.BOARDS["esp32-devkitc"], pull=pull, edge="rising")
        board._board = "test"
        try:
            light = board.pulses(2, make_filter(5000, 13250)[0])
        finally:
            del port.pins.BOARDS["test"]
        counter = light._counter
        assert (counter.pin.number, counter.pin.mode, counter.pin.pull) == (21, Pin.IN, wanted)
        assert counter.edge == 1


def test_a_board_without_a_configuration_gets_a_port():
    port_of({})
    load("restore")
    board = port.port()
    assert board.storage.read("no such file of lumbus") is None
    assert not board.network.is_up()


def test_the_identity_is_the_mac():
    assert port_of({}).identity() == "240ac4ecab1c"


def test_the_second_place_is_in_the_chip_s_own_partition():
    second = port_of({}).second
    assert second is not None and second.read("no such name") is None
    for data in (b"", b"short", bytes(range(256)) * 9):
        second.write("name", data)
        assert port_of({}).second.read("name") == data
    try:
        second.write("a name of many letters", b"")
        raise AssertionError("too long a name")
    except OSError:
        pass


def test_reset_resets():
    machine = Machine()
    port_of({}, machine).reset()
    assert machine.resets == 1


def test_the_board_names_the_pins():
    for config, tx in (({}, 26), ({"board": "esp32-devkitc"}, 26), ({"board": "esp32-s3-devkitc"}, 17)):
        line = port_of(config).serial(2400)
        assert line.baud == 2400
        assert Uart.made[-1].options["tx"] == tx


def test_lights_are_counted_in_hardware_where_that_is_possible():
    for machine, kind in ((Machine(), port.CounterInput), (OldMachine(), port.EdgeInput)):
        board = port_of({}, machine)
        assert isinstance(board.pulses(0, make_filter(5000, 13250)[0]), kind)
        assert isinstance(board.pulses(3, make_filter(5000, 13250)[0]), kind)


def test_what_the_board_has_not_is_said_in_plain_words():
    error = raises(ValueError, port_of({}).pulses, 4, None)
    assert str(error) == "meters: light 4: esp32-devkitc has lights 0...3"
    error = raises(ValueError, port_of({"board": "esp8266"}).serial, 2400)
    assert str(error) == "board: esp8266 is not known; known are esp32-devkitc, esp32-s3-devkitc"
    raises(ValueError, port_of({"board": "esp8266"}).pulses, 0, None)


def test_a_bad_configuration_names_no_board_and_stops_nothing():
    for text in ("", "{", "[]", "7", '{"board": [1]}', '{"board": null}', "{}"):
        assert esp32_settings.board_of(Texts(text)) == "esp32-devkitc"
    assert esp32_settings.board_of(Texts()) == "esp32-devkitc"
    assert esp32_settings.board_of(Texts('{"board": "x"}')) == "x"


def test_wifi_and_clock_are_kept_by_tasks_of_their_own():
    config = {
        "version": 2,
        "wifi": [{"ssid": "home"}],
        "mqtt": {"host": "broker.example", "tls": False},
        "meters": [{"profile": "m1pro40", "address": 1}],
    }
    board = port_of(config)
    ready = prepare(board)
    assert ready is not None
    board.folder = lambda name: MemFiles()
    app = build(board, count_boot(board, board.console), *ready)
    assert {"wifi", "time"} <= {task.name for task in app._supervisor.tasks}
    status = json.loads(app.status("online"))
    assert status["wifi"]["ssid"] == "home" and status["time"]["answers"] == 0
