"""Which profile is a meter's, by what is in its telegram: a proposal, for a person to confirm."""

from mbus.errors import MBusError

from .config_error import ConfigError
from .profile_files import load_profile
from .profile_names import profile_names


def best_for(storage, telegram):
    """The name of the profile all of whose registers are in the telegram; of several, that which finds the most.

    None where there is none.
    """
    best = None
    for name in profile_names(storage):
        try:
            profile = load_profile(storage, name)
            records, _ = profile.pick(telegram)
        except (ConfigError, MBusError):
            continue
        registers = [role for role in ("import", "export") if role in profile.matchers]
        if registers and all(role in records for role in registers) and (best is None or len(records) > best[0]):
            best = len(records), name
    return None if best is None else best[1]
