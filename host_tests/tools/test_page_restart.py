"""The page over restarts and files: a certificate, a restart, settings that only the next start could check."""

import json

import pytest
from browser import chromium, page_at
from certificates import Certificates
from needs import require_runtime

from lumbus.screenshots.box import Box

PASSWORD = "page-password"
SECRETS = {"version": 1, "web_password": PASSWORD}


@pytest.fixture(scope="module")
def box():
    require_runtime("micropython")
    with Box({}, SECRETS, speed=20) as box:
        box.wait()
        yield box


@pytest.fixture(scope="module")
def browser():
    with chromium() as browser:
        yield browser


def log_in(page) -> None:
    page.get_by_label("Password of this page").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()


def test_a_certificate_in_pem_is_on_the_board_in_der(box, browser, tmp_path):
    made = Certificates(tmp_path)
    made.make("server")
    with page_at(browser, box.url + "#settings") as page:
        log_in(page)
        page.get_by_label("Encrypted").check()
        chooser = page.get_by_label("Certificate of the broker's CA")
        chooser.set_input_files(tmp_path / "server.key")
        page.get_by_text("There is no certificate in this file.").wait_for()
        assert not (box.state / "ca.der").exists()
        chooser.set_input_files(tmp_path / "ca.pem")
        page.get_by_text("ca.pem is on the device").wait_for()
        assert (box.state / "ca.der").read_bytes() == (tmp_path / "ca.der").read_bytes()


def test_what_the_next_start_refused_is_shown_in_settings(box, browser):
    # As the page leaves it where there is no memory to check it at once.
    wrong = json.loads((box.state / "config.json").read_text())
    wrong["meters"][0]["poll_s"] = 0
    (box.state / "secrets.json.try").write_text(json.dumps(SECRETS))
    (box.state / "config.json.try").write_text(json.dumps(wrong))
    with page_at(browser, box.url + "#device", expected=(401,)) as page:
        log_in(page)
        starts = box.starts
        page.get_by_role("button", name="Restart").click()
        page.get_by_role("dialog").get_by_role("button", name="Cancel").click()
        assert page.get_by_role("heading", name="Device", level=1).is_visible()
        page.get_by_role("button", name="Restart").click()
        page.get_by_role("dialog").get_by_role("button", name="Restart").click()
        page.get_by_role("heading", name="Starting again").wait_for()
        log_in(page)
        assert box.starts == starts + 1
        page.get_by_role("navigation").get_by_role("link", name="Settings").click()
        page.get_by_role("alert").get_by_text("One thing is not right yet").wait_for()
        assert page.get_by_label("Time between readings", exact=True).get_attribute("aria-invalid") == "true"
        assert box.written("config.json")["meters"][0]["poll_s"] == 1
