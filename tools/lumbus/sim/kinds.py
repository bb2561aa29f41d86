"""The kinds of meters that can be simulated: those of the firmware's profiles, and some that have none."""

from collections.abc import Callable
from dataclasses import dataclass

from ..profiles import load
from ..profiles import names as profile_names
from . import layouts, other_layouts
from .forms import FIXED, VARIABLE, VARIABLE_MSB_FIRST

_ELECTRICITY, _GAS, _HEAT, _WATER = 2, 3, 4, 7


@dataclass(frozen=True)
class Kind:
    """`layout(energy meter, clock)` gives the records; `secondary` the 8 bytes of a new one; `ci` the form.

    step_wh, pulse_constant, wrap_kwh and max_power_w: see EnergyMeter.
    """

    layout: Callable
    secondary: bytes
    ci: int = VARIABLE
    step_wh: int = 1
    pulse_constant: int = 1000
    wrap_kwh: int = 99_999
    max_power_w: int = 13_250


def _secondary(identification: str, letters: str, version: int, medium: int) -> bytes:
    # Three letters of five bits, A is 1 (EN 62056-21 flag).
    code = 0
    for letter in letters:
        code = code << 5 | (ord(letter) - 64)
    return bytes.fromhex(identification)[::-1] + code.to_bytes(2, "little") + bytes((version, medium))


_OTHERS = {
    "gas-msb": Kind(other_layouts.gas_msb, _secondary("70418823", "LUM", 1, _GAS), VARIABLE_MSB_FIRST),
    "heat": Kind(other_layouts.heat, _secondary("41000318", "LUM", 1, _HEAT), step_wh=1000, wrap_kwh=99_999_999),
    "three-phase": Kind(other_layouts.three_phase, _secondary("61730044", "LUM", 2, _ELECTRICITY), step_wh=10),
    "water-fixed": Kind(other_layouts.water_fixed, _secondary("50220719", "LUM", 1, _WATER), FIXED),
}
_PROFILES = {
    "finder-7e23": (layouts.finder_7e23, _secondary("23006207", "FIN", 0x23, _ELECTRICITY)),
    "m1pro40": (layouts.m1pro40, _secondary("16250476", "LUM", 1, _ELECTRICITY)),
}


def names() -> list[str]:
    return [*profile_names(), *_OTHERS]


def kind(name: str) -> Kind:
    """The kind of that name; KeyError where there is none."""
    if name in _OTHERS:
        return _OTHERS[name]
    layout, secondary = _PROFILES[name]
    profile = load(name)
    return Kind(
        layout,
        secondary,
        step_wh=profile["register_step_wh"],
        pulse_constant=profile["pulse_constant"],
        wrap_kwh=profile["register_wrap_kwh"],
        max_power_w=profile["max_power_w"],
    )
