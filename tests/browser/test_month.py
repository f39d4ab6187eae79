"""The calendar of meetings in a browser: drawn within the page's safety rules, by keyboard too; a list where no script runs."""

from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect

from tests.browser.loaded import HEAD, LIAISON, Loaded
from tests.browser.office import Office
from tests.browser.test_axe import AXE, RULES

pytestmark = pytest.mark.browser
PHONE = {"width": 390, "height": 800}


def opened(page: Page, url: str) -> list[str]:
    """Open the page; what the browser's console complains of, and what axe finds once it is drawn."""
    said: list[str] = []
    page.on("console", lambda line: said.append(line.text) if line.type == "error" else None)
    page.goto(url, wait_until="networkidle")
    return said


def axe(page: Page) -> list[str]:
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("rules => axe.run(document, {runOnly: rules, resultTypes: ['violations']})", RULES)
    return [f"{rule['id']} {[node['target'] for node in rule['nodes']][:3]}" for rule in found["violations"]]


def test_month_week_and_list_are_drawn_and_lead_to_the_meetings(desks: Office, loaded: Loaded) -> None:
    page = desks.page(LIAISON)
    complaints = opened(page, reverse("my_month"))
    expect(page.locator("#month-list")).to_be_hidden()
    expect(page.locator(".fc-daygrid-event", has_text="周例会").first).to_be_visible()
    assert axe(page) == []
    page.get_by_role("button", name="周", exact=True).click()
    expect(page.locator(".fc-timegrid-event").first).to_be_visible()
    assert axe(page) == []
    page.get_by_role("button", name="列表").click()
    expect(page.locator(".fc-list-event").first).to_be_visible()
    assert axe(page) == []
    link = page.locator(".fc-list-event-title a").first
    link.focus()
    link.press("Enter")
    expect(page.locator("h2.meeting-title")).to_be_visible()
    assert complaints == []


def test_the_month_stays_in_the_address_and_holidays_have_their_names(desks: Office, loaded: Loaded) -> None:
    page = desks.page(HEAD)
    opened(page, reverse("project_month", args=[loaded.running.uid]) + "?month=2026-09")
    page.locator(".fc-next-button").press("Enter")
    expect(page.locator(".fc-bg-event", has_text="国庆节").first).to_be_visible()
    assert page.url.endswith("?month=2026-10")


@pytest.mark.parametrize("way", ["phone", "no script"])
def test_on_a_phone_and_without_script_the_list_is_the_page(browser: Browser, desks: Office, loaded: Loaded, way: str) -> None:
    desks.page(LIAISON)
    kept: Any = desks.windows[LIAISON].storage_state()
    more: dict[str, Any] = {"viewport": PHONE} if way == "phone" else {"java_script_enabled": False}
    context = browser.new_context(locale="zh-CN", base_url=desks.url, storage_state=kept, **more)
    page = context.new_page()
    fetched: list[str] = []
    page.on("request", lambda request: fetched.append(request.url))
    page.goto(reverse("my_month"), wait_until="networkidle")
    expect(page.locator("#month-list a", has_text="周例会").first).to_be_visible()
    assert not [url for url in fetched if "fullcalendar" in url]
    context.close()
