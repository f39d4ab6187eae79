"""The weekly card in a browser: ten figures in twelve actions by keyboard, a pasted column, and nothing typed is ever lost."""

from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from common import clock
from people.models import User
from projects.models import Party
from tests.browser.loaded import LIAISON, MOMENT, Loaded
from tests.browser.office import Office
from tracking.models import Task
from tracking.services import create_task

pytestmark = pytest.mark.browser
TEN, ACTIONS = 10, 12  # open the link, ten figures, save once
COUNT = """
addEventListener('pointerdown', event => event.isTrusted && window.acted('press'), true);
addEventListener('keydown', event => event.isTrusted && event.key === 'Enter' && window.acted('Enter'), true);
"""


@pytest.fixture(scope="module")
def ten(loaded: Loaded, desks: Office, django_db_blocker: Any) -> list[str]:
    """Ten more tasks of one liaison: their names as the sheet shows them."""
    with django_db_blocker.unblock(), clock.at(MOMENT):
        liaison = User.objects.get(name=LIAISON)
        department = Party.objects.get(project=loaded.running, liaison=liaison).department
        made = [
            create_task(
                actor=liaison, project_uid=loaded.running.uid, title=f"第{n + 1}批陈列", department=department, assignee=liaison,
                starts_on=MOMENT.date().replace(day=1), due_on=MOMENT.date().replace(day=31), target=40, unit="家",
                deliverable="陈列照片", standard="符合陈列图",
            )
            for n in range(TEN)
        ]  # fmt: skip
    return [row.title for row in made]


@pytest.fixture
def sheet(desks: Office, ten: list[str], loaded: Loaded) -> Page:
    """The liaison's page; what was done on it stands in `page.acted`."""
    page = desks.page(LIAISON)
    page.acted = []  # type: ignore[attr-defined]
    if not getattr(page, "tallied", False):
        page.expose_function("acted", lambda what: page.acted.append(what))  # type: ignore[attr-defined]
        page.add_init_script(COUNT)
        page.tallied = True  # type: ignore[attr-defined]
    page.goto(reverse("project_card", args=[loaded.running.uid]), wait_until="networkidle")
    return page


def done_of(titles: list[str]) -> list[int]:
    return [int(Task.objects.get(title=title).done) for title in titles]


def row(page: Page, title: str) -> Any:
    return page.locator(".sheet-row", has_text=title)


def test_what_was_typed_comes_back_after_the_page_was_left(sheet: Page, ten: list[str]) -> None:
    figure = row(sheet, ten[0]).locator("[data-figure]")
    figure.fill("7")
    row(sheet, ten[0]).locator("[data-field=note]").fill("等货")
    sheet.goto(reverse("desk"))
    sheet.go_back(wait_until="networkidle")
    expect(row(sheet, ten[0]).locator("[data-figure]")).to_have_value("7")
    expect(row(sheet, ten[0]).locator("[data-field=note]")).to_have_value("等货")
    row(sheet, ten[0]).locator("[data-figure]").fill("")
    row(sheet, ten[0]).locator("[data-field=note]").fill("")
    sheet.reload(wait_until="networkidle")
    expect(row(sheet, ten[0]).locator("[data-figure]")).to_have_value("")


def test_a_column_from_a_spreadsheet_fills_downwards(sheet: Page, ten: list[str]) -> None:
    sheet.evaluate(
        """([selector, text]) => {
            const field = document.querySelector(selector); field.focus();
            const data = new DataTransfer(); data.setData('text/plain', text);
            field.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));
        }""",
        ["[data-figure]", "3\n4\n5\n"],
    )
    values = [box.input_value() for box in sheet.locator("[data-figure]").all()[:4]]
    assert values == ["3", "4", "5", ""]
    expect(sheet.locator("[data-said]")).to_contain_text("3")
    for box in sheet.locator("[data-figure]").all()[:3]:
        box.fill("")


def test_ten_figures_by_keyboard_in_twelve_actions(sheet: Page, ten: list[str]) -> None:
    everything = sheet.locator("[data-figure]").count()
    actions = 1  # the link was opened
    first = row(sheet, ten[0]).locator("[data-figure]")
    expect(sheet.locator("[data-figure]").first).to_be_focused()
    if everything > TEN:  # others of the person's own stand there too: begin at the first of the ten
        first.focus()
    for n in range(TEN):
        sheet.keyboard.type(str(n + 1))
        sheet.keyboard.press("Enter")
    sheet.locator(".sheet-save").focus()
    with sheet.expect_response(lambda answer: answer.request.method == "POST") as said:
        sheet.keyboard.press("Enter")
    assert said.value.status == 200
    expect(sheet.locator(".sheet-row.is-saved")).to_have_count(TEN)
    assert done_of(ten) == list(range(1, TEN + 1))
    actions += len(sheet.acted)  # type: ignore[attr-defined]
    assert actions <= ACTIONS
    assert sheet.evaluate("localStorage.getItem(Object.keys(localStorage).find(key => key.startsWith('collab-card')))") == "{}"
