"""A configuration checked as the start does it, as far as that can be done beside an application that runs."""

from .config import VERSION, check
from .config_error import ConfigError
from .lightlimits import make_filter
from .profile_files import load_profile
from .tls_files import load_tls


def check_all(port, config, secrets) -> None:
    """ConfigError with every fault."""
    if isinstance(config, dict) and config.get("version") != VERSION:
        raise ConfigError(["version: must be %d" % VERSION])
    checked = check(config, secrets)
    errors = []
    try:
        load_tls(port, checked["mqtt"])
    except ConfigError as e:
        errors += e.errors
    lights = getattr(port, "light_count", None)
    for index, meter in enumerate(checked["meters"]):
        try:
            profile = load_profile(port.storage, meter["profile"])
            if meter["light"] is not None:
                if lights is not None and meter["light"] >= lights():
                    raise ValueError("this board has %d lights, numbered from 0" % lights())
                make_filter(profile.pulse_constant, profile.max_power_w, meter["light_gap_ms"], meter["light_width_ms"])
        except ConfigError as e:
            errors += ["meters[%d].profile: %s" % (index, line) for line in e.errors]
        except ValueError as e:
            errors.append("meters[%d].light: %s" % (index, e))
    if errors:
        raise ConfigError(errors)
