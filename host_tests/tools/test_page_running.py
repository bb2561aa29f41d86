"""The page of a board that runs: log-in, live values, settings with faults, a phone's screen, fit for everybody."""

import time

import pytest
from browser import chromium, page_at, too_wide, unfit
from needs import require_runtime

from lumbus.screenshots.box import Box

PASSWORD = "page-password"
VIEWS = ("Live", "History", "Events", "Settings", "Device")
SECRETS = {"version": 1, "web_password": PASSWORD, "mqtt_password": "broker-secret"}


@pytest.fixture(scope="module")
def browser():
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def box():
    require_runtime("micropython")
    config = {"mqtt": {"host": "127.0.0.1", "tls": False, "user": "meter", "status_s": 5}}
    with Box(config, SECRETS, speed=20) as box:
        box.wait()
        yield box


@pytest.fixture(scope="module")
def session(box, browser):
    """The state of a browser that is logged in."""
    with page_at(browser, box.url) as page:
        log_in(page)
        return page.context.storage_state()


def log_in(page, password: str = PASSWORD) -> None:
    page.get_by_label("Password of this page").fill(password)
    page.get_by_role("button", name="Log in").click()
    page.get_by_role("heading", name="Live").wait_for()


def at(page, view: str) -> None:
    page.get_by_role("navigation").get_by_role("link", name=view).click()
    page.get_by_role("heading", name=view, level=1).wait_for()


def test_a_wrong_password_is_told_and_slowed_down_and_the_right_one_opens(box, browser):
    with page_at(browser, box.url, 390, expected=(403,)) as page:
        for _ in range(2):
            page.get_by_label("Password of this page").fill("not-the-password")
            page.get_by_role("button", name="Log in").click()
            page.get_by_role("button", name="Wait").wait_for()
            assert page.get_by_role("button", name="Wait").is_disabled()
            assert page.get_by_role("alert").inner_text()
            page.get_by_role("button", name="Log in").wait_for()
        log_in(page)
        assert page.get_by_role("navigation").is_visible()
        at(page, "Device")
        page.get_by_role("button", name="Log out").click()
        page.get_by_label("Password of this page").wait_for()
        assert not page.get_by_role("navigation").is_visible()


def test_values_are_live_and_as_the_firmware_tells_them(box, browser, session):
    with page_at(browser, box.url, storage_state=session) as page:
        page.get_by_text("Both agree", exact=True).wait_for()
        register = page.locator("dd.num").first
        first = register.inner_text()
        assert first.endswith("kWh") and len(first.split()[0].split(".")[1]) == 2
        page.wait_for_function("text => document.querySelector('dd.num').innerText !== text", arg=first)
        # The bus falls silent: the page says so by itself, and what to do.
        box.wire.silent_until_us = time.monotonic_ns() // 1000 + 60_000_000
        page.get_by_text("Is its address right").wait_for()
        box.wire.silent_until_us = 0
        page.get_by_text("Is its address right").wait_for(state="detached")
        page.get_by_text("Both agree", exact=True).wait_for()


def test_what_does_not_answer_is_said_and_tried_again(box, browser, session):
    with page_at(browser, box.url, storage_state=session) as page:
        page.get_by_text("Answering").wait_for()
        page.route("**/api/**", lambda route: route.abort("connectionrefused"))
        page.get_by_text("No answer, trying again").wait_for()
        page.unroute("**/api/**")
        page.get_by_text("Answering").wait_for()


def test_faults_in_settings_stand_at_their_fields_and_at_the_top(box, browser, session):
    with page_at(browser, box.url + "#settings", 390, expected=(422,), storage_state=session) as page:
        before = box.written("config.json")
        page.get_by_label("Time between readings", exact=True).fill("soon")
        page.get_by_label("Port", exact=True).fill("99999")
        page.get_by_role("button", name="Save and restart").click()
        summary = page.get_by_role("alert")
        summary.get_by_text("2 things are not right yet").wait_for()
        assert summary.evaluate("node => node === document.activeElement")
        assert page.get_by_label("Time between readings", exact=True).get_attribute("aria-invalid") == "true"
        assert "1...65535" in page.locator("[id='f-mqtt.port-wrong']").inner_text()
        summary.get_by_role("link", name="Port:").click()
        assert page.get_by_label("Port", exact=True).evaluate("node => node === document.activeElement")
        assert box.written("config.json") == before
        assert too_wide(page) == 0
        # A secret is never there, only whether it is set.
        assert page.get_by_text("Set.", exact=True).count() == 2
        for secret in (PASSWORD, "broker-secret"):
            assert secret not in page.content()


def test_settings_are_kept_and_the_board_starts_again_with_them(box, browser, session):
    with page_at(browser, box.url + "#settings", expected=(401,), storage_state=session) as page:
        page.get_by_label("Time between readings", exact=True).fill("2")
        page.get_by_label("Name of the device in the topics").fill("cellar")
        page.get_by_role("button", name="Save and restart").click()
        page.get_by_role("heading", name="Starting again").wait_for()
        # Sessions end with the start: log in anew.
        log_in(page)
        assert page.get_by_text("cellar").is_visible()
        kept = box.written("config.json")
        assert (kept["gateway"], kept["meters"][0]["poll_s"], kept["mqtt"]["port"]) == (
            "cellar",
            2,
            box.broker.front_port,
        )
        assert box.written("secrets.json") == SECRETS


@pytest.mark.parametrize("width, scheme", [(390, "light"), (390, "dark"), (1280, "light")])
def test_every_view_fits_its_screen_and_everybody(box, browser, width, scheme):
    # Logged in here: the start before ended the others' sessions.
    with page_at(browser, box.url, width, color_scheme=scheme) as page:
        assert unfit(page) == []
        log_in(page)
        page.get_by_text("Both agree", exact=True).wait_for()
        for view in VIEWS:
            at(page, view)
            page.locator("main .loading").first.wait_for(state="detached")
            assert too_wide(page) == 0, view
            assert unfit(page) == [], view


def test_a_busy_board_is_said_and_asked_again(box, browser):
    # As the firmware answers where there is no room for a call.
    busy = {"status": 503, "content_type": "application/json", "body": '{"error":"there is no memory for this now"}'}
    with page_at(browser, box.url, expected=(503,)) as page:
        log_in(page)
        page.route("**/api/state", lambda route: route.fulfill(**busy))
        page.get_by_text("Busy, trying again").wait_for()
        page.unroute("**/api/state")
        page.get_by_text("Answering").wait_for()
