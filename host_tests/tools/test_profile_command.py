"""`lumbus profile`: what it proposes, what it asks, what it writes, and what it refuses."""

import json
from pathlib import Path

import pytest
from ptybus import BAUD, Run, Terminal, meters

from lumbus import proposals
from mbus.parse import parse_frame
from mbus.telegram import Telegram
from mbus_service.encode import encode_header, encode_record, encode_telegram
from uplink.profile_form import profile_of

GOOD = Path(__file__).resolve().parents[1] / "telegrams" / "one-phase-import-export.hex"
ROLES = ["import", "export", "power", "voltage", "current", "frequency", "power_factor"]


def frame(*rows) -> bytes:
    """A telegram of (dib, vib, value)."""
    body = b"".join(encode_record(bytes.fromhex(d), bytes.fromhex(v), n) for d, v, n in rows)
    return encode_telegram(1, encode_header(bytes.fromhex("78563412ad320102"), 1), body)


def records(*rows):
    return list(Telegram(parse_frame(frame(*rows))))


@pytest.fixture
def profile(capsys, tmp_path, monkeypatch):
    """A run of the command in an empty folder."""
    monkeypatch.chdir(tmp_path)
    return lambda *arguments: Run(capsys, "profile", *arguments)


def written(path="mine.json") -> dict:
    return json.loads(Path(path).read_text(encoding="utf-8"))


def of(*rows):
    return [frame(*rows).hex(), "--pulse-constant", 1000, "--name", "mine"]


ENERGY = ("04", "843b", 12345)


# What is proposed.


def test_the_proposals_for_a_telegram_with_everything(profile):
    run = profile(GOOD, "--pulse-constant", 5000)
    assert run.code == 0
    data = written("lmb-01.json")
    assert list(data["records"]) == ROLES
    assert data["name"] == "lmb-01" and "LMB 10203040" in data["meter"]
    assert (data["pulse_constant"], data["register_step_wh"], data["max_power_w"]) == (5000, 10, 13250)
    assert (data["refresh_ms"], data["settle_s"]) == (1000, 60)
    assert "lmb-01.json is written:\n  import        record 1, energy, imported: 123456780 Wh\n" in run.out


def test_the_profile_finds_in_the_telegram_what_was_meant(profile):
    profile(GOOD, "--pulse-constant", 5000, "--name", "mine", "--role", "power=none")
    telegram = Telegram(parse_frame(bytes.fromhex("".join(GOOD.read_text().split()))))
    found, whole = profile_of(written()).pick(telegram)
    assert whole and "power" not in found
    assert found["import"].number() == (12345678, 1)
    assert found["export"].number() == (42, 1)


@pytest.mark.parametrize(
    ("rows", "proposed"),
    [
        # Tariffs: the sum, else the lowest; what is stored is no register.
        ([("8410", "04", 1), ("04", "04", 2), ("44", "04", 3)], {"import": 2}),
        ([("8420", "04", 1), ("8410", "04", 2)], {"import": 2}),
        ([("44", "04", 3)], {}),
        # Directions: VIFE 3B and 3C, or the function "minimum".
        ([("04", "04", 1), ("04", "843c", 2), ("04", "843b", 3)], {"import": 3, "export": 2}),
        ([("04", "04", 1), ("24", "04", 2)], {"import": 1, "export": 2}),
        ([("04", "843c", 2)], {"export": 1}),
        # A sum before the phases, a phase where there is none.
        ([("04", "04", 1), ("02", "abfc01", 2), ("02", "2b", 3)], {"import": 1, "power": 3}),
        ([("04", "04", 1), ("02", "fdc8fc02", 2), ("02", "fdc8fc01", 2)], {"import": 1, "voltage": 2}),
        # Other units, maxima, rates and dates are for nothing; nor is a number above 1 a power factor.
        ([("04", "0e", 1), ("04", "8420", 1), ("14", "04", 1), ("04", "ed39", 1)], {}),
        ([("04", "04", 1), ("02", "fdba74", 101)], {"import": 1}),
        ([("04", "04", 1), ("02", "fdba74", -100)], {"import": 1, "power_factor": 2}),
    ],
)
def test_what_is_proposed(rows, proposed):
    assert proposals.propose(records(*rows)) == proposed


@pytest.mark.parametrize(
    ("row", "step", "wrap"),
    [
        (("0c", "04", 1), 10, (1_000_000, True)),
        (("0e", "03", 1), 1, (10**9, True)),
        (("0c", "03", 1), 1, (100_000, True)),
        (("0c", "06", 1), 1000, (10**8, True)),
        (("0c", "01", 1), 1, (1000, True)),
        (("04", "04", 1), 10, (10**6, False)),
        (("04", "04", 2 * 10**8), 10, (10**7, False)),
        (("05", "03", (12345, -2)), 10, (10**6, False)),
    ],
)
def test_step_and_wrap_of_a_register(row, step, wrap):
    registers = records(row)
    assert proposals.step_wh(registers) == step
    assert proposals.wrap_kwh(registers, step) == wrap


def test_of_two_registers_the_coarser_step_is_promised():
    both = records(("04", "843b", 1), ("04", "863c", 1))
    assert proposals.step_wh(both) == 1000


def test_a_wrap_that_is_not_in_the_telegram_is_noted(profile):
    assert profile(*of(ENERGY)).code == 0
    assert any("display's digits" in note for note in written()["notes"])
    assert profile(*of(("0c", "04", 5)), "--force").code == 0
    assert not any("display's digits" in note for note in written()["notes"])


def test_three_phases_may_have_more_power():
    phases = [("02", f"fdc8ff0{n}", 2300) for n in (1, 2, 3)]
    assert proposals.max_power_w(records(ENERGY, *phases)) == 3 * proposals.max_power_w(records(ENERGY))


# What is given.


def test_what_is_given_is_taken(profile):
    words = ["--register-step", 1, "--register-wrap", 99, "--max-power", 500, "--refresh", 0, "--settle", 7]
    run = profile(*of(ENERGY, ("02", "2b", 5)), *words, "--output", "x.json")
    assert run.code == 0
    data = written("x.json")
    assert (data["register_step_wh"], data["register_wrap_kwh"], data["max_power_w"]) == (1, 99, 500)
    assert (data["refresh_ms"], data["settle_s"]) == (0, 7)
    assert data["ranges"] == {"power": ["-500", "500"]}
    assert not Path("mine.json").exists()


def test_roles_that_are_given_come_before_those_proposed(profile):
    run = profile(*of(ENERGY, ("04", "843c", 5)), "--role", "export=1")
    assert run.code == 0
    assert written()["records"] == {"export": [{"dib": "04", "vib": "843b"}]}


@pytest.mark.parametrize(
    ("role", "says"),
    [
        ("import=2", "record 2 is no energy in Wh"),
        ("import=9", "there is no record 9"),
        ("import=3", "record 3 has the same DIB and VIB as record 1"),
        ("power=4", "record 4 is no power in W"),
        ("import=5", "record 5 counts in steps of 10 kWh"),
    ],
)
def test_a_role_that_a_record_cannot_have(profile, role, says):
    run = profile(*of(ENERGY, ("02", "2b", 5), ENERGY, ("02", "34", 5), ("04", "07", 1)), "--role", role)
    assert run.code == 2 and says in run.err.splitlines()[-1]
    assert not Path("mine.json").exists()


def test_one_record_cannot_be_both_directions(profile):
    run = profile(*of(ENERGY), "--role", "import=1", "--role", "export=1")
    assert run.code == 2 and "at once" in run.complaint


@pytest.mark.parametrize(
    "arguments",
    [["--role", "import"], ["--role", "light=1"], ["--role", "import=x"], ["--name", "a/b"], ["--pulse-constant", "0"]],
    ids=" ".join,
)
def test_wrong_usage(profile, arguments):
    run = profile(GOOD, "--pulse-constant", 1, *arguments)
    assert (run.code, run.out) == (2, "")


# What is refused.


def test_the_pulse_constant_must_be_said(profile):
    run = profile(GOOD)
    assert (run.code, run.out) == (2, "")
    assert "--pulse-constant is missing" in run.complaint


@pytest.mark.parametrize("named", [["--name", "lmb-01"], ["--output", "lmb-01.json"], []], ids=" ".join)
def test_nothing_is_overwritten(profile, named):
    Path("lmb-01.json").write_text("mine")
    run = profile(GOOD, "--pulse-constant", 1, *named)
    assert run.code == 2 and "lmb-01.json exists" in run.err
    assert Path("lmb-01.json").read_text() == "mine"
    assert profile(GOOD, "--pulse-constant", 1, *named, "--force").code == 0
    assert written("lmb-01.json")["pulse_constant"] == 1


def test_a_folder_that_is_not_there(profile):
    run = profile(GOOD, "--pulse-constant", 1, "--output", "no/x.json")
    assert run.code == 2 and "cannot write no/x.json" in run.err


@pytest.mark.parametrize(
    ("source", "code", "says"),
    [
        ("nothing", 2, "neither"),
        ("/dev/ttyNothing", 4, "no such device"),
        (frame(("04", "13", 5)).hex(), 1, "no record was taken for an energy register"),
        (frame().hex(), 1, "no records"),
        (frame(ENERGY).hex()[:-2], 1, "no whole telegram"),
        ("e5", 1, "no profile can be made"),
    ],
)
def test_what_no_profile_can_be_made_of(profile, source, code, says):
    run = profile(source, "--pulse-constant", 1, "--address", 1)
    assert run.code == code and says in run.err.splitlines()[-1]
    assert list(Path().iterdir()) == []


def test_a_telegram_that_is_cut_short_gives_what_was_before(profile):
    whole = frame(ENERGY, ("04", "2b", 5))
    short = encode_telegram(1, whole[7:19], whole[19:-3])
    run = profile(short.hex(), "--pulse-constant", 1, "--name", "mine")
    assert run.code == 0 and "cannot be read to its end" in run.err
    assert list(written()["records"]) == ["import"]


# From the bus, and on a terminal.


def test_from_a_meter_on_the_bus(profile):
    with meters("m1pro40@1", "three-phase@2", "water-fixed@3") as wire:
        bus = [wire.path, "--baud", BAUD, "--pulse-constant", 5000]
        assert profile(*bus).code == 2
        run = profile(*bus, "--address", 1, "--name", "one")
        assert run.code == 0 and list(written("one.json")["records"]) == ROLES
        run = profile(*bus, "--secondary", "61730044", "--name", "two")
        assert run.code == 0 and "more records follow" in run.err
        run = profile(*bus, "--address", 3, "--name", "three")
        assert run.code == 1 and "no profile can be made" in run.complaint


def test_the_questions_on_a_terminal(tmp_path):
    terminal = Terminal("profile", GOOD, "--role", "voltage=none", cwd=tmp_path)
    terminal.expect("energy, exported")
    terminal.answer("import, taken from the grid [1]: ", "3")
    terminal.answer("  record 3 is no energy in Wh\nimport, taken from the grid [1]: ", "2")
    terminal.answer("export, given to the grid [-]: ", "2")
    terminal.answer("  record 2 has a role already\nexport, given to the grid [-]: ", "-")
    terminal.answer("power [3]: ", "")
    terminal.answer("current [5]: ", "x")
    terminal.answer("  give a number of the list, or - where there is none\ncurrent [5]: ", "-")
    terminal.answer("frequency [6]: ", "6")
    terminal.answer("power factor [7]: ", "")
    terminal.answer("name of the profile [lmb-01]: ", "my meter")
    terminal.answer("name of the profile [lmb-01]: ", "mine")
    terminal.answer("step of the register in Wh [10]: ", "1001")
    terminal.answer("step of the register in Wh [10]: ", "")
    terminal.answer("is 0 again [1000000]: ", "100000")
    terminal.answer("in ms [1000]: ", "")
    terminal.answer("in s [60]: ", "")
    terminal.answer("(beside the LED): ", "")
    terminal.answer("(beside the LED): ", "2000")
    terminal.answer("in W [13250]: ", "")
    assert terminal.end() == 0
    assert "mine.json is written:" in terminal.shown
    data = written(tmp_path / "mine.json")
    assert data["records"] == {
        "import": [{"dib": "0c", "vib": "843c"}],
        "power": [{"dib": "02", "vib": "2b"}],
        "frequency": [{"dib": "02", "vib": "fb2d"}],
        "power_factor": [{"dib": "02", "vib": "fdba73"}],
    }
    assert (data["register_wrap_kwh"], data["pulse_constant"]) == (100000, 2000)


@pytest.mark.parametrize(("keys", "code", "says"), [("\x04", 1, "nothing was written"), ("\x03", 130, "interrupted")])
def test_an_end_in_the_midst_of_the_questions_writes_nothing(tmp_path, keys, code, says):
    terminal = Terminal("profile", GOOD, cwd=tmp_path)
    terminal.answer("import, taken from the grid [1]: ", "")
    terminal.expect("export, given to the grid [2]: ")
    terminal.send(keys)
    assert terminal.end() == code
    assert says in terminal.shown and "Traceback" not in terminal.shown
    assert list(tmp_path.iterdir()) == []
