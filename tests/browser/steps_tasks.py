"""Tasks, reports and risks on the pages: confirmed, split, reported, flagged, answered."""

import re

from playwright.sync_api import Locator, Page, expect

from collab.samples.files import Sample, TaskLine, TrackingLine
from tests.browser.office import fill, open_tab, send, submit
from tests.browser.steps_goal import open_project


def open_tasks(page: Page, sample: Sample, view: str = "任务清单") -> None:
    """The project's tasks: as a list, as the board, or the risk register."""
    open_project(page, sample)
    open_tab(page, "任务")
    if view != "任务清单":
        page.locator(".filter-line").get_by_role("link", name=view).click()


def confirm_on_desk(page: Page, line: TaskLine) -> None:
    """The liaison says yes to a task of the memorandum, in one click."""
    page.goto("/")
    row = page.locator("#desk-confirm .desk-row", has=page.get_by_role("link", name=line.name, exact=True))
    send(page, row.get_by_role("button", name="确认"))


def assign(page: Page, sample: Sample, line: TaskLine) -> None:
    """The liaison names who does it."""
    open_tasks(page, sample)
    page.locator("#task-tree").get_by_role("link", name=line.name, exact=True).click()
    form = page.locator("form", has=page.locator("select[name=assignee]"))
    fill(form, assignee=line.owner)
    submit(page, form.get_by_role("button", name="指派"))


def split(page: Page, sample: Sample, line: TaskLine, parts: list[TaskLine]) -> None:
    """The liaison divides a task by pasting rows; while typing the page says what is left, at the end that it adds up."""
    open_tasks(page, sample)
    row = page.locator("#task-tree tr.tree-row", has=page.get_by_role("link", name=line.name, exact=True))
    row.click(position={"x": 4, "y": 4})
    page.keyboard.press("p")
    form = page.locator("form.parts-form")
    rows = ["任务\t数量\t负责人\t开始\t截止"]
    rows += [f"{part.name}\t{part.qty}\t{part.owner}\t{part.start.isoformat()}\t{part.due.isoformat()}" for part in parts]
    form.locator("textarea").fill("\n".join(rows))
    expect(form.locator("#left-to-distribute")).to_contain_text("合计正好")
    send(page, form.get_by_role("button", name="个子任务"))
    for part in parts:
        expect(page.locator("#task-tree")).to_contain_text(part.name)


def report_on_desk(page: Page, said: list[tuple[TaskLine, str]]) -> None:
    """The new totals, each typed into its row of My desk and sent by one click."""
    page.goto("/")
    for line, done in said:
        row = page.locator("#desk-report .desk-row", has=page.get_by_role("link", name=line.name, exact=True))
        row.locator("[name=done]").fill(done)
        send(page, row.get_by_role("button", name="填报"))
        expect(row).to_contain_text("已填报")


def answer_on_desk(page: Page, line: TaskLine, row: TrackingLine, owner: str, due: str) -> None:
    """Cause, measure, owner and due date in one form on My desk."""
    page.goto("/")
    place = page.locator("#desk-answer .desk-row", has=page.get_by_role("link", name=re.compile(line.name)))
    place.get_by_role("link", name="原因与措施").click()
    fill(place.locator("form"), cause=row.cause, measure=row.measure, owner=owner, due_on=due)
    send(page, place.get_by_role("button", name="保存"))


def card(page: Page, line: TaskLine) -> Locator:
    """The card of a task on the board."""
    return page.locator(".task-card", has=page.get_by_role("link", name=line.name, exact=True))


def shows_figures(place: Locator, planned: str, actual: str, deviation: str) -> None:
    """Planned, actual and deviation stand there to the hundredth."""
    for figure in (f"计划 {planned}%", f"实际 {actual}%", f"偏差 {deviation}"):
        expect(place).to_contain_text(figure)
