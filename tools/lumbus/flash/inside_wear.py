"""Under MicroPython: what keeping readings costs the flash, on real LittleFS.

    micropython inside_wear.py READINGS

Prints a JSON object of three lives on a partition of 2 MB, each [readings or texts, bytes handed over, bytes
programmed, erases, most erases of one block]:

journal  every reading goes to the journal (the broker is away all the time), and then is sent
plain    the same records, each added to one file that is opened and closed for it
state    a meter's state of 300 bytes, written as the application writes it
"""

import json
import sys

import vfs  # pyright: ignore[reportMissingImports]  # MicroPython's
from device import Flash  # pyright: ignore[reportMissingImports]  # beside this file

from file_store import Files
from text_storage import Storage
from uplink.frames import framed
from uplink.journal_recover import open_journal
from uplink.reading import Reading
from uplink.reading_record import Records

_BLOCKS = 512
_LIMIT = 512 << 10
_POINT = "/flash"
_MINUTE = 60000


def reading(seq):
    """An M1PRO 40's with all that it can have, in a household."""
    made = Reading(
        "1625047832ad0102",
        _MINUTE * seq,
        1700000000000 + _MINUTE * seq,
        {
            "import": (12345678 + seq, 1),
            "export": (55, 1),
            "power": (300 + 977 * seq % 3000, 0),
            "voltage": (23012 + 7 * seq % 300, -2),
            "current": (130 + 977 * seq % 1300, -2),
            "frequency": (5001 - seq % 5, -2),
            "power_factor": (98, -2),
        },
    )
    made.boot, made.seq = 7, seq
    made.verdict = "agree"
    made.pulses = 1000 + 50 * seq
    made.fused_mwh, made.bound_mwh = 123456790123 + 10013 * seq, 1234
    made.light_power_mw = 3456789 + seq
    return made


def journal(count):
    """[readings, their bytes in records], all sent again at the end."""
    kept = open_journal(lambda name: Files(_POINT + "/" + name), print, _LIMIT)
    records = Records()
    size = 0
    for seq in range(1, count + 1):
        kept.ready()
        payload = records.pack(reading(seq), kept.n, kept.group)
        size += len(framed(payload, kept.append(payload)))
    for seq in range(1, count + 1):
        n, payload = kept.next()
        if records.unpack(payload, n).to_json() != reading(seq).to_json():
            raise ValueError("reading %d came back changed" % seq)
        kept.ack(n)
    return count, size


def plain(count):
    size = 0
    for seq in range(1, count + 1):
        payload = Records().pack(reading(seq), seq, seq)
        size += len(payload)
        with open(_POINT + "/all", "ab") as f:
            f.write(payload)
    return count, size


def state(count):
    storage = Storage(_POINT)
    for seq in range(count):
        storage.write("meter-1625047832ad0102.json", "%0300d" % seq)
    return count, 300 * count


def lived(life, count):
    flash = Flash(_BLOCKS)
    vfs.VfsLfs2.mkfs(flash)
    vfs.mount(vfs.VfsLfs2(flash), _POINT)
    before = sum(flash.erases)
    programmed = flash.programmed
    number, size = life(count)
    vfs.umount(_POINT)
    return number, size, flash.programmed - programmed, sum(flash.erases) - before, max(flash.erases)


def main():
    count = int(sys.argv[1])
    print(json.dumps({life.__name__: lived(life, count) for life in (journal, plain, state)}))


main()
