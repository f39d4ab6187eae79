"""The table in a browser: filter, keep, share, open by another person; cells changed in place; with and without script."""

import re
from collections.abc import Iterator

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect

from tests.browser.loaded import HEAD, LIAISON, Loaded
from tests.browser.office import BUSY, Office, send
from tracking.models import SavedView, Task

pytestmark = pytest.mark.browser
PHONE = {"width": 390, "height": 844}


def settled(page: Page) -> None:
    expect(page.locator(BUSY)).to_have_count(0)


@pytest.fixture
def table(loaded: Loaded, desks: Office) -> Page:
    """The liaison's table with everything in it."""
    page = desks.page(LIAISON)
    page.goto(reverse("table", args=[loaded.running.uid]) + "?all=1", wait_until="networkidle")
    return page


@pytest.fixture
def without_script(browser: Browser, desks: Office) -> Iterator[Page]:
    """The liaison's window where scripts do not run."""
    kept = desks.page(LIAISON).context.storage_state()
    window = browser.new_context(java_script_enabled=False, storage_state=kept, base_url=desks.url, locale="zh-CN")
    yield window.new_page()
    window.close()


def test_a_view_is_filtered_kept_shared_and_opened_by_somebody_else(loaded: Loaded, desks: Office, table: Page) -> None:
    table.fill("#filter-q", "华北")
    expect(table.locator("tr.task-row")).to_have_count(1)
    expect(table).to_have_url(re.compile(r"\?q=%E5%8D%8E%E5%8C%97$"))
    table.locator(".views-menu > summary").click()
    table.fill("#view-name", "华北铺货")
    table.locator(".view-new").get_by_label("共享给项目全员").check()
    settled(table)
    send(table, table.locator(".view-new button"))
    table.wait_for_url(re.compile(r"view="))
    view = SavedView.objects.get(name="华北铺货")
    assert (view.query, view.is_shared, view.layout) == ("q=%E5%8D%8E%E5%8C%97", True, "table")
    other = desks.page(HEAD)
    other.goto(reverse("board", args=[loaded.running.uid]) + "?all=1", wait_until="networkidle")
    other.locator(".views-menu > summary").click()
    other.locator(".view-name", has_text="华北铺货").click()
    other.wait_for_url(re.compile(r"/table/\?q=.*view="))
    expect(other.locator("tr.task-row")).to_have_count(1)
    expect(other.locator("#filter-q")).to_have_value("华北")


def test_each_chip_goes_by_one_click_and_back_brings_it_again(table: Page) -> None:
    everything = table.locator("tr.task-row").count()
    table.fill("#filter-q", "华北")
    expect(table.locator("tr.task-row")).to_have_count(1)
    table.locator(".filter-chip", has_text="华北").click()
    expect(table.locator("tr.task-row")).to_have_count(everything)
    expect(table.locator("#filter-q")).to_have_value("")
    table.go_back(wait_until="networkidle")
    expect(table.locator("tr.task-row")).to_have_count(1)
    expect(table.locator("#filter-q")).to_have_value("华北")


def test_a_cell_opens_by_enter_and_escape_leaves_it_as_it_was(loaded: Loaded, desks: Office) -> None:
    page = desks.page(HEAD)
    page.goto(reverse("table", args=[loaded.running.uid]) + "?q=华北", wait_until="networkidle")
    cell = page.locator("tr.task-row [data-cell=assignee]")
    before = cell.inner_text()
    cell.locator("a").focus()
    page.keyboard.press("Enter")
    expect(cell.locator("select")).to_be_focused()
    page.keyboard.press("Escape")
    expect(cell.locator("select")).to_have_count(0)
    settled(page)
    assert cell.inner_text() == before
    expect(cell.locator("a")).to_be_focused()


def test_the_assignee_is_changed_in_place(loaded: Loaded, desks: Office) -> None:
    page = desks.page(HEAD)
    page.goto(reverse("table", args=[loaded.running.uid]) + "?q=华北", wait_until="networkidle")
    cell = page.locator("tr.task-row [data-cell=assignee]")
    cell.locator("a").click()
    cell.locator("select").select_option(label="黎思齐 · 销售部")
    expect(cell).to_have_text("黎思齐")
    task = Task.objects.get(project=loaded.running, title__startswith="华北")
    assert task.assignee is not None
    assert task.assignee.name == "黎思齐"
    expect(page).to_have_url(re.compile(r"/table/\?q="))


def test_on_a_phone_the_filters_are_a_sheet_and_rows_are_cards(loaded: Loaded, table: Page) -> None:
    table.set_viewport_size(PHONE)  # type: ignore[arg-type]
    try:
        expect(table.locator("#filter-department")).not_to_be_visible()
        table.locator("label.filter-toggle").click()
        expect(table.locator("#filter-department")).to_be_visible()
        table.get_by_label("进行中").check()
        settled(table)
        expect(table).to_have_url(re.compile("status=in_progress"))
        table.locator(".filter-close button").click()
        expect(table.locator("#filter-department")).not_to_be_visible()
        assert table.evaluate("document.documentElement.scrollWidth <= innerWidth")
    finally:
        table.set_viewport_size({"width": 1440, "height": 900})


def test_without_script_filters_sorting_and_cells_still_work(loaded: Loaded, without_script: Page) -> None:
    page = without_script
    page.goto(reverse("table", args=[loaded.running.uid]) + "?all=1")
    page.fill("#filter-q", "华北")
    page.locator("noscript button, .filter-bar button[type=submit]").locator("visible=true").first.click()
    expect(page.locator("tr.task-row")).to_have_count(1)
    page.locator("thead a", has_text="截止").click()
    expect(page.locator("th[aria-sort=ascending]")).to_have_count(1)
    page.goto(reverse("saved_views", args=[loaded.running.uid]))
    expect(page.locator("#view-name")).to_be_visible()
