"""A meter's profile: which of its records is what, and what the meter can do.

It is made from data, by profile_form.
"""


class Profile:
    """What `fields` say, checked.

    refresh_ms: how old a register may be in a telegram, as far as is known;
    refresh_most_ms: at the very most.  settle_s: how long a suspicion must
    last.  max_power_w: more can never be true.  pulse_constant in imp/kWh,
    register_step_wh in Wh, register_wrap_kwh in kWh.  matchers: {role: list},
    ranges: {role: (low, high)} as exact decimals (mantissa, exponent), rated:
    the same of what it may carry for long; beyond that is overload.
    """

    name: str
    register_step_wh: int
    register_wrap_kwh: int
    refresh_ms: int
    refresh_most_ms: int
    settle_s: int
    pulse_constant: int
    max_power_w: int
    matchers: dict
    ranges: dict
    rated: dict

    def __init__(self, fields: dict):
        for name in fields:
            setattr(self, name, fields[name])

    def pick(self, telegram):
        """({role: Record}, whether the telegram could be read to its end); see matching."""
        from .matching import pick

        return pick(self.matchers, telegram)
