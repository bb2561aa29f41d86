"""Chromium, and pages of it that note what a page must never do: errors on its console, requests to anywhere else."""

from contextlib import contextmanager
from urllib.parse import urlsplit

from needs import missing, require_program

_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# What a test waits for at the most, ms.
PATIENCE_MS = 30000


@contextmanager
def chromium():
    """A browser without a window; the test is skipped where there is none."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        missing("playwright is not installed")
        raise
    path = require_program("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, headless=True, args=_FLAGS)
        try:
            yield browser
        finally:
            browser.close()


class Watched:
    """What a page did that it should not: `faults`.  A status that the test expects is let pass."""

    def __init__(self, page, url: str, expected: tuple = ()):
        self.faults: list[str] = []
        self._own = urlsplit(url).netloc
        self._expected = expected
        page.on("pageerror", lambda error: self.faults.append(f"error: {error}"))
        page.on("console", self._said)
        page.on("request", self._asked)

    def _said(self, message) -> None:
        # The browser itself tells of each answer of 4xx, and of a device that is starting again.
        if message.type != "error" or "ERR_CONNECTION" in message.text or "ERR_EMPTY" in message.text:
            return
        if any(f"status of {status} " in message.text for status in self._expected):
            return
        self.faults.append(f"console: {message.text}")

    def _asked(self, request) -> None:
        parts = urlsplit(request.url)
        if parts.netloc != self._own:
            self.faults.append(f"asked for {request.url}")


@contextmanager
def page_at(browser, url: str, width: int = 1280, height: int = 844, expected: tuple = (), **options):
    """A page of its own in the browser, and no fault in it at the end; options: of Playwright's new_context."""
    context = browser.new_context(viewport={"width": width, "height": height}, **options)
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    watched = Watched(page, url, expected)
    try:
        page.goto(url)
        yield page
        assert watched.faults == []
    except BaseException:
        # What pytest shows of a failed test.
        print("the page:", page.inner_text("body"), *watched.faults, sep="\n")
        raise
    finally:
        context.close()


def too_wide(page) -> int:
    """By how many pixels it is wider than the screen."""
    return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")


def unfit(page) -> list[str]:
    """What axe finds that somebody with a keyboard, a screen reader or weak eyes could not use."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]})
    return [
        f"{violation['id']}: {violation['help']}: {node['html'][:120]}"
        for violation in found.response["violations"]
        for node in violation["nodes"]
    ]


def tab_to(page, wanted) -> None:
    """Press Tab until the wanted element has the focus."""
    wanted.wait_for()
    for _ in range(80):
        if wanted.evaluate("node => node === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{wanted} is not reached by the keyboard")
