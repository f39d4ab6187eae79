"""Every page, in both languages: axe finds nothing, and on a phone nothing is wider than the screen."""

import pytest
from django.conf import settings
from django.test import Client
from django.urls import resolve, reverse
from playwright.sync_api import Browser, Page, expect

from people.models import User
from tests.browser.loaded import HEAD, NO_PAGES, NOBODY, Loaded, Seen, names_of_pages
from tests.browser.office import BUSY, Office

pytestmark = pytest.mark.browser
AXE = settings.BASE_DIR / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]
DESK, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}


class Findings:
    """What was found on the pages in one language."""

    def __init__(self) -> None:
        self.axe: list[str] = []
        self.wide: list[str] = []

    def look(self, page: Page, seen: Seen, url: str) -> None:
        page.set_viewport_size(DESK)  # type: ignore[arg-type]
        page.goto(url + seen.url)
        expect(page.locator(BUSY)).to_have_count(0)  # what the page fetches for itself has come
        page.evaluate(AXE.read_text(encoding="utf-8"))  # by the driver: the pages' own policy lets no such script in
        found = page.evaluate("rules => axe.run(document, {runOnly: rules, resultTypes: ['violations']})", RULES)
        for rule in found["violations"]:
            places = [node["html"][:160] for node in rule["nodes"][:3]]
            self.axe.append(f"{seen}: {rule['id']} × {len(rule['nodes'])}: {places}")
        page.set_viewport_size(PHONE)  # type: ignore[arg-type]
        width = page.evaluate("document.documentElement.scrollWidth")
        if width > PHONE["width"]:
            self.wide.append(f"{seen}: {width} px")


@pytest.fixture(scope="module", params=["zh-hans", "en"])
def found(request: pytest.FixtureRequest, loaded: Loaded, desks: Office, browser: Browser) -> Findings:
    """All pages, visited once in a language; light in Chinese, dark in English."""
    language, scheme = request.param, "light" if request.param == "zh-hans" else "dark"
    User.objects.update(language=language)
    findings = Findings()
    window = browser.new_context(viewport=DESK, locale="zh-CN", color_scheme=scheme)  # type: ignore[arg-type]
    window.add_cookies([{"name": settings.LANGUAGE_COOKIE_NAME, "value": language, "url": desks.url}])
    strangers = window.new_page()
    for seen in loaded.pages():
        page = strangers if seen.who == NOBODY else desks.page(seen.who)
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]  # nothing half faded in
        findings.look(page, seen, desks.url)
    window.close()
    return findings


def test_axe_finds_nothing_on_any_page(found: Findings) -> None:
    assert found.axe == []


def test_no_page_is_wider_than_a_phone(found: Findings) -> None:
    assert found.wide == []


def test_every_address_that_shows_a_page_is_among_them(loaded: Loaded) -> None:
    visited = {resolve(seen.url.split("?")[0]).url_name for seen in loaded.pages() if seen.url != "/nothing/"}
    client = Client()
    client.force_login(User.objects.get(name=HEAD))
    missing = [
        name
        for name, args in names_of_pages()
        if name not in visited | NO_PAGES and client.get(reverse(name, kwargs=args)).status_code != 405
    ]
    assert missing == [], "show them in tests/browser/loaded.py, or name them in its NO_PAGES"
