"""What an unknown meter's records probably are, and what its register probably can: for a person to confirm.

* A register is energy in Wh, instantaneous, of now (storage 0): of tariff 0
  where there is one, else of the lowest.  Import is marked by VIFE 3Bh or not at
  all, export by VIFE 3Ch or, in some meters, by the function "minimum".
* What VIFEs make into something else, a limit, a rate, a duration, is proposed
  for nothing; a phase where there is no sum.
* The exponent of the register is its step.  A BCD register has as many digits
  as it has room for; of a binary one the telegram does not tell.
"""

from mbus.integers import SIZES
from mbus.record import REAL, Record
from mbus.vib import NEGATIVE, POSITIVE
from uplink.matching import ROLES

UNITS = {
    "import": "Wh",
    "export": "Wh",
    "power": "W",
    "voltage": "V",
    "current": "A",
    "frequency": "Hz",
    "power_factor": None,
}
REGISTERS = ("import", "export")
_PHASES = ("L1", "L2", "L3")
_MINIMUM = 2
_BCD = 9
# 48 A at 276 V, a phase.
_POWER_OF_A_PHASE_W = 13_250
_MOST_WRAP_KWH = 10**9
_USUAL_DIGITS = 8
# A REAL of 24 bits has no more at 100 000 kWh.
_STEP_OF_REAL_WH = 10
_LEAST_STEP_WH, _MOST_STEP_WH = 1, 1000


def why_not(role: str, number: int, records: list[Record]) -> str | None:
    """Why record `number` (from 1) cannot have this role; None where it can."""
    if not 1 <= number <= len(records):
        return f"there is no record {number}: they are numbered 1...{len(records)}"
    record = records[number - 1]
    quantity, unit = ROLES[role], UNITS[role]
    meaning = record.meaning
    if record.is_manufacturer or meaning.quantity != quantity or meaning.unit != unit:
        wanted = f"{quantity} in {unit}" if unit else f"a {quantity} number"
        return f"record {number} is no {wanted}"
    try:
        record.number()
    except ValueError as e:
        return f"record {number} is no number: {e}"
    if role in REGISTERS and not _is_real(record) and 10**meaning.exponent > _MOST_STEP_WH:
        return f"record {number} counts in steps of {10 ** (meaning.exponent - 3)} kWh, too coarse for a register here"
    for other, earlier in enumerate(records[: number - 1], 1):
        if (earlier.dib, earlier.vib) == (record.dib, record.vib):
            return f"record {number} has the same DIB and VIB as record {other}, so only that one can be named"
    return None


def propose(records: list[Record]) -> dict[str, int]:
    """{role: number of the record (from 1)}, of those roles for which there is a likely one."""
    found = {}
    for role in ROLES:
        ranks = [
            (rank, number)
            for number, record in enumerate(records, 1)
            if why_not(role, number, records) is None and (rank := _rank(role, record)) is not None
        ]
        if ranks:
            found[role] = min(ranks)[1]
    return found


def _rank(role: str, record: Record) -> tuple | None:
    """The lower the likelier; None for what is not proposed."""
    said = [q for q in record.meaning.qualifiers if not q.startswith("manufacturer:")]
    others = [q for q in said if q not in (POSITIVE, NEGATIVE, *_PHASES)]
    if others or record.storage:
        return None
    marked = POSITIVE in said
    if role == "export":
        marked = NEGATIVE in said
        if not marked and record.function != _MINIMUM:
            return None
    elif record.function or (role == "import" and NEGATIVE in said):
        return None
    if role == "power_factor" and not _is_fraction(record):
        return None
    directed = not marked if role in REGISTERS else bool(set(said) & {POSITIVE, NEGATIVE})
    phases = len(set(said) & set(_PHASES))
    return record.subunit, record.tariff, phases, directed, len(record.meaning.qualifiers)


def _is_fraction(record: Record) -> bool:
    number = record.number()
    if number is None:
        return False
    mantissa, exponent = number
    return abs(mantissa) * 10 ** max(exponent, 0) <= 10 ** max(-exponent, 0)


def step_wh(registers: list[Record]) -> int:
    """The coarser register's step: what is promised of a reading must be true of both."""
    steps = [_STEP_OF_REAL_WH if _is_real(r) else 10 ** max(r.meaning.exponent, 0) for r in registers]
    return max(steps, default=_LEAST_STEP_WH)


def _is_real(record: Record) -> bool:
    return record.dib[0] & 15 == REAL


def wrap_kwh(registers: list[Record], step: int) -> tuple[int, bool]:
    """(where the registers start again, whether the telegram says so by its digits)."""
    known = [10 ** (2 * SIZES[kind] + r.meaning.exponent - 3) for r in registers if (kind := r.dib[0] & 15) >= _BCD]
    if known and len(known) == len(registers) and 1 <= min(known) <= _MOST_WRAP_KWH:
        return int(min(known)), True
    wrap = max(10**_USUAL_DIGITS * step // 1000, 1)
    for record in registers:
        mantissa, exponent = record.number() or (0, 0)
        while wrap < _MOST_WRAP_KWH and abs(mantissa) * 10 ** max(exponent, 0) >= wrap * 10 ** (3 + max(-exponent, 0)):
            wrap *= 10
    return min(wrap, _MOST_WRAP_KWH), False


def max_power_w(records: list[Record]) -> int:
    phases = {q for record in records for q in record.meaning.qualifiers if q in _PHASES}
    makers = {q for r in records if r.meaning.quantity == "voltage" for q in r.meaning.qualifiers if ":" in q}
    return _POWER_OF_A_PHASE_W * (3 if len(phases) > 1 or len(makers) > 1 else 1)
