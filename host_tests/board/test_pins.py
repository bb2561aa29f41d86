"""The pin maps and what may take their place: each pin that is not fit is refused with its reason and what is fit."""

import sys

sys.path.insert(0, __file__.rsplit("/", 1)[0] if "/" in __file__ else ".")

from esp32_fakes import load

BOARDS = load("pins").BOARDS
DEFAULT = load("pins").DEFAULT
CHIPS = load("chips").CHIPS
chosen = load("pincheck").chosen

_KEYS = [
    "chip",
    "uart",
    "tx",
    "rx",
    "invert_tx",
    "invert_rx",
    "lights",
    "pull",
    "edge",
    "lamp",
    "invert_lamp",
    "button",
    "taken",
]


def pins(board, **given):
    return chosen(BOARDS, CHIPS, board, given)


def fault(board, **given):
    """The one that there is."""
    wanted, faults = pins(board, **given)
    assert len(faults) == 1, faults
    # What is at fault is not used.
    own, _ = pins(board)
    assert wanted == own
    return faults[0]


def test_every_map_is_whole_and_passes():
    assert DEFAULT in BOARDS and len(BOARDS) >= 4
    for name, board in BOARDS.items():
        assert set(board) - {"lan"} == set(_KEYS), name
        # As if all of it had been given, by somebody to whom the board's own is nothing special.
        stranger = dict(board, tx=None, rx=None, lights=(), lamp=None, button=None)
        given = {"uart": board["uart"], "tx": board["tx"], "rx": board["rx"], "lights": list(board["lights"])}
        assert chosen({name: stranger}, CHIPS, name, given)[1] == [], name
        wanted, faults = pins(name)
        assert faults == []
        assert wanted["units"] == CHIPS[board["chip"]]["units"] and "taken" not in wanted
        assert board["pull"] in ("up", "down", None) and board["edge"] in ("rising", "falling")


def test_what_no_map_may_use():
    # Of the data sheets, and not of chips.py.
    never = {
        "esp32": [1, 3, 6, 7, 8, 9, 10, 11, 16, 17, 20, 24, 28, 29, 30, 31],
        "esp32-s3": [19, 20, 43, 44] + list(range(22, 38)),
        "esp32-c3": list(range(11, 22)),
    }
    strapping = {"esp32": [0, 2, 5, 12, 15], "esp32-s3": [0, 3, 45, 46], "esp32-c3": [2, 8, 9]}
    for board in BOARDS.values():
        chip = board["chip"]
        line = [board["tx"], board["rx"]] + list(board["lights"])
        assert len(set(line)) == len(line)
        assert not set(line) & set(never[chip] + strapping[chip])
        assert not {board["lamp"], board["button"]} & set(never[chip])
        assert not set(board["lights"]) & set(range(34, 40) if chip == "esp32" else ())


def test_a_pin_that_is_not_fit_for_anything():
    for board, pin, why in (
        ("esp32-devkitc", 7, "the flash's"),
        ("esp32-devkitc", 16, "the PSRAM's on modules that have some (WROVER)"),
        ("esp32-devkitc", 3, "the console's"),
        ("esp32-devkitc", 24, "none of an esp32"),
        ("esp32-devkitc", 40, "none of an esp32"),
        ("esp32-s3-devkitc", 27, "the flash's and the PSRAM's"),
        ("esp32-s3-devkitc", 35, "the flash's or the PSRAM's where they have eight data lines"),
        ("esp32-s3-devkitc", 20, "USB's"),
        ("esp32-s3-devkitc", 43, "the console's"),
        ("esp32-s3-devkitc", 48, "taken: the board uses it for its RGB LED"),
        ("esp32-s3-devkitc", 22, "none of an esp32-s3"),
        ("esp32-c3-devkitm", 12, "the flash's"),
        ("esp32-c3-devkitm", 18, "USB's"),
        ("esp32-c3-devkitm", 21, "the console's"),
        ("esp32-c3-devkitm", 22, "none of an esp32-c3"),
        ("olimex-esp32-poe", 19, "taken: the board uses it for Ethernet"),
        ("olimex-esp32-poe", 14, "taken: the board uses it for the SD card"),
    ):
        for role in ("tx", "rx", "lamp", "button"):
            text = fault(board, **{role: pin})
            assert text.startswith("pins.%s: GPIO%d is %s; fit are " % (role, pin, why)), text
        assert fault(board, lights=[pin]).startswith("pins.lights[0]: GPIO%d is %s; fit are " % (pin, why))


def test_strapping_pins():
    for board, strapping in (("esp32-devkitc", (5, 12, 15)), ("esp32-s3-devkitc", (3, 45)), ("esp32-c3-devkitm", (2,))):
        for pin in strapping:
            for role in ("tx", "rx", "lamp", "button"):
                assert "a strapping pin: it chooses how the chip starts" in fault(board, **{role: pin})
            assert "a strapping pin" in fault(board, lights=[pin])
    # The button that is there to choose how it starts does no harm behind it.
    for board, boot in (("esp32-devkitc", 0), ("esp32-s3-devkitc", 0), ("esp32-c3-devkitm", 9)):
        assert pins(board, button=boot)[1] == []
        assert "a strapping pin" in fault(board, tx=boot, button=-1)


def test_pins_that_only_read_have_no_pull_or_glitch():
    for pin in (34, 35, 36, 39):
        assert "an input only" in fault("esp32-devkitc", tx=pin)
        assert "an input only" in fault("esp32-devkitc", lamp=pin)
        assert "without a pull resistor" in fault("esp32-devkitc", button=pin)
        assert pins("esp32-devkitc", rx=pin)[1] == []
    for pin in (36, 39):
        text = fault("esp32-devkitc", lights=[18, pin])
        assert text.startswith("pins.lights[1]: GPIO%d is glitching when Wi-Fi saves power" % pin)
        assert "glitching" in fault("esp32-devkitc", lights=[pin], pull="none")
    text = fault("esp32-devkitc", lights=[34])
    assert 'without a pull resistor (with one of its own, say "pull": "none")' in text
    assert pins("esp32-devkitc", lights=[34], pull="none")[1] == []


def test_what_is_fit_is_free_and_would_pass():
    text = fault("esp32-devkitc", tx=12)
    fit = [int(part) for part in text.split("; fit are ")[1].split(", ")]
    assert fit == [4, 13, 14, 23, 25, 26, 32, 33]
    for pin in fit:
        assert pins("esp32-devkitc", tx=pin)[1] == []
    assert 4 not in [int(part) for part in fault("olimex-esp32-poe", rx=12).split("; fit are ")[1].split(", ")]


def test_the_same_pin_twice():
    assert fault("esp32-devkitc", rx=26).startswith("pins.rx: GPIO26 is tx's already; fit are ")
    assert fault("esp32-devkitc", lights=[18, 18]).startswith("pins.lights[1]: GPIO18 is lights[0]'s already; ")
    assert fault("esp32-devkitc", tx=18).startswith("pins.tx: GPIO18 is lights[0]'s already; ")
    assert pins("esp32-devkitc", tx=27, rx=26)[1] == []
    assert fault("esp32-devkitc", lamp=0).startswith("pins.lamp: GPIO0 is button's already")


def test_more_lights_than_are_counted():
    many = [4, 13, 14, 18, 19, 21, 22, 23, 25]
    assert fault("esp32-devkitc", lights=many) == "pins.lights: 9 are too many; an esp32 has 8 counting units"
    assert pins("esp32-devkitc", lights=many[:8])[1] == []
    assert fault("esp32-s3-devkitc", lights=[4, 5, 6, 7, 8]).endswith("an esp32-s3 has 4 counting units")
    assert fault("esp32-c3-devkitm", lights=[3, 4, 5]) == (
        "pins.lights: 3 are too many; an esp32-c3 counts by interrupt, and that does for 2"
    )


def test_the_uart():
    assert fault("esp32-c3-devkitm", uart=2) == "pins.uart: UART 2 is not there, or the console's; fit are 1"
    assert "fit are 1, 2" in fault("esp32-devkitc", uart=0)
    assert pins("esp32-devkitc", uart=2)[0]["uart"] == 2


def test_what_is_given_takes_the_place_of_the_board_s():
    wanted, faults = pins(
        "esp32-devkitc", tx=4, lights=[13, 14], pull="none", edge="rising", lamp=-1, button=-1, invert_rx=True
    )
    assert faults == []
    assert (wanted["tx"], wanted["rx"], wanted["lights"], wanted["pull"]) == (4, 27, (13, 14), None)
    assert (wanted["edge"], wanted["lamp"], wanted["button"], wanted["invert_rx"]) == ("rising", None, None, True)
    assert BOARDS["esp32-devkitc"]["tx"] == 26
    # The board's own again is as good as nothing.
    assert pins("esp32-devkitc", lamp=2, button=0)[1] == [] and pins("olimex-esp32-poe", button=34)[1] == []


def test_what_is_no_pin_counts_as_not_given():
    own, _ = pins("esp32-devkitc")
    for value in (True, None, "26", [26], {}, 1.5):
        for key in ("uart", "tx", "rx", "lamp", "button"):
            assert pins("esp32-devkitc", **{key: value}) == (own, [])
    for key, value in (("lights", 4), ("lights", [True]), ("pull", True), ("edge", "both"), ("colour", 7)):
        assert pins("esp32-devkitc", **{key: value}) == (own, [])


def test_every_fault_is_a_line():
    _, faults = pins("esp32-devkitc", tx=6, rx=34, lights=[36, 12], uart=0)
    assert [line.split(": ")[0] for line in faults] == ["pins.uart", "pins.tx", "pins.lights[0]", "pins.lights[1]"]


def test_a_board_that_nobody_knows():
    wanted, faults = pins("esp8266", tx=4)
    assert faults == [
        "board: esp8266 is not known; known are esp32-c3-devkitm, esp32-devkitc, esp32-s3-devkitc, olimex-esp32-poe"
    ]
    assert wanted["lamp"] is None and wanted["button"] is None and wanted["lights"] == ()


def test_buttons_have_a_pull_where_their_pin_has():
    for board, has in (
        ("esp32-devkitc", True),
        ("esp32-s3-devkitc", True),
        ("esp32-c3-devkitm", True),
        ("olimex-esp32-poe", False),
    ):
        assert pins(board)[0]["button_pull"] is has
    assert pins("olimex-esp32-poe", button=33, lights=[32])[0]["button_pull"] is True
