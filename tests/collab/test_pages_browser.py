"""Pages of the frame in a real browser: readable by everybody, at both widths, in both languages, light and dark."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect

from people.models import User
from people.services import set_department_head

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
People = dict[str, User]
AXE = settings.BASE_DIR / "node_modules" / "axe-core" / "axe.min.js"
SIZES = {"desk": (1440, 900), "phone": (390, 844)}


@pytest.fixture(autouse=True)
def _fresh_limits(transactional_db: None) -> None:
    cache.clear()


@pytest.fixture(params=[(size, scheme, language) for size, scheme, language in (
    ("desk", "light", "zh-hans"), ("phone", "dark", "zh-hans"), ("phone", "light", "en"), ("desk", "dark", "en"),
)], ids="-".join)  # fmt: skip
def seen_by(request: pytest.FixtureRequest, browser: Browser, live_server: Any) -> Iterator[tuple[Page, str]]:
    size, scheme, language = request.param
    width, height = SIZES[size]
    context = browser.new_context(
        viewport={"width": width, "height": height}, color_scheme=scheme, base_url=live_server.url, locale="zh-CN"
    )
    context.add_cookies([{"name": settings.LANGUAGE_COOKIE_NAME, "value": language, "url": live_server.url}])
    page = context.new_page()
    said: list[str] = []
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("console", lambda line: said.append(line.text) if "Content Security Policy" in line.text else None)
    yield page, language
    context.close()
    assert said == []


def sign_in(page: Page, name: str = "林书瑶") -> None:
    page.goto(reverse("account_login"))
    page.get_by_role("link", name=name).click()
    page.locator("#sign-in button").click()
    page.wait_for_url("**/")


def judge(page: Page) -> None:
    """Nothing that axe finds, and nothing wider than the screen."""
    page.evaluate(AXE.read_text(encoding="utf-8"))  # by the driver: the pages' own policy lets no such script in
    found = page.evaluate("axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa']})")
    wrong = [(rule["id"], [node["html"][:160] for node in rule["nodes"][:3]]) for rule in found["violations"]]
    assert wrong == [], page.url
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), page.url


def test_the_frames_pages_are_readable_by_everybody(seen_by: tuple[Page, str], people: People) -> None:
    page, language = seen_by
    User.objects.update(language=language)
    set_department_head(actor=None, department_uid=people["林书瑶"].department.uid, head=people["周以宁"])
    page.goto(reverse("account_login"))
    judge(page)
    sign_in(page)
    for url in ("/", reverse("notices"), reverse("me"), reverse("rights"), reverse("account_change_password"), "/nothing/"):
        page.goto(url)
        expect(page.locator("h1")).to_be_visible()
        judge(page)


def test_choosing_a_sample_person_and_one_click_signs_in(page: Page, live_server: Any, people: People) -> None:
    page.goto(live_server.url + reverse("account_login"))
    page.get_by_role("link", name="郭砚秋").click()
    expect(page.locator("[name=login]")).to_have_value("guoyanqiu")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("我的工作台")


def test_light_and_dark_follow_the_system_until_one_chooses(page: Page, live_server: Any, people: People) -> None:
    page.emulate_media(color_scheme="dark")
    page.goto(live_server.url + reverse("account_login"))
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    page.emulate_media(color_scheme="light")
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "light")
    page.locator("[data-theme-switch]").click()
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")


def test_the_language_switch_stays_on_the_page(page: Page, live_server: Any, people: People) -> None:
    page.goto(live_server.url + reverse("account_login"))
    page.get_by_role("button", name="Switch to English").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
