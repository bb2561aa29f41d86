"""Readings and texts come out of their records as they went in."""

from checks import raises

from uplink.reading import Reading
from uplink.reading_record import Records
from uplink.varint import fold, get, put, unfold

METER = "1625047832ad0102"


def full(seq=1, at_ms=60000, meter=METER):
    """A reading of an M1PRO 40 with all that it can have."""
    made = Reading(
        meter,
        at_ms,
        1700000000000 + at_ms,
        {
            "import": (12345678 + seq, 1),
            "export": (55, 1),
            "power": (-3456 + 7 * seq % 100, 0),
            "voltage": (23012 + seq % 50, -2),
            "current": (1503, -2),
            "frequency": (5001, -2),
            "power_factor": (-98, -2),
        },
    )
    made.boot, made.seq = 7, seq
    made.verdict = "agree"
    made.pulses = 1000 + 50 * seq
    made.fused_mwh, made.bound_mwh = 123456790123 + 10000 * seq, 1234
    made.light_power_mw = 3456789 + seq
    return made


def same(reading, n=1, group=1):
    records = Records()
    return records.unpack(records.pack(reading, n, group), n).to_json() == reading.to_json()


def test_numbers_of_any_size_and_sign():
    for value in (0, 1, -1, 63, 64, -64, -65, 127, 128, 1 << 30, -(1 << 30), 1 << 62, 10**30, -(10**30)):
        out = bytearray()
        put(out, fold(value))
        out += b"\xff"
        folded, at = get(out, 0)
        assert (unfold(folded), at) == (value, len(out) - 1)
    assert raises(IndexError, get, b"\x80", 0)


def test_a_reading_comes_out_as_it_went_in():
    assert same(full())
    assert same(full(at_ms=0))
    assert same(full(at_ms=1 << 40))


def test_what_is_not_there_and_what_has_no_value_stay_apart():
    for role in ("import", "power", "power_factor"):
        reading = full()
        reading.numbers[role] = None
        assert same(reading)
        del reading.numbers[role]
        assert same(reading)
    assert same(Reading(METER, 5, None, {}))


def test_without_a_light_without_a_date_and_with_everything_else():
    reading = full()
    reading.verdict = reading.pulses = reading.fused_mwh = reading.bound_mwh = reading.light_power_mw = None
    assert same(reading)
    reading.ts_ms = reading.quality = None
    assert same(reading)
    reading = full()
    reading.light_power_mw = reading.fused_mwh = None
    assert same(reading)
    reading = full()
    reading.light_power_max = True
    assert same(reading)
    reading.parts_mwh = {"export": (-5, 3)}
    assert same(reading)
    reading.parts_mwh = {"import": (1 << 45, 77), "export": (0, 0)}
    reading.flags = ["suspicion", "power_out_of_range", "one of tomorrow"]
    assert same(reading)
    for quality in ("synced", "kept", "dated"):
        reading.quality = quality
        assert same(reading)


def test_many_of_several_meters_and_texts_between():
    records = Records()
    kept = []
    for n in range(1, 400):
        meter = METER if n % 3 else "1625047932ad0102"
        thing = full(n, 60000 * n, meter) if n % 7 else '{"kind":"ü","n":%d}' % n
        if n % 50 == 1 and n % 7:
            thing.verdict = "learning"
        kept.append((n, records.pack(thing, n, n // 32), thing))
    for n, payload, thing in kept:
        got = records.unpack(payload, n)
        assert got == thing if isinstance(thing, str) else got.to_json() == thing.to_json()


def test_a_minute_of_one_meter_is_a_few_bytes():
    records = Records()
    sizes = [len(records.pack(full(n, 60000 * n), n, n // 32)) for n in range(1, 321)]
    assert max(sizes) < 120
    assert sum(sizes) // 320 < 27


def test_one_that_is_lost_costs_only_itself_and_a_lost_key_is_never_mistaken():
    records = Records()
    packed = [(n, records.pack(full(n, 60000 * n), n, n // 8)) for n in range(1, 33)]
    for lost in range(1, 33):
        reader = Records()
        read = []
        for n, payload in packed:
            if n == lost:
                continue
            try:
                got = reader.unpack(payload, n)
            except ValueError:
                # Without its key, until the next one.
                assert n > lost and n // 8 == lost // 8 and (lost == 1 or lost % 8 == 0)
                continue
            assert got.to_json() == full(n, 60000 * n).to_json()
            read.append(n)
        if lost != 1 and lost % 8:
            assert len(read) == 31


def test_what_is_none_of_ours_is_refused():
    for payload in (b"\x07abc", b"\x00\x80", b"\x00\x05ab", b"\x01\x03\x02"):
        assert "record 9" in str(raises(ValueError, Records().unpack, payload, 9))
