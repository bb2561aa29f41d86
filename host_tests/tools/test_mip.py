"""Every package.json is complete, and MicroPython's own mip installs what it names, from a web server on loopback."""

import functools
import http.server
import json
import os
import subprocess
import threading

import pytest
from needs import require_runtime

from lumbus.packages import packages, text
from lumbus.paths import BOARD, FIRMWARE, LIB, ROOT, UMQTT
from lumbus.runtime import command

PACKAGES = sorted(file.parent.name for file in LIB.glob("*/package.json"))

SCRIPT = """
import mip
mip.install("http://127.0.0.1:{port}/{package}/package.json", target="{target}")
"""

USE = """
import sys
from mbus.parse import parse_frame
from mbus.master import Master
from mbus.telegram import Telegram
from mbus.value import text
import mbus_service.search, mbus_service.settings
raw = bytes.fromhex("{telegram}")
print([text(record)[0] for record in Telegram(parse_frame(raw))][0])
"""


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format, *args):
        pass


@pytest.fixture
def server():
    handler = functools.partial(Quiet, directory=str(LIB))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as httpd:
        thread = threading.Thread(target=httpd.serve_forever)
        thread.start()
        yield httpd.server_address[1]
        httpd.shutdown()
        thread.join()


def test_there_is_a_package():
    assert PACKAGES == ["mbus", "mbus_service"]


@pytest.mark.parametrize("file", packages(), ids=lambda file: str(file.relative_to(ROOT)))
def test_every_file_of_the_package_is_named(file):
    assert file.read_text() == text(packages()[file]), "python -m lumbus.packages writes them anew"


def test_mip_installs_what_can_be_used(server, tmp_path):
    require_runtime("micropython")
    target = tmp_path / "lib"
    for package in PACKAGES:
        script = tmp_path / "install.py"
        script.write_text(SCRIPT.format(port=server, package=package, target=target))
        subprocess.run(command("micropython", str(script), "2m"), check=True, capture_output=True, timeout=60)
        wanted = {file.name for file in (LIB / package).glob("*.py")}
        assert {file.name for file in (target / package).iterdir()} == wanted
    telegram = "".join((LIB.parent / "host_tests/telegrams/one-phase-import-export.hex").read_text().split())
    script = tmp_path / "use.py"
    script.write_text(USE.format(telegram=telegram))
    env = {**os.environ, "MICROPYPATH": f"{target}:.frozen"}
    run = subprocess.run(command("micropython", str(script), "2m"), env=env, capture_output=True, text=True, timeout=60)
    assert run.stderr == "" and run.stdout.strip().replace(".", "").isdigit()


APPLICATION = """
import mip
for path in ("firmware", "board/common", "board/esp32"):
    mip.install("http://127.0.0.1:{port}/%s/package.json" % path, target="{target}", index="http://127.0.0.1:{port}/index")
mip.install("http://127.0.0.1:{port}/lib/mbus/package.json", target="{target}/lib")
"""


class Index(Quiet):
    """The rooms, and an index that has umqtt."""

    def translate_path(self, path):
        if path == "/index/umqtt/simple.py":
            return str(UMQTT / "umqtt" / "simple.py")
        return super().translate_path(path)

    def do_GET(self):
        if not self.path.startswith("/index/package/"):
            super().do_GET()
            return
        source = f"http://127.0.0.1:{self.server.server_address[1]}/index/umqtt/simple.py"
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps({"v": 1, "version": "1", "urls": [["umqtt/simple.py", source]]}).encode())


def test_mip_installs_the_whole_application(tmp_path):
    require_runtime("micropython")
    target = tmp_path / "board"
    script = tmp_path / "install.py"
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Index, directory=str(ROOT))) as httpd:
        thread = threading.Thread(target=httpd.serve_forever)
        thread.start()
        script.write_text(APPLICATION.format(port=httpd.server_address[1], target=target))
        run = subprocess.run(command("micropython", str(script), "4m"), capture_output=True, text=True, timeout=120)
        httpd.shutdown()
        thread.join()
    assert run.returncode == 0 and run.stderr == "", run.stdout
    there = {str(file.relative_to(target)) for file in target.rglob("*") if file.is_file()}
    wanted = {"main.py", "umqtt/simple.py"}
    wanted |= {
        f"uplink/{file.relative_to(FIRMWARE / 'uplink')}"
        for file in (FIRMWARE / "uplink").rglob("*.*")
        if "__pycache__" not in str(file)
    }
    wanted |= {f"lib/mbus/{file.name}" for file in (LIB / "mbus").glob("*.py")}
    wanted |= {file.name for room in ("common", "esp32") for file in (BOARD / room).glob("*.py")}
    assert there - {path for path in there if path.startswith("pages/")} == wanted
