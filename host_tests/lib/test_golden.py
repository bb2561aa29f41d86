"""Every telegram in host_tests/telegrams is decoded as the file beside it says; what is in bad/ is refused.

The telegrams are made: imaginary meters, encoded by hand from EN 13757-3.
"""

import json
import os

from mbus.errors import (
    ApplicationError,
    ChecksumError,
    FrameError,
    MBusError,
    RecordError,
    TelegramError,
    UnsupportedCI,
)
from mbus.exact import to_text
from mbus.parse import parse_frame
from mbus.record import FUNCTIONS
from mbus.telegram import Telegram

FOLDER = __file__.replace("\\", "/").rsplit("/", 2)[0] + "/telegrams/"
KINDS = {
    "checksum": ChecksumError,
    "frame": FrameError,
    "unsupported": UnsupportedCI,
    "application": ApplicationError,
    "record": RecordError,
    "telegram": TelegramError,
}


def names(folder):
    return [name[:-4] for name in sorted(os.listdir(folder)) if name.endswith(".hex")]


def load(path):
    """(the telegram's bytes, what is expected)."""
    with open(path + ".hex") as f:
        raw = bytes.fromhex("".join(f.read().split()))
    with open(path + ".json") as f:
        return raw, json.loads(f.read())


def value(record):
    if record.is_manufacturer:
        return "".join(["%02x" % b for b in record.data])
    try:
        number = record.number()
    except ValueError:
        return None
    return None if number is None else to_text(number[0], number[1])


def compare(record, want):
    got = {
        "function": "manufacturer" if record.is_manufacturer else FUNCTIONS[record.function],
        "storage": record.storage,
        "tariff": record.tariff,
        "subunit": record.subunit,
        "quantity": record.meaning.quantity,
        "unit": record.meaning.unit,
        "value": value(record),
        "qualifiers": record.meaning.qualifiers,
    }
    for key in got:
        assert got[key] == want[key], "%s: %r, wanted %r" % (key, got[key], want[key])


def compare_header(telegram, want):
    assert telegram.identification == want["identification"]
    assert telegram.manufacturer == want["manufacturer"]
    assert telegram.version == want["version"]
    assert telegram.medium == want["medium"]
    assert telegram.access_number == want["access_number"]
    assert "%02x" % telegram.status == want["status"]
    assert "%04x" % telegram.configuration == want["configuration"]


def check_records(telegram, want):
    """Compare each record as it comes; RecordError goes on to the caller."""
    count = 0
    more = False
    try:
        for record in telegram:
            compare(record, want["records"][count])
            count += 1
            more = record.more_follow
    finally:
        assert count == len(want["records"])
    assert more == want["more_records_follow"]


def test_good_telegrams_are_decoded_as_expected():
    assert len(names(FOLDER)) >= 15
    for name in names(FOLDER):
        raw, want = load(FOLDER + name)
        try:
            telegram = Telegram(parse_frame(raw))
            compare_header(telegram, want["header"])
            assert telegram.frame.address == want["address"]
            check_records(telegram, want)
        except (AssertionError, MBusError, IndexError) as e:
            raise AssertionError("%s: %r" % (name, e))


def test_bad_telegrams_are_refused_with_their_kind_and_the_records_before():
    folder = FOLDER + "bad/"
    assert len(names(folder)) >= 15
    for name in names(folder):
        raw, want = load(folder + name)
        try:
            telegram = Telegram(parse_frame(raw))
            compare_header(telegram, want["header"])
            check_records(telegram, want)
        except MBusError as e:
            kind = KINDS[want["error"]["kind"]]
            # ChecksumError is a FrameError too, and so on: the class itself is meant.
            assert type(e) is kind, "%s: %r" % (name, e)
            assert str(e) == want["error"]["message"], "%s: %s" % (name, e)
        else:
            raise AssertionError(name + " was not refused")
