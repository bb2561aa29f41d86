"""The library's package.json: complete, and installed by MicroPython's own mip from a web server on loopback."""

import functools
import http.server
import json
import os
import subprocess
import threading

import pytest
from needs import require_runtime

from lumbus.paths import LIB
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


@pytest.mark.parametrize("package", PACKAGES)
def test_every_file_of_the_package_is_named(package):
    listed = json.loads((LIB / package / "package.json").read_text())["urls"]
    assert listed == [[f"{package}/{file.name}", file.name] for file in sorted((LIB / package).glob("*.py"))]


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
