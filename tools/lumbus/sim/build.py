"""A simulated meter from a profile's name: its energy, its slave and its wire."""

from mbus.exact import rescale

from ..profiles import load
from .energy import EnergyMeter
from .layouts import LAYOUTS, SECONDARY
from .slave import Slave
from .wire import Wire


def build(profile_name, address, baud, power_w, speed, led_path=None, seed=1) -> tuple[EnergyMeter, Wire]:
    """(energy world, wire) of one meter; the wire is not started yet."""
    profile = load(profile_name)
    meter = EnergyMeter(
        profile["register_step_wh"],
        profile["pulse_constant"],
        profile["register_wrap_kwh"],
        profile["max_power_w"] * 1000,
        rescale(power_w[0], power_w[1], -3),
        speed,
        seed,
    )
    layout = LAYOUTS[profile_name]
    slave = Slave(address, SECONDARY[profile_name], lambda: layout(meter))
    return meter, Wire(meter, [slave], baud, led_path, seed)
