"""axe finds nothing on any page, in light and dark, wide and narrow; nothing runs off the side."""

import pytest

from tests.browser import papers
from tests.browser.conftest import AXE

pytestmark = pytest.mark.browser

OPEN = ["/sign-in", "/sign-in?code=x", "/docs", "/problems", "/problems/role"]
PAGES = [
    "/queue",
    "/queue?tab=wait",
    "/queue?q=nothing-fits",
    "/case",
    "/case?line=10",
    "/case?line=40",
    "/documents",
    "/documents?state=unread",
    "/documents?number=nothing-fits",
    "/document",
    "/job",
    "/rules",
]


def faults(page):
    page.evaluate(AXE.read_text())
    found = page.evaluate(
        "axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'], resultTypes: ['violations']})"
    )
    return [f"{v['id']}: {v['help']}: {[n['html'][:160] for n in v['nodes'][:3]]}" for v in found["violations"]]


def address(page, site, path):
    """`/case` and `/document` stand for the invoice that was printed, `/job` for the first upload."""
    if path.startswith("/case"):
        page.goto("/queue")
        link = page.locator(".case-row h2 a", has_text=papers.INVOICE).get_attribute("href")
        return path.replace("/case", link, 1)
    if path.startswith("/document") and not path.startswith("/documents"):
        page.goto("/documents?number=" + papers.INVOICE)
        return page.locator("tbody th a").first.get_attribute("href")
    return f"/jobs/{site.job}" if path == "/job" else path


def check_look(page, path):
    for scheme, width in (("light", 700), ("dark", 1440)):
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)
        page.goto(path)
        page.wait_for_load_state("networkidle")

        assert not faults(page), (path, scheme, width)
        for narrower in (width, 1024):
            page.set_viewport_size({"width": narrower, "height": 900})
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (path, narrower)


@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing(workbench, site, path):
    check_look(workbench, address(workbench, site, path))


@pytest.mark.parametrize("path", OPEN)
def test_axe_finds_nothing_before_signing_in(visit, path):
    check_look(visit, path)


@pytest.mark.parametrize("path", ["/queue", "/case", "/document", "/documents", "/rules"])
def test_pages_work_at_twice_the_size(workbench, site, path):
    """1280 wide at 200 % is 640 wide with everything twice as large."""
    found = address(workbench, site, path)
    workbench.set_viewport_size({"width": 640, "height": 450})
    workbench.goto(found)

    assert workbench.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("path", ["/queue", "/case", "/documents"])
def test_the_skip_link_leads_to_the_content(workbench, site, path):
    workbench.goto(address(workbench, site, path))
    workbench.keyboard.press("Tab")
    assert workbench.evaluate("document.activeElement.textContent") == "Skip to the content"

    workbench.keyboard.press("Enter")

    assert workbench.evaluate("document.activeElement.id") == "main"
