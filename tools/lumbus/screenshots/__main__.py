"""Takes the docs' pictures of the local page: the firmware under MicroPython, in Chromium, as phone and desk see it.

    python -m lumbus.screenshots [FOLDER]        docs, where nothing is said

Needs Chromium, and the packages playwright and pillow (`pip install -e '.[test]'`). A font such as Roboto makes
them look as on a phone (Debian: fonts-roboto-unhinted).
"""

import io
import shutil
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

from ..paths import ROOT
from .box import ADDRESS, PROFILE, Box

NETWORKS = {"home": "home-secret", "workshop": "other-secret", "guests": None}
SECRETS = {
    "version": 1,
    "mqtt_password": "broker-secret",
    "web_password": "page-password",
    "wifi": {"home": "home-secret"},
}
CONFIG = {
    "wifi": [{"ssid": "home"}],
    "mqtt": {"host": "127.0.0.1", "tls": False, "user": "meter"},
    "gateway": "cellar",
    "meters": [{"profile": PROFILE, "address": ADDRESS, "poll_s": 5, "light": 0}],
}
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
FLAGS += ["--disable-component-update", "--disable-sync"]
PHONE = (390, 844)
DESK = (1280, 800)
_PATIENCE_MS = 40_000


def main() -> int:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs"
    chromium = shutil.which("chromium")
    if chromium is None:
        print("Chromium is not installed", file=sys.stderr)
        return 2
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        Camera(browser, folder).take_all()
        browser.close()
    return 0


class Camera:
    """`take_all` makes every picture."""

    def __init__(self, browser, folder: Path):
        self._browser = browser
        self._folder = folder

    def take_all(self) -> None:
        with Box(networks=NETWORKS) as box:
            self._set_up(box)
        with Box(CONFIG, SECRETS, NETWORKS, power_w="1840", is_new=True) as box:
            self._commission(box)
        with Box(CONFIG, SECRETS, NETWORKS, power_w="1840") as box:
            self._run(box)

    def _page(self, url: str, size: tuple[int, int], scheme: str = "light"):
        context = self._browser.new_context(
            viewport={"width": size[0], "height": size[1]}, color_scheme=scheme, reduced_motion="reduce"
        )
        context.set_default_timeout(_PATIENCE_MS)
        page = context.new_page()
        page.goto(url)
        return page

    def _keep(self, page, name: str) -> None:
        page.evaluate("document.activeElement.blur()")
        picture = Image.open(io.BytesIO(page.screenshot(full_page=True))).convert("RGB")
        target = self._folder / f"page-{name}.png"
        # Half the bytes, and no colour is off by what an eye could see.
        picture.quantize(256, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE).save(target, optimize=True)
        print(f"{target}: {target.stat().st_size} bytes")

    def _set_up(self, box: Box) -> None:
        page = self._page(box.wait(), PHONE)
        page.get_by_label("home").check()
        page.get_by_label("Password of home", exact=True).fill("home-secret")
        page.get_by_text("networks, the strongest first").wait_for()
        self._keep(page, "setup-390")
        page.context.close()

    def _log_in(self, page) -> None:
        page.get_by_label("Password of this page").fill(SECRETS["web_password"])
        page.get_by_role("button", name="Log in").click()

    def _commission(self, box: Box) -> None:
        page = self._page(box.wait(), PHONE)
        page.get_by_text("waiting for a first").or_(page.get_by_text("Learning")).first.wait_for()
        page.get_by_role("button", name="Aim for 2 minutes").click()
        page.locator(".quality", has_text="good").wait_for()
        self._keep(page, "commissioning-390")
        page.context.close()

    def _run(self, box: Box) -> None:
        box.wait()
        for name, size, scheme in (
            ("live-390", PHONE, "light"),
            ("live-1280", DESK, "light"),
            ("live-dark-1280", DESK, "dark"),
        ):
            page = self._page(box.url, size, scheme)
            self._log_in(page)
            page.get_by_text("Both agree", exact=True).wait_for()
            page.get_by_text("by register and light").first.wait_for()
            self._keep(page, name)
            page.context.close()
        page = self._page(box.url + "#settings", DESK)
        self._log_in(page)
        page.get_by_role("button", name="Save and restart").wait_for()
        self._keep(page, "settings-1280")
        page.context.close()


if __name__ == "__main__":
    sys.exit(main())
