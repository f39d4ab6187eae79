"""My desk by its rows: what is finished in place counts down, leads on to the next, and keeps no draft behind."""

from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from common import clock
from people.models import User
from projects.models import Party
from tests.browser.loaded import LIAISON, MOMENT, Loaded
from tests.browser.office import Office, send
from tracking.services import create_task, submit_task

pytestmark = pytest.mark.browser
RECEIVER = "周以宁"


@pytest.fixture(scope="module")
def waiting(loaded: Loaded, desks: Office, django_db_blocker: Any) -> list[str]:
    """Two tasks of the liaison to report on, and two deliverables handed to 市场部."""
    with django_db_blocker.unblock(), clock.at(MOMENT):
        liaison = User.objects.get(name=LIAISON)
        department = Party.objects.get(project=loaded.running, liaison=liaison).department
        market = Party.objects.get(project=loaded.running, liaison__name=RECEIVER).department
        made = [
            create_task(
                actor=liaison, project_uid=loaded.running.uid, title=title, department=department, assignee=liaison,
                starts_on=MOMENT.date().replace(day=1), due_on=MOMENT.date().replace(day=31), deliverable="照片",
                standard="齐全", handed_to=market if "批次" in title else None,
            )
            for title in ("橱窗陈列", "堆头陈列", "甲批次", "乙批次")
        ]  # fmt: skip
        for row in made[2:]:
            submit_task(actor=liaison, task_uid=row.uid, seen_version=row.version)
    return [row.title for row in made]


def test_a_finished_row_counts_down_and_leads_on_to_the_next(desks: Office, waiting: list[str]) -> None:
    page = desks.page(LIAISON)
    page.goto(reverse("desk"), wait_until="networkidle")
    total, todo = page.locator("#desk-report [data-total]"), page.locator("[data-todo]")
    before, all_before = int(total.inner_text()), int(todo.get_attribute("data-todo") or 0)
    row = page.locator("#desk-report .desk-row", has_text=waiting[0])
    row.locator("[name=note]").fill("周末已布置")
    row.locator("[name=done]").fill("20")
    send(page, row.get_by_role("button", name="填报"))
    expect(row).to_contain_text("已填报")
    expect(total).to_have_text(str(before - 1))
    expect(todo).to_contain_text(str(all_before - 1))
    following = page.locator("#desk-report .desk-row", has_text=waiting[1]).locator("[name=done]")
    if before == 2:
        expect(following).to_be_focused()
    kept = page.evaluate("Object.keys(localStorage).filter(key => key.includes('report-note'))")
    assert kept == []


def test_a_deliverable_is_accepted_by_one_click_and_returned_with_a_reason(desks: Office, waiting: list[str]) -> None:
    page = desks.page(RECEIVER)
    page.goto(reverse("desk"), wait_until="networkidle")
    first, second = (page.locator("#desk-confirm .desk-row", has_text=title) for title in waiting[2:])
    send(page, first.get_by_role("button", name="验收通过"))
    expect(first).to_contain_text("已验收")
    second.get_by_role("link", name="退回").click()
    expect(second.locator("[name=reason]")).to_be_focused()
    page.keyboard.type("缺两张照片")
    send(page, second.get_by_role("button", name="退回"))
    expect(second).to_contain_text("已退回")
    page = desks.page(LIAISON)
    page.goto(reverse("desk"), wait_until="networkidle")
    expect(page.locator("#desk-answer .desk-row", has_text=waiting[3])).to_contain_text("缺两张照片")
