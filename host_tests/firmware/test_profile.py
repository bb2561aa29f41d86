"""Profiles: matched on bytes or on meaning, and every fault told at once."""

import json

from checks import raises

from mbus.parse import parse_frame
from mbus.telegram import Telegram
from mbus.vib import NEGATIVE, POSITIVE
from mbus_service.encode import encode_header, encode_record, encode_telegram
from uplink.config import ConfigError
from uplink.profile_files import load_profile
from uplink.profile_form import QUALIFIERS, ProfileError, profile_of
from uplink.reading import Reading


class NoStorage:
    def read(self, name):
        return None


class OneFile(NoStorage):
    def __init__(self, text):
        self._text = text

    def read(self, name):
        return self._text if name == "mine.json" else None


def telegram(*rows):
    body = b"".join([encode_record(bytes.fromhex(d), bytes.fromhex(v), n) for d, v, n in rows])
    return Telegram(parse_frame(encode_telegram(1, encode_header(bytes(8), 1), body)))


def picked(profile, *rows):
    found, whole = profile.pick(telegram(*rows))
    assert whole
    return {role: record.number() for role, record in found.items()}


def test_m1pro40_is_matched_by_meaning():
    found = picked(
        load_profile(NoStorage(), "m1pro40"),
        ("44", "843b", 1),  # a stored value is not the register
        ("04", "843b", 123456),
        ("04", "843c", 789),
        ("04", "2b", 6000),
        ("02", "fd47", 23010),
        ("03", "fd5a", 2609),
        ("02", "fb2d", 4998),
        ("02", "fdba74", -92),
    )
    assert found == {
        "import": (123456, 1),
        "export": (789, 1),
        "power": (6000, 0),
        "voltage": (23010, -2),
        "current": (2609, -2),
        "frequency": (4998, -2),
        "power_factor": (-92, -2),
    }


def test_finder_is_matched_by_its_bytes():
    profile = load_profile(NoStorage(), "finder-7e23")
    found = picked(profile, ("8c10", "04", 172868), ("8c11", "04", 1), ("02", "acff01", 9), ("8240", "acff01", -3))
    assert found == {"import": (172868, 1), "power": (9, 1)}


def test_a_plain_energy_record_serves_where_no_direction_is_given():
    assert picked(load_profile(NoStorage(), "m1pro40"), ("0c", "04", 5)) == {"import": (5, 1)}


def test_a_record_that_cannot_be_told_is_not_taken_for_another():
    # VIFE 50: the data is a limit or a date, whatever the VIF says.
    assert picked(load_profile(NoStorage(), "m1pro40"), ("04", "8450", 5)) == {}


def test_a_profile_beside_the_configuration_comes_first():
    data = json.loads(open_profile())
    data["name"] = "mine"
    data["pulse_constant"] = 1000
    assert load_profile(OneFile(json.dumps(data)), "mine").pulse_constant == 1000


def open_profile():
    import uplink

    with open(uplink.__file__.rsplit("/", 1)[0] + "/profiles/m1pro40.json") as f:
        return f.read()


def test_every_fault_of_a_profile_is_told():
    error = raises(
        ProfileError,
        profile_of,
        {
            "name": "",
            "register_step_wh": 0,
            "pulse_constant": "5000",
            "records": {"import": [{"dib": "04"}], "light": [], "power": {}},
            "ranges": {"voltage": ["low", "276"]},
        },
    )
    text = "\n".join(error.errors)
    for path in (
        "name",
        "register_step_wh",
        "pulse_constant",
        "register_wrap_kwh",
        "records.import[0]",
        "records.light",
        "records.power",
        "ranges.voltage",
    ):
        assert path in text, path


def test_a_profile_that_is_no_object_is_told():
    assert "must be a JSON object" in str(raises(ConfigError, load_profile, OneFile("[]"), "mine"))


def test_matchers_that_can_never_match_are_told():
    data = json.loads(open_profile())
    data["records"] = {"import": [{"quantity": "enrgy"}, {"quantity": "energy", "qualifiers": "positive"}]}
    text = "\n".join(raises(ProfileError, profile_of, data).errors)
    assert "records.import[0].quantity" in text
    assert "records.import[1].qualifiers" in text


def test_a_profile_that_is_not_there_or_not_json_is_a_configuration_error():
    assert "there is no profile nothing" in str(raises(ConfigError, load_profile, NoStorage(), "nothing"))
    assert "not valid JSON" in str(raises(ConfigError, load_profile, OneFile("{"), "mine"))


def test_beyond_what_is_rated_is_overload_and_beyond_the_ranges_is_no_reading():
    profile = load_profile(NoStorage(), "m1pro40")
    for amperes, flags in ((40, []), (41, ["overload"]), (48, ["overload"]), (49, ["current_out_of_range"])):
        reading = Reading("meter", 0, None, {"current": (amperes, 0), "voltage": (230, 0)})
        reading.flag_ranges(profile.ranges, profile.rated)
        assert reading.flags == flags


def test_the_directions_are_called_as_the_library_calls_them():
    assert QUALIFIERS == (POSITIVE, NEGATIVE)
