# CPython only: it reads a file of the tests
"""What lies on a board's flash is read by every version, the older one as well: the present forms, byte for byte.

kept_forms.json is what a board of version 0.1.0 wrote.  Who changes a form does not change that file: a new form goes
beside it (the journal's has its number in its folders' names), and both are read.
"""

import json
from pathlib import Path

from memfiles import MemFiles
from meterworld import Storage

from uplink.journal_recover import FOLDERS, open_journal
from uplink.memory import Memory
from uplink.reading import Reading
from uplink.reading_record import Records
from uplink.slots import noted
from uplink.starts import lasted
from uplink.units import Units
from uplink.update_file import read

KEPT = json.loads((Path(__file__).parent / "kept_forms.json").read_text())
EVENT = '{"kind":"clock_stepped","boot":7,"event":3}'


def full(seq, at_ms=60000):
    """A reading with all that it can have."""
    numbers = {"import": (12345678 + seq, 1), "export": (55, 1), "power": (-3456 + 7 * seq, 0)}
    numbers.update({"voltage": (23012 + seq, -2), "current": (1503, -2), "frequency": (5001, -2)})
    numbers["power_factor"] = (-98, -2)
    made = Reading("16250476ad320102", at_ms, 1700000000000 + at_ms, numbers)
    made.boot, made.seq, made.verdict, made.pulses = 7, seq, "agree", 1000 + 50 * seq
    made.fused_mwh, made.bound_mwh, made.light_power_mw = 123456790123 + 10000 * seq, 1234, 3456789 + seq
    return made


def things():
    """A reading whole, two by their differences, one that lacks something, and a text."""
    bare = full(4)
    bare.numbers = {"import": (12345690, 1), "power": None}
    bare.verdict = bare.pulses = None
    return [full(1), full(2), full(3, 180000), bare, EVENT]


def written():
    """The journal's folders with them."""
    folders = {name: MemFiles() for name in FOLDERS}
    journal = open_journal(folders.__getitem__, lambda line: None, 100000)
    records = Records()
    for thing in things():
        journal.ready()
        journal.append(records.pack(thing, journal.n, journal.group))
    return {name: {file: data.hex() for file, data in folders[name].held.items()} for name in FOLDERS}


def test_the_journal_is_written_as_it_was():
    assert written() == KEPT["journal"]


def test_the_journal_that_another_version_left_is_read():
    folders = {name: MemFiles() for name in FOLDERS}
    for name, files in KEPT["journal"].items():
        folders[name].held = {file: bytes.fromhex(data) for file, data in files.items()}
    journal = open_journal(folders.__getitem__, lambda line: None, 100000)
    records = Records()
    for thing in things():
        found = journal.next()
        assert found is not None
        again = records.unpack(found[1], found[0])
        assert again == thing if isinstance(thing, str) else again.to_json() == thing.to_json()
    assert journal.next() is None and journal.damaged == 0


def memory():
    made = Memory()
    made.identity = "16250476ad320102"
    made.lost, made.gained = [5, 9], [0, 2]
    made.registers = {"import": (1, 12345), "export": (0, 6)}
    made._total = (123, 456)
    return made


def test_the_state_of_a_check_is_written_and_read_as_it_was():
    assert json.loads(memory().to_text("both")) == KEPT["check"]
    found = Memory(json.dumps({**KEPT["check"], "more": "of a newer version"}))
    assert (found.identity, found.lost, found.gained) == ("16250476ad320102", [5, 9], [0, 2])
    assert found.registers == memory().registers
    units = Units(10, 5000)
    assert found.away({"import": 200, "export": 300}, units, "both") is not None


def test_the_count_of_starts_the_slots_and_an_order_are_read_and_what_is_new_in_them_is_left_aside():
    storage = Storage()
    lines = []
    for name in ("starts.json", "slot.json", "update.json"):
        storage.texts[name] = json.dumps({**KEPT[name], "more": 1})
    lasted(storage, lines.append)
    assert json.loads(storage.texts["starts.json"])["quick"] == 0
    state = noted(storage, lines.append)
    assert state is not None and {name: state[name] for name in KEPT["slot.json"]} == KEPT["slot.json"]
    order = read(storage, lines.append)
    assert order is not None and order["version"] == "0.2.0" and not lines
