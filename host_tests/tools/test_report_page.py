"""The report's page in a browser: alone, for everybody, on every screen and on paper."""

import re

import pytest
from browser import chromium, page_at, too_wide, unfit
from reportworld import HOUR, MeterWorld, fill, street

from lumbus.cli import main
from lumbus.report import charts, draw

# What a broker's messages may have in them.
_HOSTILE = "<img src=x onerror=alert(1)>$&"


@pytest.fixture(scope="module")
def browser():
    with chromium() as started:
        yield started


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    folder = tmp_path_factory.mktemp("report")
    path = str(folder / "some.db")
    meters = street(3)
    meters[0].gateway = _HOSTILE
    fill(path, meters)
    out = folder / "page.html"
    assert main(["report", path, "--out", str(out), "--timezone", "Europe/Berlin", "--title", "House <1>"]) == 0
    return out


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """Everything that a page can have, once: what axe looks at takes its time."""
    folder = tmp_path_factory.mktemp("small")
    path = str(folder / "some.db")
    everything = street(3)[2]
    everything.blind = [(50 * HOUR, 60 * HOUR)]
    fill(path, [everything, MeterWorld("16250499ad320102", days=3, every=3600)])
    out = folder / "page.html"
    assert main(["report", path, "--out", str(out), "--timezone", "Europe/Berlin", "--by", "day", "--top", "1"]) == 0
    return out


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_everybody_can_read_it(browser, small, width, scheme):
    with page_at(browser, small.as_uri(), width, color_scheme=scheme) as page:
        page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
        assert unfit(page) == []


_HEIGHTS = """[...document.querySelectorAll('figure text')].filter(each => each.checkVisibility())
    .map(each => each.getBoundingClientRect().height)"""


@pytest.mark.parametrize("width", [1280, 390])
def test_it_fits_any_screen(browser, file, width):
    with page_at(browser, file.as_uri(), width) as page:
        # Requests and errors are watched by page_at.
        assert page.title() == "House <1>"
        page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
        assert too_wide(page) == 0
        assert page.locator("figure svg:visible").count() == 2 + 3 * 4
        assert min(page.evaluate(_HEIGHTS)) >= 9


def test_it_asks_for_nothing_and_runs_nothing(file):
    text = file.read_text()
    assert "<script" not in text and "<img" not in text and "<link" not in text
    assert "default-src 'none'" in text
    # Names of XML's vocabularies are no requests.
    found = {each for each in re.findall(r"https?://[^\"' )]+", text) if not each.startswith("http://www.w3.org/")}
    assert found == set()
    assert "&lt;img src=x onerror=alert(1)&gt;$&amp;" in text


def test_each_picture_is_told_in_words_and_in_numbers(browser, file):
    with page_at(browser, file.as_uri()) as page:
        section = page.locator("section.meter").nth(1)
        words = section.locator("svg.wide").evaluate_all("all => all.map(each => each.getAttribute('aria-label'))")
        assert words[0].startswith("Bars: ") and "kWh imported in all" in words[0] and "; most in 2026-11-" in words[0]
        assert "Pulses missing" in "".join(page.locator("svg.wide").evaluate_all("a => a.map(e => e.ariaLabel)"))
        assert page.locator("figure").count() == page.locator("figure + details table").count()
        told = page.locator("section.meter tfoot td").first.text_content() or ""
        rows = page.locator("section.meter details").first.locator("tbody tr td:nth-child(2)").all_text_contents()
        assert sum(int(row.replace(".", "")) for row in rows) == int(told.replace(".", ""))
        assert len(rows) == 72


def test_on_paper_the_numbers_are_there_and_the_colours_light(browser, file):
    with page_at(browser, file.as_uri(), color_scheme="dark") as page:
        page.emulate_media(media="print", color_scheme="dark")
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
        assert page.locator("section.meter tfoot").first.bounding_box()["height"] > 5
        assert not page.locator("svg.narrow").first.is_visible()


def test_of_very_many_meters_the_worst_are_shown(browser, tmp_path):
    path = str(tmp_path / "many.db")
    calm = [MeterWorld(f"{number:08d}ad320102", f"{number // 40:012x}", days=1, every=7200) for number in range(1000)]
    calm[613].blind = [(0, 86400)]
    fill(path, calm)
    out = tmp_path / "many.html"
    assert main(["report", path, "--out", str(out), "--top", "2", "--timezone", "UTC"]) == 0
    assert out.stat().st_size < 700_000
    with page_at(browser, out.as_uri()) as page:
        assert page.locator("section.meter").count() == 2
        assert page.locator("table.stack tbody tr").count() == 200
        first = page.locator("table.stack tbody tr").first.inner_text()
        assert "00000613" in first and "Pulses missing" in first
        assert "The 200 meters that need most attention of 1\u202f000 meters." in page.inner_text("#all")
        assert page.locator("section.meter h2").first.inner_text() == "Meter 00000613"


def test_small_numbers_at_an_axis_keep_their_digits():
    made = draw.figure(lambda axes, width: charts.amounts(axes, width, [("one", 0.01)]), draw.WIDE, 100)
    text = draw.svg(made, "one")
    draw.closed(made)
    assert ">0.004<" in text
    # Where something lies is told to a hundredth of a point.
    assert not re.search(r'="[^"]*\d\.\d{3}', text)
