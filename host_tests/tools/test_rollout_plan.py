"""Who a rollout takes: selectors, waves, fitness, the state file; and the chunks that it serves."""

import json
from pathlib import Path

import pytest
from fleetreleases import application, image, put

from lumbus.release.read import parse as release_of
from lumbus.rollout import plan as plans
from lumbus.rollout import record as records
from lumbus.rollout import selector, waves
from lumbus.rollout.chunks import Chunks
from lumbus.rollout.gateways import Fleet, Known, runs_already, unfit
from lumbus.rollout.keeper import Keeper
from lumbus.rollout.release_file import load, short
from lumbus.trouble import Trouble


def known(name: str = "cellar-1", version="0.1.0", board="esp32-s3-devkitc", **more) -> Known:
    info = {"version": version, "platform": "esp32-micropython", "config": {"board": board, "update": {"key": "k"}}}
    return Known(name, {**info, **more})


@pytest.mark.parametrize(
    ("text", "is_taken"),
    [
        ("all", True),
        ("cellar-1", True),
        ("cellar-*", True),
        ("roof-*", False),
        ("roof-*,cellar-*", True),
        ("version<0.2.0", True),
        ("version<0.1", False),
        ("version<=0.1", True),
        ("version>0.0.9,version<0.10.0", True),
        ("version>=0.1.1", False),
        ("version=0.1.0", True),
        ("version!=0.1.0", False),
        ("board=esp32-s3*", True),
        ("board!=esp32-s3*", False),
        ("platform=esp32*, cellar-?", True),
        ("all,board=olimex-*", False),
    ],
)
def test_selectors(text, is_taken):
    assert selector.parse(text)(known()) is is_taken


def test_what_a_gateway_does_not_tell_fits_nothing_but_not():
    silent = Known("x")
    assert not any(selector.parse(text)(silent) for text in ("version<9.0.0", "board=*?", "platform=e*"))
    assert all(selector.parse(text)(silent) for text in ("version!=0.1.0", "board!=e*", "all"))


@pytest.mark.parametrize("text", ["", "version<new", "board<x", "colour=red", "a/b", "all,,x", "version=0.1-rc"])
def test_selectors_that_are_none(text):
    with pytest.raises(ValueError, match="--fleet"):
        selector.parse(text)


@pytest.mark.parametrize(
    ("text", "fleet", "sizes"),
    [
        ("1,10,50,100%", 200, [1, 9, 40, 150]),
        ("1,10,50,100%", 30, [1, 9, 20]),
        ("1,10,50,100%", 1, [1]),
        ("1%,10%,50%,100%", 200, [2, 18, 80, 100]),
        ("1%,100%", 10, [1, 9]),
        ("0.5%,50%", 200, [1, 99]),
        ("5", 200, [5]),
        ("100%", 3, [3]),
        ("10%,15,100%", 200, [20, 180]),
        ("1,10", 0, []),
    ],
)
def test_waves(text, fleet, sizes):
    names = [f"g{number:03}" for number in range(fleet)]
    found = waves.cut(names, waves.parse(text))
    assert [len(wave) for wave in found] == sizes
    assert [name for wave in found for name in wave] == names[: sum(sizes)]


@pytest.mark.parametrize("text", ["", "0", "0%", "101%", "10,5", "50%,50%", "x", "1,,2", "1.5", "-3", "%", "1/0%"])
def test_waves_that_are_none(text):
    with pytest.raises(ValueError, match="--waves"):
        waves.parse(text)


def test_the_order_is_drawn_by_lot_and_the_same_with_the_same_seed():
    names = [f"g{number}" for number in range(50)]
    first = waves.order(names, {"g7", "g9"}, 1)
    assert first == waves.order(list(reversed(names)), {"g7", "g9"}, 1) != waves.order(names, {"g7", "g9"}, 2)
    assert set(first[-2:]) == {"g7", "g9"} and sorted(first) == sorted(names) != first


def test_who_is_left_out_and_why():
    release = release_of(application(boards="esp32-devkitc esp32-s3-devkitc"))
    for gateway, why in (
        (known(), None),
        (Known("x"), "has told nothing of itself"),
        (
            known(board="olimex-esp32-poe"),
            "its board is olimex-esp32-poe, the release is for esp32-devkitc, esp32-s3-devkitc",
        ),
        (known(version="0.3.0"), "runs 0.3.0, which is newer"),
        (known(micropython="1.22.2"), "has MicroPython 1.22.2, the release wants 1.23 or newer"),
        (known(micropython=[1, 26, 0]), None),
        (known(config={"update": None}), "takes no updates: there is no key"),
    ):
        told = unfit(gateway, release, False)
        assert told == why or (why is not None and told is not None and told.startswith(why))
    assert runs_already(known(version="0.2.0"), release) == "runs 0.2.0 already"
    assert runs_already(known(), release) is None
    down = release_of(application(downgrade="0.3.0"))
    assert unfit(known(version="0.3.0"), down, False) is None
    for version in ("0.1.0", "0.4.0"):
        why = f"runs {version}, and the release is signed as a way down from 0.3.0 alone"
        assert unfit(known(version=version), down, False) == why


def test_who_had_it_before_is_left_out_until_it_is_to_be_tried_again():
    release = release_of(application())
    gateway = known()
    gateway.update = {"state": "rolled_back", "release": short(release), "text": "no meter"}
    assert unfit(gateway, release, False) == "had it before: rolled back (no meter); --retry takes it again"
    assert unfit(gateway, release, True) is None
    gateway.update = {"state": "healthy", "release": short(release)}
    # Another was put there by cable since.
    assert runs_already(gateway, release) is None
    gateway.info["version"] = "0.2.0"
    assert runs_already(gateway, release) == "runs it already (0.2.0)"


def test_who_is_on_trial_runs_it_and_is_watched_all_the_same():
    release = release_of(application())
    down = release_of(application(downgrade="0.3.0"))
    for each in (release, down):
        gateway = known(version="0.2.0")
        gateway.update = {"state": "trial", "release": short(each)}
        assert runs_already(gateway, each) is None and unfit(gateway, each, False) is None


def test_micropython_itself_is_compared_with_micropython():
    release = release_of(image("1.29.0", "esp32", b"\xe9" * 100))
    assert runs_already(known(micropython="1.29.0"), release) == "runs 1.29.0 already"
    assert runs_already(known(version="1.29.0", micropython="1.28.0"), release) is None
    assert unfit(known(version="9.0.0", micropython="1.28.0"), release, False) is None


def record(**more) -> records.Record:
    usual = {"release": "ab" * 32, "version": "0.2.0", "broker": "b:1883", "base": "lumbus", "fleet": "all"}
    return records.Record(**{**usual, "waves": "1,100%", "seed": 7, "begun": 1.0, **more})


def test_a_rollout_goes_on_from_its_state_file(tmp_path: Path):
    release = release_of(application())
    fleet = Fleet()
    for number in range(4):
        fleet.known[f"g{number}"] = known(f"g{number}")
    steps = waves.parse("1,100%")
    first = plans.make(fleet, release, selector.parse("all"), steps, record(), False)
    assert [member.wave for member in first.members] == [0, 1, 1, 1] and first.first == 0
    for member, state in zip(first.members, ("healthy", "told", "fetching", "waiting"), strict=True):
        member.state = state
    path = tmp_path / "state.json"
    path.write_text(record(wave=1).text(first.members))
    # Meanwhile one became healthy, and somebody new is there.
    fleet.known[first.members[2].name].update = {"state": "healthy", "release": short(release)}
    fleet.known["new"] = known("new")
    kept = records.load(path)
    assert kept is not None and kept.other(record()) is None
    second = plans.make(fleet, release, selector.parse("all"), steps, kept, False)
    assert [member.state for member in second.members] == ["healthy", "told", "healthy", "waiting", "waiting"]
    assert second.members[4].name == "new" and second.members[4].wave == 1 and second.first == 1
    assert not second.members[1].has_answered


def test_a_state_file_of_another_rollout_is_told_apart():
    assert record().other(record(fleet="x")) == "--fleet all, not x"
    assert record().other(record(release="cd" * 32)) == f"release {'ab' * 8}, not {'cd' * 8}"


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"release": 1}', "\x00"])
def test_what_is_no_state_file(tmp_path: Path, text):
    path = tmp_path / "state.json"
    path.write_text(text)
    with pytest.raises(ValueError, match="no state file"):
        records.load(path)
    assert records.load(tmp_path / "none") is None


def test_a_state_that_nobody_knows_is_refused(tmp_path: Path):
    path = tmp_path / "state.json"
    path.write_text(record().text([]))
    told = json.loads(path.read_text())
    path.write_text(json.dumps({**told, "gateways": {"g": [0, "wonderful", None]}}))
    with pytest.raises(ValueError, match="no state file"):
        records.load(path)


def test_the_state_file_is_one_command_s_at_a_time(tmp_path: Path):
    path = tmp_path / "state.json"
    with Keeper(path) as keeper:
        for text in ("one", "two"):
            keeper.write(text)
            assert path.read_text() == text
            with pytest.raises(BlockingIOError), Keeper(path):
                pass
    with Keeper(path) as other:
        other.write("three")
    assert [each.name for each in tmp_path.iterdir()] == ["state.json"]


def test_chunks_are_parts_of_the_file_with_their_place():
    data = bytes(range(256)) * 12
    chunks = Chunks(data, "ab" * 32, 1 << 20)
    wish = {"release": "ab" * 8, "at": 2048, "size": 1024}
    for body in ({}, {**wish, "release": "cd" * 8}, {**wish, "at": 3072}, {**wish, "size": 1025}, {**wish, "at": -1}):
        chunks.want("g", body)
    assert len(chunks) == 0
    chunks.want("g", {**wish, "at": 0})
    chunks.want("h", {**wish, "at": 3000, "size": 1000})
    chunks.want("g", wish)
    head = bytes.fromhex("ab" * 8)
    assert chunks.due(0) == [
        ("g", head + bytes([0, 0, 8, 0]) + data[2048:3072]),
        ("h", head + bytes([0, 0, 0x0B, 0xB8]) + data[3000:]),
    ]
    assert chunks.due(1) == []


def test_chunks_leave_no_faster_than_told():
    chunks = Chunks(bytes(100_000), "ab" * 32, 10_000)
    sent = 0
    for tick in range(100):
        for gateway in range(10):
            chunks.want(f"g{gateway}", {"release": "ab" * 8, "at": 0, "size": 1000})
        sent += sum(len(payload) - 12 for _, payload in chunks.due(tick / 10))
    assert 99_000 <= sent <= 10_000 * 9.9 + 3_500
    assert sent == chunks.sent


def test_a_release_is_checked_before_anything_else(tmp_path: Path):
    release, public = put(tmp_path, application())
    assert load(release, public).version == "0.2.0"
    whole = release.read_bytes()
    for data, why in (
        (whole[:-1], "a part is missing"),
        (whole[:-1] + b"x", "is not what the manifest says"),
        (whole.replace(b"version 0.2.0", b"version 0.2.1"), "is not signed with the key"),
        (b"PK", "this is no release file"),
    ):
        release.write_bytes(data)
        with pytest.raises(Trouble, match=why) as trouble:
            load(release, public)
        assert trouble.value.code == 1 and "nobody was told" in str(trouble.value)
    with pytest.raises(Trouble, match="cannot be read") as trouble:
        load(tmp_path / "none", public)
    assert trouble.value.code == 2


def test_what_a_terminal_would_obey_does_not_reach_it():
    fleet = Fleet()
    body = fleet.take("g", "update", b'{"state": "failed", "text": "\\u001b]0;x\\u0007 no\\nmeter"}')
    assert body is not None and body["text"] == "?]0;x? no?meter"
    fleet.take("g", "info", b'{"version": "\\u001b[2J0.1.0"}')
    assert fleet.known["g"].version == "?[2J0.1.0"
    assert fleet.take("\x1b[2J", "info", b"{}") is None and list(fleet.known) == ["g"]
