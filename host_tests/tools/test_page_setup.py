"""From a board that nobody has set up to the first reading that agrees, through the page only, in a real browser.

The firmware runs under MicroPython; the meter, its light and the radio are simulated, the broker is an embedded one.
"""

import pytest
from browser import chromium, page_at, tab_to, too_wide, unfit
from needs import require_runtime

from lumbus.screenshots.box import ADDRESS, Box

NETWORKS = {"home": "home-secret", "guests": None, "cellar": "other-secret"}


@pytest.fixture(scope="module")
def browser():
    require_runtime("micropython")
    with chromium() as browser:
        yield browser


def test_a_board_is_set_up_by_the_page_until_the_first_reading_agrees(browser):
    with Box(networks=NETWORKS, speed=20) as box, page_at(browser, box.wait(), 390, expected=(503,)) as page:
        page.get_by_role("heading", name="Choose the Wi-Fi").wait_for()
        assert too_wide(page) == 0 and unfit(page) == []
        # A short password is told before anything is sent.
        page.get_by_label("home").check()
        page.get_by_label("Password of home", exact=True).fill("short")
        page.get_by_role("button", name="Continue").click()
        assert page.get_by_role("alert").evaluate("node => node === document.activeElement")
        assert "5 characters" in page.get_by_role("alert").inner_text()
        # One that is long enough and wrong is the network's to refuse.
        page.get_by_label("Password of home", exact=True).fill("wrong-secret")
        page.get_by_role("button", name="Continue").click()

        page.get_by_role("heading", name="Where readings are sent").wait_for()
        page.get_by_label("Name or address").fill("127.0.0.1")
        page.get_by_label("Port").fill(str(box.broker.front_port))
        page.get_by_label("Encrypted").uncheck()
        assert too_wide(page) == 0 and unfit(page) == []
        page.get_by_role("button", name="Continue").click()

        page.get_by_role("heading", name="Find the meters").wait_for()
        page.get_by_label("Baud rate").select_option("2400 baud")
        page.get_by_role("button", name="Search the bus").click()
        page.get_by_label(f"Address {ADDRESS}").check()
        page.get_by_label("Time between readings", exact=True).fill("1")
        assert page.get_by_label("Profile").evaluate("node => node.selectedOptions[0].text") == "m1pro40"
        assert too_wide(page) == 0 and unfit(page) == []
        page.get_by_role("button", name="Continue").click()

        page.get_by_role("heading", name="A password for this page").wait_for()
        page.get_by_label("Password", exact=True).fill("page-password")
        page.get_by_label("The same again", exact=True).fill("page-password")
        page.get_by_role("button", name="Continue").click()
        page.get_by_role("heading", name="Check and save").wait_for()
        page.get_by_role("button", name="Save and start").click()
        page.get_by_role("heading", name="Starting again").wait_for()

        page.get_by_text("Its password is most likely wrong.").first.wait_for()
        assert page.get_by_role("heading", name="Commissioning").is_visible()
        assert too_wide(page) == 0 and unfit(page) == []
        page.get_by_label("Its password", exact=True).fill("home-secret")
        page.get_by_role("button", name="Save and try again").click()

        page.get_by_text("Done: the first reading agrees").wait_for()
        page.get_by_text("joined home").wait_for()
        assert box.written("secrets.json")["wifi"] == {"home": "home-secret"}
        assert box.written("config.json")["meters"] == [
            {"address": ADDRESS, "profile": "m1pro40", "light": 0, "poll_s": 1}
        ]
        for secret in ("home-secret", "wrong-secret", "page-password"):
            assert secret not in page.content() and secret not in box.said()


def test_set_up_needs_no_mouse(browser):
    with Box(networks={"home": "home-secret"}, speed=20) as box, page_at(browser, box.wait()) as page:
        keys = page.keyboard

        def enter(label: str, text: str) -> None:
            tab_to(page, page.get_by_label(label, exact=True))
            keys.type(text)

        def go_on(button: str = "Continue") -> None:
            tab_to(page, page.get_by_role("button", name=button))
            keys.press("Enter")

        page.get_by_text("1 network is heard").wait_for()
        keys.press("Tab")
        assert page.get_by_role("link", name="Skip").evaluate("node => node === document.activeElement")
        tab_to(page, page.get_by_label("home"))
        keys.press("Space")
        enter("Password of home", "home-secret")
        keys.press("Enter")

        # Each step begins at its heading.
        heading = page.get_by_role("heading", name="Where readings are sent")
        heading.wait_for()
        assert heading.evaluate("node => node === document.activeElement")
        enter("Name or address of the MQTT broker", "127.0.0.1")
        enter("Port", str(box.broker.front_port))
        tab_to(page, page.get_by_label("Encrypted"))
        keys.press("Space")
        go_on()

        page.get_by_role("heading", name="Find the meters").wait_for()
        tab_to(page, page.get_by_label("Baud rate"))
        keys.type("2400")
        go_on("Search the bus")
        tab_to(page, page.get_by_label(f"Address {ADDRESS}"))
        keys.press("Space")
        tab_to(page, page.get_by_label("Direction of energy"))
        keys.type("Import only")
        go_on()

        page.get_by_role("heading", name="A password for this page").wait_for()
        enter("Password", "page-password")
        enter("The same again", "page-password")
        go_on()
        go_on("Save and start")
        page.get_by_role("heading", name="Starting again").wait_for()
        assert box.written("config.json")["meters"] == [
            {"address": ADDRESS, "profile": "m1pro40", "light": 0, "energy": "import"}
        ]
