"""`lumbus cluster` and `lumbus accounts` as people type them."""

import json
import signal
import subprocess
import sys

import pytest
from mqttpublisher import Publisher
from needs import require_program
from taker import wait_until

from lumbus.cli import main
from lumbus.engines.program import listens

LIST = "collector:a\noperator:b\n020000000001:it's secret\n"


def started(*words: str) -> tuple[subprocess.Popen, dict]:
    command = [sys.executable, "-m", "lumbus", "cluster", *words, "--json"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout is not None
    line = process.stdout.readline()
    assert line, process.communicate()
    return process, json.loads(line)


def published(url: str) -> None:
    publisher = Publisher([int(url.rpartition(":")[2])], lambda n: "lumbus/v1/a/status", lambda n: b"{}", 5)
    publisher.start()
    publisher.finish(30)


def test_three_nodes_until_ctrl_c(tmp_path):
    require_program("nats-server")
    process, about = started("nats", "--folder", str(tmp_path / "all"))
    assert len(about["mqtt"]) == len(about["monitoring"]) == 3 and about["collect"].startswith("nats://127.0.0.1:")
    published(about["mqtt"][2])
    process.send_signal(signal.SIGINT)
    out, errors = process.communicate(timeout=60)
    assert (process.returncode, out) == (130, "") and errors.strip() == "lumbus cluster: interrupted"
    assert (tmp_path / "all" / "nats-3" / "store").is_dir()
    assert not any(listens(int(url.rpartition(":")[2])) for url in about["mqtt"] + about["monitoring"])


def test_a_mosquitto_for_some_seconds():
    require_program("mosquitto")
    process, about = started("mosquitto", "--seconds", "1")
    published(about["mqtt"][0])
    assert about["collect"] == about["mqtt"][0]
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 0, errors


def test_a_node_that_ends_by_itself_is_told(tmp_path):
    require_program("mosquitto")
    process, _ = started("mosquitto", "--folder", str(tmp_path))
    inside = [pid for pid in children(process.pid) if "mosquitto" in command_of(pid)]
    assert len(inside) == 1
    subprocess.run(["kill", "-9", str(inside[0])], check=True)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 1 and "has ended by itself" in errors


def test_nothing_is_left_where_we_are_killed(tmp_path):
    require_program("mosquitto")
    process, about = started("mosquitto", "--folder", str(tmp_path))
    process.kill()
    process.wait(20)
    wait_until(lambda: not listens(int(about["mqtt"][0].rpartition(":")[2])))


def children(pid: int) -> list[int]:
    with open(f"/proc/{pid}/task/{pid}/children") as file:
        return [int(each) for each in file.read().split()]


def command_of(pid: int) -> str:
    with open(f"/proc/{pid}/cmdline", "rb") as file:
        return file.read().decode()


def test_a_folder_that_cannot_be(capsys):
    require_program("mosquitto")
    assert main(["cluster", "mosquitto", "--folder", "/proc/none"]) == 2
    assert "/proc/none" in capsys.readouterr().err


def test_accounts_are_written(tmp_path, capsys):
    users = tmp_path / "users"
    users.write_text(LIST)
    assert main(["accounts", str(users), "--base", "site/one", "--no-discovery"]) == 0
    text = capsys.readouterr().out
    assert '"site.one.v1.020000000001.>"' in text and "it's secret" in text and '"homeassistant' not in text


@pytest.mark.parametrize(
    "text, more, words",
    [
        ("collector:a\n", (), "no operator"),
        (LIST, ("--base", "a+b"), "--base"),
        (LIST, ("--discovery-prefix", ""), "--discovery-prefix"),
        (LIST + "020000000001:secret\n", (), "line 4"),
        (None, (), "No such file"),
    ],
)
def test_accounts_that_cannot_be_written(tmp_path, capsys, text, more, words):
    users = tmp_path / "users"
    if text is not None:
        users.write_text(text)
    assert main(["accounts", str(users), *more]) == 2
    captured = capsys.readouterr()
    assert words in captured.err and not captured.out and "secret" not in captured.err
