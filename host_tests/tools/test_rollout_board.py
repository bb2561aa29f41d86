"""lumbus update and a gateway as it is: the application under MicroPython on LittleFS, through mosquitto."""

import json

from fleetreleases import put
from laidout import another, laid_out
from mosquitto import PASSWORD, Mosquitto
from ptybus import Run
from signing import der, release
from updateboard import GATEWAY, UpdateBoard, files_of

from lumbus.contact.target import PASSWORD as VARIABLE
from lumbus.demo.stage import BASE


def test_a_gateway_takes_the_next_version_and_is_healthy(capsys, monkeypatch, tmp_path):
    # The broker gives up root's rights, and reads its files then.
    tmp_path.chmod(0o755)
    monkeypatch.setenv(VARIABLE, PASSWORD)
    laid_out("micropython")
    broker = Mosquitto(tmp_path)
    broker.start()
    try:
        with UpdateBoard(tmp_path, broker.port, {"update": {"key": "update.der"}}, {"update.der": der()}) as board:
            board.wait(lambda: len(board.consumer.readings) >= 3)
            files = {f"slot/{path}": data for path, data in files_of(another("0.1.1", ())).items()}
            files |= {f"root/{path}": data for path, data in board.root_files().items()}
            file, public = put(tmp_path, release(files, version="0.1.1"))
            where = f"mqtt://gateway@127.0.0.1:{broker.port}/{BASE}"
            own = "update", where, "--release", file, "--public", public, "--yes", "--json"
            run = Run(capsys, *own)
            assert run.code == 0, run.err + run.out + board.said
            told = [json.loads(line) for line in run.out.splitlines()]
            states = [each["state"] for each in told if each["event"] == "gateway"]
            assert list(dict.fromkeys(states)) == ["told", "fetching", "checking", "trial", "healthy"]
            assert told[-1]["counts"] == {"healthy": 1} and "lumbus 0.1.1 on " in board.said
            # Without its state file it knows from what the broker keeps.
            file.with_suffix(".rollout.json").unlink()
            run = Run(capsys, *own)
            assert run.code == 0 and json.loads(run.out)["left_out"] == {GATEWAY: "runs it already (0.1.1)"}
    finally:
        broker.stop()
