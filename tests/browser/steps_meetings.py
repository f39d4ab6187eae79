"""Meetings and their minutes on the pages: called, held, written, distributed, confirmed; or marked as not held."""

import re
from datetime import datetime

from django.urls import reverse
from playwright.sync_api import Locator, Page, expect

from collab.samples.files import Sample
from tests.browser.office import fill, open_tab, send, submit
from tests.browser.steps_goal import open_project
from tests.browser.walker import HERE

SAVED = re.compile("已保存")


def call_meeting(page: Page, sample: Sample, kind: str, title: str, starts: datetime, ends: datetime, recorder: str) -> None:
    """From the project's meetings; who comes is as usual for the kind."""
    starts, ends = starts.astimezone(HERE), ends.astimezone(HERE)
    open_project(page, sample)
    open_tab(page, "会议")
    page.get_by_role("link", name="召集会议").click()
    form = page.locator("main form")
    fill(
        form, kind=kind, title=title, day=starts.date().isoformat(), begins=f"{starts:%H:%M}", until=f"{ends:%H:%M}",
        place="三楼会议室", recorder=recorder,
    )  # fmt: skip
    submit(page, form.get_by_role("button", name="发出会议通知"))


def open_meeting(page: Page, title: str, day: datetime) -> None:
    """From all my meetings to the one of a day."""
    page.goto(reverse("meetings"))
    lines = page.locator(".meeting-line").filter(has=page.locator(f'time[datetime^="{day.astimezone(HERE):%Y-%m-%d}"]'))
    lines.get_by_role("link", name=title, exact=True).first.click()
    expect(page.locator(".meeting-title")).to_contain_text(title)


def end_meeting(page: Page) -> None:
    """One button: the meeting is over, the 24 hours begin."""
    submit(page, page.get_by_role("button", name="会议结束"))
    expect(page.locator(".minutes-bar")).to_be_visible()


def all_are_here(page: Page) -> None:
    """Attendance by one click."""
    send(page, page.locator("#attendance").get_by_role("button"))


def write(page: Page, place: Locator, text: str) -> None:
    """Type into a field that saves itself."""
    with page.expect_response(lambda answer: answer.request.method == "POST") as said:
        place.locator("textarea").press_sequentially(text)
    assert said.value.status < 400
    expect(place.locator(".save-state")).to_have_text(SAVED)


def write_summary(page: Page, text: str) -> None:
    write(page, page.locator("#summary"), text)


def write_items(page: Page, notes: list[str]) -> None:
    """A line on each of the first items of the agenda."""
    for number, text in enumerate(notes):
        write(page, page.locator("section[id^=item-]").nth(number), text)


def add_resolution(page: Page, text: str) -> None:
    form = page.locator("#resolutions form.add-line")
    fill(form, text=text)
    send(page, form.get_by_role("button", name="决议"))
    expect(page.locator("#resolutions")).to_contain_text(text)


def add_action(page: Page, text: str, owner: str, due: str) -> None:
    form = page.locator("#actions form.add-line")
    fill(form, text=text, owner=owner, due_on=due)
    send(page, form.get_by_role("button", name="行动项"))
    expect(page.locator("#actions")).to_contain_text(text)


def open_minutes(page: Page, title: str, day: datetime) -> None:
    """From the meeting to what was written of it."""
    open_meeting(page, title, day)
    page.get_by_role("link", name=re.compile("撰写纪要|阅读纪要|写纪要")).first.click()


def publish(page: Page) -> None:
    """From the minutes being written: who gets them is shown, then they go out."""
    page.locator(".minutes-bar").get_by_role("link", name="分发").click()
    submit(page, page.get_by_role("button", name="立即分发"))
    expect(page.locator("#readers")).to_be_visible()


def confirm_on_desk(page: Page, title: str) -> None:
    """One click on My desk."""
    page.goto("/")
    row = page.locator("#desk-confirm .desk-row", has=page.get_by_role("link", name=re.compile(title)))
    send(page, row.get_by_role("button", name="确认"))
    expect(row).to_contain_text("已确认")


def mark_not_held(page: Page, title: str, day: datetime, reason: str) -> None:
    """The meeting was not needed: said with a reason, its clock stops."""
    open_meeting(page, title, day)
    page.locator(".more-panel summary").click()
    form = page.locator(".more-panel form")
    fill(form, reason=reason)
    submit(page, form.get_by_role("button", name="标记为未召开"))
    expect(page.locator(".meeting-now")).to_contain_text("未召开")
