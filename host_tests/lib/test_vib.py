"""VIBs: quantity, unit, power of ten, and the chain of VIFEs."""

from mbus.vib import NEGATIVE, POSITIVE, explain


def said(text):
    """(quantity, unit, multiplier, exponent) of a VIB as hex digits, which must be known."""
    meaning = explain(bytes.fromhex(text))
    assert meaning.error is None, meaning.error
    return meaning.quantity, meaning.unit, meaning.multiplier, meaning.exponent


def error(text):
    return explain(bytes.fromhex(text)).error


def test_each_group_of_the_primary_table_has_its_unit_and_every_power_of_ten():
    for first, count, exponent, quantity, unit in (
        (0x00, 8, -3, "energy", "Wh"),
        (0x08, 8, 0, "energy", "J"),
        (0x10, 8, -6, "volume", "m3"),
        (0x18, 8, -3, "mass", "kg"),
        (0x28, 8, -3, "power", "W"),
        (0x30, 8, 0, "power", "J/h"),
        (0x38, 8, -6, "volume_flow", "m3/h"),
        (0x40, 8, -7, "volume_flow", "m3/min"),
        (0x48, 8, -9, "volume_flow", "m3/s"),
        (0x50, 8, -3, "mass_flow", "kg/h"),
        (0x58, 4, -3, "flow_temperature", "°C"),
        (0x5C, 4, -3, "return_temperature", "°C"),
        (0x60, 4, -3, "temperature_difference", "K"),
        (0x64, 4, -3, "external_temperature", "°C"),
        (0x68, 4, -3, "pressure", "bar"),
    ):
        for n in range(count):
            assert said("%02x" % (first + n)) == (quantity, unit, 1, exponent + n)


def test_durations_are_seconds_exactly():
    for first, quantity in (
        (0x20, "on_time"),
        (0x24, "operating_time"),
        (0x70, "averaging_duration"),
        (0x74, "actuality_duration"),
    ):
        for n, seconds in enumerate((1, 60, 3600, 86400)):
            assert said("%02x" % (first + n)) == (quantity, "s", seconds, 0)


def test_single_codes():
    assert said("6e") == ("heat_cost_allocation", "HCA", 1, 0)
    assert said("78") == ("fabrication_number", None, 1, 0)
    assert said("79") == ("enhanced_identification", None, 1, 0)
    assert said("7a") == ("bus_address", None, 1, 0)


def test_voltage_and_current_have_sixteen_powers_of_ten():
    for n in range(16):
        assert said("fd%02x" % (0x40 + n)) == ("voltage", "V", 1, n - 9)
        assert said("fd%02x" % (0x50 + n)) == ("current", "A", 1, n - 12)


def test_the_first_extension_table():
    assert said("fd3a") == ("dimensionless", None, 1, 0)
    assert said("fd17") == ("error_flags", None, 1, 0)
    for code, quantity in (
        ("0c", "model_version"),
        ("0d", "hardware_version"),
        ("0e", "firmware_version"),
        ("0f", "software_version"),
    ):
        assert said("fd" + code) == (quantity, None, 1, 0)


def test_the_second_extension_table():
    assert said("fb00") == ("energy", "Wh", 1, 5)
    assert said("fb01") == ("energy", "Wh", 1, 6)
    for n in range(4):
        assert said("fb%02x" % (0x2C + n)) == ("frequency", "Hz", 1, n - 3)


def test_the_tables_do_not_leak_into_each_other():
    assert said("2c") == ("power", "W", 1, 1)
    assert said("fb2c") == ("frequency", "Hz", 1, -3)
    assert said("fd2c") == ("since_last_readout", "s", 1, 0)
    assert said("fb40") == ("unknown", None, 1, 0)
    assert said("fd78") == ("unknown", None, 1, 0)


def test_factors_multiply_and_add_up():
    assert said("8370")[3] == -6
    assert said("8376")[3] == 0
    assert said("8377")[3] == 1
    assert said("837d")[3] == 3
    assert said("83f07d")[3] == -3
    assert said("83f4f474")[3] == -6
    assert said("fdba73") == ("dimensionless", None, 1, -3)
    assert said("a176") == ("on_time", "s", 60, 0)


def test_directions_are_qualifiers():
    for text, qualifiers in (
        ("83", []),
        ("833b", [POSITIVE]),
        ("833c", [NEGATIVE]),
        ("83f43b", [POSITIVE]),
        ("83bc74", [NEGATIVE]),
        ("abbb3c", [POSITIVE, NEGATIVE]),
    ):
        vib = bytes.fromhex(text)
        if len(vib) == 1:
            vib = b"\x03"
        meaning = explain(vib)
        assert (meaning.error, meaning.qualifiers) == (None, qualifiers)


def test_what_stands_behind_ff_is_the_manufacturers_and_changes_nothing():
    meaning = explain(bytes.fromhex("83ffbb72"))
    assert (meaning.quantity, meaning.exponent, meaning.error) == ("energy", 0, None)
    assert meaning.qualifiers == ["manufacturer:bb72"]
    assert explain(bytes.fromhex("837f")).qualifiers == ["manufacturer:"]
    assert explain(bytes.fromhex("83bbff01")).qualifiers == [POSITIVE, "manufacturer:01"]


def test_a_manufacturers_own_vif_means_nothing_to_us():
    for text in ("7f", "ff00", "ff83f474", ""):
        assert said(text) == ("manufacturer_specific", None, 1, 0)
        assert explain(bytes.fromhex(text)).qualifiers == []


def test_reserved_codes_are_bare_numbers():
    for text in ("fd77", "fd7f", "fd993b", "fdff3b", "fb07", "fb40", "fbe83b", "7e", "6f", "7b"):
        assert said(text) == ("unknown", None, 1, 0), text


def test_a_reserved_vife_is_named_and_gives_no_value():
    assert error("8344") == "VIFE 44 is reserved"


def test_a_record_error_says_which():
    assert error("8315") == "the meter reports record error 15"
    assert error("83f49274") == "the meter reports record error 12"
    assert error("8300") is None


def test_vifes_say_of_what_the_value_is():
    for text, qualifier in (
        ("9028", "per_input_pulse_0"),
        ("8320", "per_second"),
        ("837e", "future"),
        ("833d", "non_metric"),
    ):
        assert explain(bytes.fromhex(text)).qualifiers == [qualifier]


def test_limits_durations_and_dates_turn_the_data_into_something_else():
    limit = explain(bytes.fromhex("ab48"))
    assert (limit.unit, limit.qualifiers) == ("W", ["upper_limit"])
    count = explain(bytes.fromhex("ab41"))
    assert (count.unit, count.exponent, count.qualifiers) == (None, 0, ["lower_limit_count"])
    duration = explain(bytes.fromhex("ab59"))
    assert (duration.unit, duration.multiplier, duration.exponent) == ("s", 60, 0)
    assert duration.qualifiers == ["duration_of_first_upper_limit_exceed"]
    for text in ("ab4a", "ab4f", "da6f", "ab6a"):
        assert explain(bytes.fromhex(text)).is_date, text
    assert explain(bytes.fromhex("da6f")).qualifiers == ["end_of_last"]
    # A count or a duration, whatever the VIF was: hours, a date.
    for text, wanted in (("a241", (None, 1)), ("ec49", (None, 1)), ("a251", ("s", 60)), ("ed51", ("s", 60))):
        meaning = explain(bytes.fromhex(text))
        assert (meaning.unit, meaning.multiplier, meaning.exponent, meaning.is_date) == wanted + (0, False), text
    assert explain(bytes.fromhex("ab68")).qualifiers == ["during_lower_limit_exceed"]
    assert explain(bytes.fromhex("bb6d")).qualifiers == ["overflow"]


def test_a_unit_in_plain_text_is_read_on_both_sides_of_the_vifes():
    for text in ("fc0348522574", "fc740348522500"[:-2]):
        meaning = explain(bytes.fromhex(text))
        assert (meaning.quantity, meaning.unit, meaning.exponent) == ("plain_text", None, -2)
        assert meaning.qualifiers == ["text:%RH"]
    assert explain(bytes.fromhex("7c0141")).qualifiers == ["text:A"]
    assert error("7c") == "VIF 7c without its text"


def test_every_vib_of_one_and_two_bytes_is_explained_or_named():
    for first in range(256):
        for second in range(128):
            vib = bytes((first, second)) if first & 0x80 else bytes((first,))
            meaning = explain(vib)
            assert meaning.error is None or meaning.error.startswith(("VIF", "the meter reports")), vib
            if not first & 0x80:
                break


def test_each_call_has_qualifiers_of_its_own():
    assert explain(b"\x83\x3b").qualifiers is not explain(b"\x83\x3b").qualifiers
    assert explain(b"\x83\x3c").qualifiers == [NEGATIVE]
    assert explain(b"\x03").qualifiers == []


def test_every_code_of_the_extension_tables_is_known_or_reserved():
    reserved = {
        "fd": [0x19] + list(range(0x77, 0x80)),
        "fb": [7]
        + [0x0A, 0x0B]
        + [0x12, 0x13]
        + list(range(0x1C, 0x20))
        + list(range(0x22, 0x28))
        + [0x32, 0x33]
        + list(range(0x38, 0x58))
        + list(range(0x68, 0x70)),
    }
    for table in ("fd", "fb"):
        for code in range(128):
            known = explain(bytes.fromhex("%s%02x" % (table, code))).quantity != "unknown"
            assert known == (code not in reserved[table]), (table, code)


def test_fd_currency_and_durations():
    for n in range(4):
        assert said("fd%02x" % n) == ("credit", None, 1, n - 3)
        assert said("fd%02x" % (4 + n)) == ("debit", None, 1, n - 3)
    for first, quantity in (
        (0x24, "storage_interval"),
        (0x2C, "since_last_readout"),
        (0x34, "tariff_period"),
        (0x3C, "transmission_period"),
    ):
        for n, seconds in enumerate((1, 60, 3600, 86400)):
            assert said("fd%02x" % (first + n)) == (quantity, "s", seconds, 0)
    for n, seconds in enumerate((60, 3600, 86400)):
        assert said("fd%02x" % (0x31 + n)) == ("tariff_duration", "s", seconds, 0)
    assert said("fd68") == ("since_last_cumulation", "s", 3600, 0)
    assert said("fd6d") == ("battery_operating_time", "s", 86400, 0)
    assert said("fd74") == ("battery_remaining", "s", 86400, 0)


def test_months_and_years_are_no_number_of_seconds():
    for code, quantity in ((0x28, "storage_interval"), (0x38, "tariff_period"), (0x6A, "since_last_cumulation")):
        for n, name in enumerate(("in_months", "in_years")):
            meaning = explain(bytes((0xFD, code + n)))
            got = (meaning.quantity, meaning.unit, meaning.multiplier, meaning.qualifiers)
            assert got == (quantity, None, 1, [name])


def test_dates_of_the_fd_table():
    for text, quantity in (("fd30", "tariff_start"), ("fd70", "battery_change"), ("6c", "date"), ("6d", "date_time")):
        meaning = explain(bytes.fromhex(text))
        assert meaning.is_date and meaning.quantity == quantity


def test_fb_ranges():
    for text, wanted in (
        ("fb00", ("energy", "Wh", 1, 5)),
        ("fb01", ("energy", "Wh", 1, 6)),
        ("fb02", ("reactive_energy", "varh", 1, 3)),
        ("fb05", ("apparent_energy", "VAh", 1, 4)),
        ("fb08", ("energy", "J", 1, 8)),
        ("fb0d", ("energy", "cal", 1, 6)),
        ("fb11", ("volume", "m3", 1, 3)),
        ("fb17", ("reactive_power", "var", 1, 3)),
        ("fb19", ("mass", "kg", 1, 6)),
        ("fb1a", ("relative_humidity", "%", 1, -1)),
        ("fb29", ("power", "W", 1, 6)),
        ("fb2b", ("phase_voltage_current", "°", 1, -1)),
        ("fb2c", ("frequency", "Hz", 1, -3)),
        ("fb2f", ("frequency", "Hz", 1, 0)),
        ("fb31", ("power", "J/h", 1, 9)),
        ("fb37", ("apparent_power", "VA", 1, 3)),
        ("fb06", ("coefficient_of_performance", None, 1, -1)),
        ("fb5d", ("return_temperature", "°F", 1, -2)),
        ("fb74", ("temperature_limit", "°C", 1, -3)),
        ("fb7f", ("maximum_power", "W", 1, 4)),
    ):
        assert said(text) == wanted, text


def test_the_phase_may_be_in_the_next_vife():
    for text, where in (("fdc8fc01", "L1"), ("fdc8fc03", "L3"), ("82fc08", "Q1"), ("82fc7f", "extension_7f")):
        assert explain(bytes.fromhex(text)).qualifiers == [where]
    # The chain goes on behind it.
    meaning = explain(bytes.fromhex("82fc823b"))
    assert meaning.qualifiers == ["L2", "positive_only"]
