"""An update from one version to the next: real MicroPython, a real LittleFS, a real broker, a real TLS server."""

import hashlib
import os
import re

import pytest
from certificates import Certificates
from laidout import another, laid_out
from mosquitto import Mosquitto
from offering import Offer, RangeServer
from signing import der, release
from updateboard import UpdateBoard, files_of

# Of a version's files these differ; the largest, with most of the application in it, is one.
CHANGED = ("uplink/linked.py",)
READY = 3
# The local page, which no test here opens: less to be copied.
IS_PAGE = re.compile("pages/|uplink/web|lib/microdot").match
# TLS and HTTP take that much more than what comes over the broker.
HTTPS_KIB = 260
ENDS = ("healthy", "rolled_back", "refused", "failed", "off")


@pytest.fixture
def broker(tmp_path):
    # It gives up root's rights, and reads its files then.
    tmp_path.chmod(0o755)
    found = Mosquitto(tmp_path)
    # Parsing is one thread's.
    laid_out("micropython")
    found.start()
    yield found
    found.stop()


def files_in(board: UpdateBoard, slot: dict[str, bytes]) -> dict[str, bytes]:
    """All of a release."""
    root = {f"root/{path}": data for path, data in board.root_files().items()}
    return {f"slot/{path}": data for path, data in slot.items()} | root


def signed(board: UpdateBoard, slot: dict[str, bytes], version: str) -> tuple[bytes, str]:
    """(a release file, its id)."""
    data = release(files_in(board, slot), version=version)
    return data, hashlib.sha256(data[: int(data[17:25])]).hexdigest()


def settings(trial_s: int, **more) -> dict:
    return {"update": {"key": "update.der", "trial_s": trial_s, **more}}


def ended(board: UpdateBoard, offer: Offer, seconds: float = 60) -> dict:
    """The last word about the update; what was said is left out of the next one's."""
    board.wait(lambda: offer.last() in ENDS, seconds)
    last = offer.states[-1]
    offer.states.clear()
    return last


def runs(board: UpdateBoard) -> str:
    """The version that has started last."""
    return re.findall(r"lumbus (\S+) on ", board.said)[-1]


def readings_since(board: UpdateBoard, before: int) -> int:
    return len(board.consumer.readings) - before


def test_over_the_broker_to_the_next_version_through_a_power_cut(broker, tmp_path):
    with UpdateBoard(tmp_path, broker.port, settings(120), {"update.der": der()}) as board, Offer(broker.port) as offer:
        board.wait(lambda: len(board.consumer.readings) >= READY)
        slot = files_of(another("0.1.1", CHANGED))
        data, name = signed(board, slot, "0.1.1")

        # One byte of the manifest is another: nothing is changed, and one line says so.
        wrong = data.replace(b"version 0.1.1", b"version 0.1.2", 1)
        offer.tell(wrong, hashlib.sha256(wrong[: int(wrong[17:25])]).hexdigest())
        last = ended(board, offer)
        assert last["state"] == "refused" and last["text"].startswith("the signature is not of this board's key")
        assert sum("update: refused" in line for line in board.said.splitlines()) == 1

        before = len(board.consumer.readings)
        offer.tell(data, name)
        front = len(data) - sum(len(each) for each in files_in(board, slot).values())
        largest = len(slot["uplink/linked.mpy"])
        fetched = board.wait(lambda: [at for at, _ in offer.wanted if at >= front][largest // 1024 :])[-1]
        # Metering goes on meanwhile.
        assert readings_since(board, before) >= 2
        board.cut_power()
        wanted = len(offer.wanted)
        # It goes on by itself, where it was: what has not filled a block of the flash is fetched again.
        last = ended(board, offer)
        assert last["state"] == "healthy" and last["version"] == last["running"] == "0.1.1"
        assert board.said.count("lumbus 0.1.0 on") == 2
        assert min(at for at, _ in offer.wanted[wanted:] if at >= front) >= fetched - 8192
        assert all(reply["ok"] for reply in offer.replies)
        assert runs(board) == "0.1.1"
        board.wait(lambda: board.consumer.statuses[max(board.consumer.statuses)]["acknowledged"] >= READY)
        board.end()
        assert board.lost() == set() and board.consumer.out_of_order == 0
        assert "MemoryError" not in board.said
        print("least free heap:", board.least_free())
        assert board.least_free() > 8000


def test_over_https_to_the_next_version(broker, tmp_path):
    folder = tmp_path / "web"
    folder.mkdir()
    Certificates(folder).make("good")
    beside = {"update.der": der(), "web.der": (folder / "ca.der").read_bytes()}
    with (
        RangeServer(folder, "good") as server,
        UpdateBoard(tmp_path, broker.port, settings(120, ca="web.der"), beside, HTTPS_KIB) as board,
        Offer(broker.port) as offer,
    ):
        board.wait(lambda: len(board.consumer.readings) >= READY)
        server.file, name = signed(board, files_of(another("0.1.1", CHANGED)), "0.1.1")
        before = len(board.consumer.readings)
        offer.tell(server.file, name, f"https://127.0.0.1:{server.port}/nothing.lum")
        last = ended(board, offer)
        assert (last["state"], last["text"]) == ("refused", "127.0.0.1 answers HTTP 404 for /nothing.lum")
        offer.tell(server.file, name, f"https://127.0.0.1:{server.port}/file.lum")
        assert ended(board, offer)["state"] == "healthy"
        assert runs(board) == "0.1.1" and offer.wanted == []
        assert server.connections <= 3 and len(server.asked) < 40
        assert readings_since(board, before) >= 3
        board.end()
        assert board.lost() == set() and "MemoryError" not in board.said
        print("least free heap:", board.least_free())
        assert board.least_free() > 8000


def test_what_is_broken_is_given_up_by_itself(broker, tmp_path):
    cable = os.openpty()
    deaf = {"serial": f"/host{os.ttyname(cable[1])}"}
    with UpdateBoard(tmp_path, broker.port, settings(5), {"update.der": der()}) as board, Offer(broker.port) as offer:
        board.wait(lambda: len(board.consumer.readings) >= READY)

        # It cannot even be loaded.
        port = b"raise ValueError('it has no such pin')\n"
        offer.tell(*signed(board, {"port.py": port}, "0.1.1"))
        last = ended(board, offer)
        assert (last["state"], last["text"]) == ("rolled_back", "ValueError: it has no such pin")
        assert last["version"] == "0.1.1" and last["running"] == "0.1.0"

        # It hangs before anything of it could look after a watchdog.
        offer.tell(*signed(board, {"port.py": b"while True:\n    pass\n"}, "0.1.2"))
        last = ended(board, offer)
        assert last["state"] == "rolled_back" and "it hung, or the power failed" in last["text"]
        assert board.bites == 3

        # It runs, and reaches the broker; but it never reads a meter.
        slot = {path: data for path, data in files_of(laid_out("micropython")).items() if not IS_PAGE(path)}
        slot["port_of_before.mpy"] = slot.pop("port.mpy")
        slot["port.py"] = DEAF.format(deaf=deaf).encode()
        offer.tell(*signed(board, slot, "0.1.3"))
        last = ended(board, offer)
        assert (last["state"], last["text"]) == ("rolled_back", "no meter was read within 5 s")

        before = len(board.consumer.readings)
        board.wait(lambda: readings_since(board, before) >= 2)
        assert runs(board) == "0.1.0"
        board.end()
        assert board.lost() == set()
    for end in cable:
        os.close(end)


# An application whose meter does not answer: its port is the one before, with another line.
DEAF = """import json

from port_of_before import port as before


def port():
    with open("host.json") as f:
        settings = json.load(f)
    settings.update({deaf!r})
    with open("deaf.json", "w") as f:
        json.dump(settings, f)
    import os

    os.putenv("LUMBUS_HOST", "deaf.json")
    return before()
"""
