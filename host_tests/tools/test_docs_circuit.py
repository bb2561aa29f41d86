"""The light sensor's figures in docs/parts-and-wiring.md follow from its parts' values; the drawing has the same."""

import math
import re
from itertools import product

import pytest
from docpages import DOCS, codes, rows, section

PAGE = (DOCS / "parts-and-wiring.md").read_text(encoding="utf-8")
DRAWING = (DOCS / "light-sensor.svg").read_text(encoding="utf-8")
SECTION = section(PAGE, "The light sensor")
SUPPLY_V = 3.3
LOW_V = 0.15
_SCALE = {"kΩ": 1e3, "nF": 1e-9}


def values() -> dict[str, float]:
    """{part: ohms or farads}, of the table."""
    found = {}
    for row in rows(SECTION):
        names, numbers = re.findall(r"[RC]\d", row[0]), re.findall(r"([\d.]+) (kΩ|nF)", row[1])
        if re.match(r"[RC]\d", row[0]):
            found |= {name: float(number) * _SCALE[unit] for name, (number, unit) in zip(names, numbers, strict=True)}
    return found


PARTS = values()


def upper(r1: float, r2: float, r3: float) -> float:
    """Volts at which it is lit: R3 pulls up, through R4."""
    up = 1 / r1 + 1 / (r3 + PARTS["R4"])
    return SUPPLY_V * up / (up + 1 / r2)


def lower(r1: float, r2: float, r3: float, low: float = LOW_V) -> float:
    """Volts at which it is dark again: R3 pulls to the output's low."""
    return (SUPPLY_V / r1 + low / r3) / (1 / r1 + 1 / r2 + 1 / r3)


RING = (PARTS["R1"], PARTS["R2"], PARTS["R3"])


def test_all_parts_have_values_and_the_drawing_has_the_same():
    assert set(PARTS) == {"R1", "R2", "R3", "R4", "R5", "C1", "C2"}
    drawn = re.sub(r"<[^>]*>", " ", DRAWING)
    for row in rows(SECTION):
        for name, value in zip(re.findall(r"[RC]\d", row[0]), re.findall(r"[\d.]+ (?:kΩ|nF)", row[1])):
            assert re.search(rf"{name}\s+{re.escape(value)}", drawn), (name, value)


def test_the_thresholds_are_those_of_the_text_and_the_drawing():
    for text in (SECTION, DRAWING):
        assert f"{upper(*RING):.2f} V" in text and f"{lower(*RING):.2f} V" in text
    assert f"{upper(*RING) - lower(*RING):.2f} V in which nothing changes" in SECTION
    assert f"{lower(*RING, 0.4):.2f} V at an output of 0.4 V" in SECTION.replace("\n", " ")


def test_the_tolerance_is_that_of_the_text():
    corners = [[value * (1 + sign / 100) for value, sign in zip(RING, signs)] for signs in product((-1, 1), repeat=3)]
    highs, lows = [upper(*each) for each in corners], [lower(*each) for each in corners]
    assert f"{min(highs):.2f}…{max(highs):.2f} V" in SECTION
    assert f"{min(lows):.2f}…{max(lows):.2f} V" in SECTION
    assert max(highs) < 1.3


@pytest.mark.parametrize("row", [row for row in rows(SECTION) if row[1].endswith("µA")], ids=lambda row: row[0])
def test_what_the_phototransistor_must_give(row):
    ohms = float(row[0].split()[0]) * 1e3
    told = [float(cell.split()[0]) for cell in row[1:3]]
    assert told == [float(f"{volts / ohms * 1e6:.2g}") for volts in (upper(*RING), lower(*RING))]


def test_there_are_several_load_resistors():
    assert len([row for row in rows(SECTION) if row[1].endswith("µA")]) == 3


def test_the_times_and_angles():
    text = PAGE.replace("\n", " ")
    assert f"{math.log(2) * PARTS['R5'] * PARTS['C1'] * 1e3:.1f} ms (0.69 · R5 · C1)" in text
    assert f"{math.log(2) * 330e3 * PARTS['C1'] * 1e3:.1f} ms" in text
    assert f"atan(2.5/15) = {math.degrees(math.atan(2.5 / 15)):.1f}°" in text
    pull = 1 / (1 / PARTS["R4"] + 1 / 45e3)
    assert f"{pull / 1e3:.1f} kΩ" in text and f"{pull * 5 * 100e-12 * 1e6:.1f} µs" in text
    assert f"{SUPPLY_V / PARTS['R4'] * 1e3:.1f} mA" in text


def test_the_page_gives_the_qualities_that_aiming_knows():
    from uplink import aim

    told = [
        codes(row[0])[0] for row in rows(section((DOCS / "light.md").read_text(encoding="utf-8"), "To fit the sensor"))
    ]
    assert sorted(told) == sorted(aim._WORDS.split())
