"""lumbus setup: what it asks and proposes, what it puts on a board, and that nothing is lost."""

import json
import re

import pytest
from ptybus import Run, Terminal
from rawboard import Board

START = """
import machine
print("lumbus 1 on esp32-micropython, boot 1")
while True:
 machine.idle()
"""
CONFIG = {
    "version": 2,
    "board": "esp32-s3-devkitc",
    "wifi": [{"ssid": "home"}],
    "mqtt": {"host": "old.example", "tls": False, "user": "me", "keepalive_s": 17},
    "bus": {"baud": 300},
    "meters": [
        {"profile": "mine", "address": 7, "poll_s": 33, "energy": "import", "light": 2, "settle_s": 90},
        {"profile": "m1pro40", "address": 9},
    ],
}
SECRETS = {"version": 1, "mqtt_password": "hunter2", "wifi": {"home": "swordfish"}}
GIVEN = ("--yes", "--host", "broker", "--no-tls", "--ssid", "home")


@pytest.fixture(autouse=True)
def no_passwords(monkeypatch):
    for name in ("MQTT", "WIFI", "WEB"):
        monkeypatch.delenv(f"LUMBUS_{name}_PASSWORD", raising=False)


@pytest.fixture
def board(tmp_path):
    with Board(tmp_path) as board:
        yield board


@pytest.fixture
def profile():
    from lumbus.profiles import load

    return json.dumps(load("m1pro40"))


def configured(board, profile):
    board.write(
        {
            "/config.json": json.dumps(CONFIG),
            "/secrets.json": json.dumps(SECRETS),
            "/mine.json": profile,
            "/main.py": START,
        }
    )


def setup(capsys, board, *arguments):
    return Run(capsys, "setup", board.path, *arguments)


def read(board, name):
    return json.loads(board.read(f"/{name}"))


def test_a_new_board_gets_a_checked_configuration_and_its_own_password(board, capsys, monkeypatch):
    monkeypatch.setenv("LUMBUS_WIFI_PASSWORD", "swordfish")
    board.write({"/main.py": START})
    run = setup(capsys, board, *GIVEN, "--json")
    assert run.code == 0, run.err
    said = json.loads(run.out)
    assert said["written"] == ["secrets.json", "config.json"] and said["started"]
    assert said["mac"] == "24a160001122" and said["access_point"]["ssid"] == "lumbus-001122"
    password = said["access_point"]["password"]
    assert re.fullmatch("[a-hjkmnp-z2-9]{10}", password)
    assert board.run(
        'import esp32\nb=bytearray(20)\nn=esp32.NVS("lumbus").get_blob("ap_password",b)\nprint(b[:n])'
    ) == (f"bytearray(b'{password}')\n")
    assert read(board, "config.json")["mqtt"] == {"host": "broker", "tls": False}
    assert read(board, "secrets.json")["wifi"] == {"home": "swordfish"}
    assert "swordfish" not in run.out + run.err
    # The local page's password is made here, and told this once.
    page = said["web_password"]
    assert re.fullmatch("[a-hjkmnp-z2-9]{10}", page) and read(board, "secrets.json")["web_password"] == page
    # Once more: the same password, and nothing to write.
    again = json.loads(setup(capsys, board, "--yes", "--json").out)
    assert again["written"] == [] and again["web_password"] is None and again["access_point"]["password"] == password
    assert "/config.json.old" not in board.listing()


def test_what_the_board_has_is_proposed_and_nothing_of_it_is_lost(board, capsys, profile):
    configured(board, profile)
    run = setup(capsys, board, "--yes", "--host", "new.example", "--json")
    assert run.code == 0, run.err
    expected = {**CONFIG, "mqtt": {**CONFIG["mqtt"], "host": "new.example"}}
    assert read(board, "config.json") == expected
    assert read(board, "config.json.old") == CONFIG
    kept = read(board, "secrets.json")
    assert kept["mqtt_password"] == "hunter2" and kept["wifi"] == {"home": "swordfish"}
    assert "hunter2" not in run.out + run.err


def test_a_person_is_asked_and_enter_keeps_what_there_was(board, profile):
    configured(board, profile)
    terminal = Terminal("setup", board.path)
    terminal.expect("MAC 24a160001122, MicroPython 1.28.0")
    for question, answer in (
        ("board [esp32-s3-devkitc]", ""),
        ("(SSID), - for none [home]", ""),
        ("another network, - for none [-]", "cellar"),
        ("another network", ""),
        ("name or address [old.example]", "new.example"),
        ("TLS, yes or no [no]", ""),
        ("user at the broker, - for none [me]", ""),
        ("profile of the meter [mine]", ""),
        ("primary address; 254: whoever is there [7]", "8"),
        ("seconds between readings [33]", ""),
        ("energy [import]", ""),
        ("none [2]", ""),
        ("password of home, Enter for the one", ""),
        ("password of cellar, Enter for an open network", "correct horse"),
        ("the same again", "correct horse"),
        ("password of me at the broker, Enter for the one", ""),
    ):
        terminal.expect(question)
        terminal.send(answer + "\n")
        terminal.shown = ""
    terminal.expect("password of the local page, 8...63 characters, - for no page, Enter makes one")
    terminal.send("-\n")
    terminal.shown = ""
    terminal.expect("access point: lumbus-001122, password ")
    terminal.expect("It has started: lumbus 1")
    assert "correct horse" not in terminal.shown and "hunter2" not in terminal.shown
    assert terminal.end() == 0
    config = read(board, "config.json")
    assert config["wifi"] == [{"ssid": "home"}, {"ssid": "cellar"}]
    assert config["meters"] == [{**CONFIG["meters"][0], "address": 8}, CONFIG["meters"][1]]
    secrets = read(board, "secrets.json")
    assert secrets["wifi"] == {"home": "swordfish", "cellar": "correct horse"}
    assert "web_password" not in secrets


def test_the_page_keeps_its_password_or_gets_the_one_that_is_told(board, capsys, monkeypatch, profile):
    configured(board, profile)
    board.write({"/secrets.json": json.dumps({**SECRETS, "web_password": "open sesame"})})
    run = setup(capsys, board, "--yes", "--json")
    assert run.code == 0, run.err
    assert json.loads(run.out)["web_password"] is None
    assert read(board, "secrets.json")["web_password"] == "open sesame"
    monkeypatch.setenv("LUMBUS_WEB_PASSWORD", "close sesame")
    run = setup(capsys, board, "--yes", "--json")
    assert run.code == 0 and json.loads(run.out)["written"] == ["secrets.json"] and "sesame" not in run.out + run.err
    assert read(board, "secrets.json")["web_password"] == "close sesame"


def test_a_folder_goes_there_with_what_it_names(board, capsys, tmp_path, profile):
    folder = tmp_path / "gateway"
    folder.mkdir()
    (folder / "config.json").write_text(json.dumps(CONFIG))
    (folder / "secrets.json").write_text(json.dumps(SECRETS))
    (folder / "mine.json").write_text(profile)
    (folder / "notes.txt").write_text("mine alone")
    run = setup(capsys, board, "--folder", folder, "--json")
    assert json.loads(run.out)["written"] == ["mine.json", "secrets.json", "config.json"]
    assert not json.loads(run.out)["started"]
    assert read(board, "config.json") == CONFIG and "/notes.txt" not in board.listing()


def test_a_folder_that_is_wrong_is_refused_before_the_board_is_touched(board, capsys, tmp_path):
    (tmp_path / "config.json").write_text(json.dumps({**CONFIG, "bus": {"baud": 301}}))
    before = board.to_board
    run = setup(capsys, board, "--folder", tmp_path)
    assert run.code == 1 and "bus.baud" in run.complaint and "nothing was written" in run.complaint
    assert board.to_board == before


def test_answers_that_the_firmware_would_refuse_write_nothing(board, capsys):
    run = setup(capsys, board, "--yes", "--host", "broker", "--tls")
    assert run.code == 2 and "--ca FILE" in run.err and board.listing() == {}
    run = setup(capsys, board, *GIVEN, "--light", "99")
    assert run.code == 2 and board.listing() == {}


def test_the_ca_goes_along_in_der_and_an_invalid_one_is_refused(board, capsys, tmp_path):
    import trustme

    ca = tmp_path / "ca.pem"
    ca.write_bytes(trustme.CA().cert_pem.bytes())
    run = setup(capsys, board, "--yes", "--host", "broker", "--ca", ca, "--json")
    assert run.code == 0 and json.loads(run.out)["written"][0] == "ca.der"
    assert board.read("/ca.der")[:1] == b"\x30"
    ca.write_text("nothing")
    run = setup(capsys, board, "--yes", "--ca", ca)
    assert run.code == 1 and "ca.der" in run.err and board.read("/ca.der")[:1] == b"\x30"


def test_a_configuration_that_is_no_json_is_kept_and_told(board, capsys):
    board.write({"/config.json": "{mine"})
    run = setup(capsys, board, *GIVEN)
    assert run.code == 0 and "is no JSON; it is left out, and kept as config.json.old" in run.err
    assert board.read("/config.json.old") == b"{mine"


def test_the_cable_is_pulled_anywhere_and_the_board_has_the_old_configuration_or_the_new(tmp_path, capsys, profile):
    def one(name, unplug_at):
        """(bytes that went to the board, the exit code, the host of its config.json afterwards)."""
        (tmp_path / name).mkdir()
        with Board(tmp_path / name) as board:
            configured(board, profile)
            begun = board.to_board
            board.unplug_after = None if unplug_at is None else begun + unplug_at
            code = setup(capsys, board, "--yes", "--host", "new.example").code
            took = board.to_board - begun
        with Board(tmp_path / name) as board:
            assert read(board, "secrets.json")["mqtt_password"] == "hunter2"
            return took, code, read(board, "config.json")["mqtt"]["host"]

    whole, code, host = one("whole", None)
    assert (code, host) == (0, "new.example")
    hosts = []
    for part in range(10):
        _, code, host = one(str(part), whole * part // 10)
        assert code in (3, 4)
        hosts.append(host)
    assert set(hosts) <= {"old.example", "new.example"} and hosts[0] == "old.example"


def test_a_board_for_something_else_is_told(tmp_path, capsys):
    with Board(tmp_path, platform="rp2") as board:
        run = setup(capsys, board, *GIVEN)
        assert run.code == 1 and "runs MicroPython for rp2" in run.err


def test_without_a_terminal_nothing_is_asked(board, capsys):
    run = setup(capsys, board)
    assert run.code == 2 and "this is no terminal" in run.complaint
