"""The memorandum on the pages: drafted in clauses, opened, signed with the password, in force."""

import re

from playwright.sync_api import Page, expect

from collab.samples.files import Sample, TaskLine
from collab.samples.people import PASSWORD
from tests.browser.office import fill, open_tab, send, submit
from tests.browser.steps_goal import open_project


def open_memorandum(page: Page, sample: Sample) -> None:
    """The memorandum's tab of the project."""
    open_project(page, sample)
    open_tab(page, "启动与备忘录")


def draft(page: Page, number: str) -> None:
    """Begun with the organisation's number; clauses are prefilled from the flow."""
    form = page.locator("main form.form-short")
    fill(form, number=number)
    submit(page, form.get_by_role("button", name="起草备忘录"))
    expect(page.locator(".memorandum-number")).to_have_text(number)


def write_clauses(page: Page, sample: Sample, lines: list[TaskLine]) -> None:
    """One clause per task: the prefilled clause of its node is taken over, the others are added."""
    names = {node.id: node.name for node in sample.nodes}
    prefilled = {(node.id, node.dept) for node in sample.nodes}
    for line in lines:
        if (line.node, line.dept) in prefilled:
            prefilled.discard((line.node, line.dept))
            row = page.locator(".clause-row").filter(has_text=f"{names[line.node]}：")
            row.get_by_role("link", name=re.compile("编辑")).click()
        else:
            page.get_by_role("link", name="新增条款").click()
        form = page.locator("#clause-form")
        fill(
            form, department=line.dept, text=line.name, deliverable=line.deliverable, quantity=line.qty, unit=line.unit,
            handed_to=sample.handed_to(line), starts_on=line.start.isoformat(), due_on=line.due.isoformat(),
            standard=line.quality, node=names[line.node],
        )  # fmt: skip
        send(page, form.get_by_role("button", name="保存"))
        expect(page.locator("#clauses")).to_contain_text(line.name)


def open_for_signature(page: Page) -> None:
    """Frozen as it stands; all heads are asked."""
    submit(page, page.locator("#open").get_by_role("button", name=re.compile("签署")))
    expect(page.locator(".memorandum-head")).to_contain_text("签署中")


def sign_from_desk(page: Page, title: str, remark: str = "") -> None:
    """A head opens the request on My desk, reads, enters the password, signs."""
    page.goto("/")
    page.locator("#desk-sign").get_by_role("link", name=re.compile(title)).first.click()
    if "/sign/" not in page.url:
        page.get_by_role("link", name="签署或提出异议").click()
    expect(page.locator("#commits")).to_be_visible()
    form = page.locator("#sign form").first
    fill(form, remark=remark, password=PASSWORD)
    submit(page, form.get_by_role("button", name="签署"))
    expect(page.locator("#slots .is-signed", has_text=_name(page))).to_be_visible()


def _name(page: Page) -> str:
    return page.locator(".bar-name").inner_text()
