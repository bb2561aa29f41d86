"""The ESP32's port as a whole: what config.json makes of it."""

import sys

sys.path.insert(0, __file__.rsplit("/", 1)[0] if "/" in __file__ else ".")

import json

from checks import raises
from esp32_fakes import FakeTime, Machine, Nvs, OldMachine, Pin, Uart, load, load_pins
from esp32_netfakes import Network
from memfiles import MemFiles

from uplink.boots import count_boot
from uplink.lightlimits import make_filter
from uplink.preparing import prepare
from uplink.wiring import build

port = load("port")
esp32_clock = load("esp32_clock")
esp32_edges = load("esp32_edges")
esp32_counter = load("esp32_counter")
esp32_settings = load("esp32_settings")
esp32_lan = load("esp32_lan")

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
    load_pins()
    esp32_lan.machine = machine
    load("esp32_lan")
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
    """The counter's driver switches the pull-up on, whatever was asked for; that is undone on every board."""
    for board in ("esp32-devkitc", "esp32-s3-devkitc", "olimex-esp32-poe"):
        for pull, wanted in (("up", Pin.PULL_UP), ("down", Pin.PULL_DOWN), ("none", None)):
            made = port_of({"board": board, "pins": {"pull": pull, "edge": "rising"}})
            light = made.pulses(2, make_filter(5000, 13250)[0])
            counter = light._counter
            pin = made._pins["lights"][2]
            assert (counter.pin.number, counter.pin.mode, counter.pin.pull) == (pin, Pin.IN, wanted)
            assert counter.edge == 1


def test_a_board_without_a_configuration_gets_a_port():
    port_of({})
    load("restore")
    load_pins()
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
    for board, tx, rx in (
        (None, 26, 27),
        ("esp32-devkitc", 26, 27),
        ("esp32-s3-devkitc", 17, 18),
        ("esp32-c3-devkitm", 6, 7),
        ("olimex-esp32-poe", 4, 36),
    ):
        for more, invert in (({}, 0), ({"invert_tx": True}, 32), ({"invert_tx": True, "invert_rx": True}, 36)):
            line = port_of({"board": board, "pins": more}).serial(2400)
            assert line.baud == 2400
            options = Uart.made[-1].options
            assert (options["tx"], options["rx"], options["invert"]) == (tx, rx, invert)


def test_pins_of_the_configuration_take_the_place_of_the_board_s():
    board = port_of({"pins": {"tx": 4, "uart": 2, "lights": [13, 14], "lamp": -1, "button": -1}})
    assert board.faults == [] and board.lamp is None and board.button is None
    board.serial(2400)
    assert Uart.made[-1].number == 2 and Uart.made[-1].options["tx"] == 4 and Uart.made[-1].options["rx"] == 27
    assert board.pulses(1, make_filter(5000, 13250)[0])._counter.pin.number == 14
    assert str(raises(ValueError, board.pulses, 2, None)) == "esp32-devkitc has lights 0...1, no light 2"


def test_nothing_is_opened_on_a_pin_that_is_not_fit():
    config = {
        "version": 2,
        "pins": {"tx": 6, "lights": [36]},
        "mqtt": {"host": "broker.example", "tls": False},
        "meters": [{"profile": "m1pro40", "address": 1, "light": 0}, {"profile": "nothing", "address": 2}],
    }
    board = port_of(config)
    lines = []
    board.console = lines.append
    made = len(Uart.made)
    assert prepare(board) is None and len(Uart.made) == made
    told = [line for line in lines if "in force" not in line]
    assert told[0].startswith("config: pins.tx: GPIO6 is the flash's; fit are ")
    assert told[1].startswith("config: pins.lights[0]: GPIO36 is glitching")
    assert told[2].startswith("config: meters[1]: there is no profile nothing")
    # The lamp and the button are the board's own.
    assert board.lamp.number == 2 and board.button() is False


def test_lights_are_counted_in_hardware_where_that_is_possible():
    for machine, kind in ((Machine(), port.CounterInput), (OldMachine(), port.EdgeInput)):
        board = port_of({}, machine)
        assert isinstance(board.pulses(0, make_filter(5000, 13250)[0]), kind)
        assert isinstance(board.pulses(3, make_filter(5000, 13250)[0]), kind)


def test_a_chip_without_counting_units_uses_the_interrupt_whatever_its_firmware_names():
    board = port_of({"board": "esp32-c3-devkitm"}, Machine())
    light = board.pulses(1, make_filter(5000, 13250)[0])
    assert type(light) is port.EdgeInput and light._pin.number == 5
    assert light.may_have_lost() is False


def test_the_lamp_and_the_button():
    for board, lamp, button, pull in (
        ("esp32-devkitc", 2, 0, Pin.PULL_UP),
        ("esp32-s3-devkitc", None, 0, Pin.PULL_UP),
        ("esp32-c3-devkitm", None, 9, Pin.PULL_UP),
        ("olimex-esp32-poe", None, 34, None),
    ):
        machine = Machine()
        machine.Pin = Kept
        Kept.made = []
        made = port_of({"board": board}, machine)
        pins = {pin.number: pin for pin in Kept.made}
        assert (made.lamp is None) == (lamp is None)
        if lamp is not None:
            assert pins[lamp].mode == Pin.OUT and pins[lamp].level == 0
            made.lamp(True)
            assert pins[lamp].level == 1
        assert pins[button].mode == Pin.IN and pins[button].pull == pull
        assert made.button() is False
        pins[button].level = 0
        assert made.button() is True


def test_a_lamp_that_is_lit_when_low():
    machine = Machine()
    machine.Pin = Kept
    Kept.made = []
    made = port_of({"board": "esp32-s3-devkitc", "pins": {"lamp": 21, "invert_lamp": True}}, machine)
    (pin,) = [pin for pin in Kept.made if pin.number == 21]
    assert pin.level == 1
    made.lamp(True)
    assert pin.level == 0
    made.lamp(False)
    assert pin.level == 1


class Kept(Pin):
    made = []

    def __init__(self, *arguments, **more):
        super().__init__(*arguments, **more)
        Kept.made.append(self)


def test_a_board_with_ethernet_has_a_network_by_it():
    esp32_lan.network = network = Network()
    made = port_of({"board": "olimex-esp32-poe"})
    assert network.done == ["hostname lumbus-ecab1c", "lan", "lan active"]
    assert not made.network.is_up()
    network.lan.plug("192.0.2.8")
    assert made.network.is_up() and made.network.address() == "192.0.2.8"
    # Its radio is there beside it, and silent until somebody wants it.
    assert made.radio.state() == "joining" and "active" not in network.done


def test_what_the_board_has_not_is_said_in_plain_words():
    error = raises(ValueError, port_of({}).pulses, 4, None)
    assert str(error) == "esp32-devkitc has lights 0...3, no light 4"
    board = port_of({"board": "esp8266"})
    assert len(board.faults) == 1 and board.faults[0].startswith("board: esp8266 is not known; known are esp32-c3-")
    assert board.lamp is None and board.button is None
    raises(ValueError, board.serial, 2400)
    raises(ValueError, board.pulses, 0, None)


def test_a_bad_configuration_names_no_board_and_stops_nothing():
    for text in ("", "{", "[]", "7", '{"board": [1]}', '{"board": null}', "{}", '{"pins": 7}', '{"pins": {"tx": "a"}}'):
        load_pins()
        name, pins, faults = esp32_settings.pins_of(Texts(text))
        assert (name, pins["tx"], faults) == ("esp32-devkitc", 26, [])
    for storage in (Texts(), Unreadable()):
        load_pins()
        assert esp32_settings.pins_of(storage)[0] == "esp32-devkitc"
    load_pins()
    assert esp32_settings.pins_of(Texts('{"board": "x"}'))[0] == "x"
    # What knows all boards is not kept.
    assert not {"pins", "chips", "pincheck"} & set(sys.modules)


class Unreadable:
    def read(self, name):
        raise OSError(5, "EIO")


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
