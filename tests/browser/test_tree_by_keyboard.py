"""The whole tree by keyboard alone: make a task, split it by pasting, indent, order, edit, confirm; refusals go back."""

from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from people.models import User
from projects.models import Project
from tests.browser.office import BUSY, Office
from tests.tracking.conftest import project_in_execution
from tracking.models import Task

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def project(transactional_db: None, people: dict[str, User]) -> Project:
    return project_in_execution(people)


@pytest.fixture
def tree(project: Project, office: Office) -> Page:
    """The empty task list of the project, open before 许知夏."""
    page = office.page("许知夏")
    page.goto(reverse("project_tasks", args=[project.uid]))
    return page


def here(page: Page) -> tuple[str, str]:
    """The line that has the focus: its title and level."""
    found: Any = page.evaluate(
        "() => { const it = document.activeElement; return it.matches('tr.tree-row')"
        " ? [it.querySelector('.task-link').textContent, it.ariaLevel] : [it.tagName, it.name ?? ''] }"
    )
    return tuple(found)


def lines(page: Page) -> list[str]:
    """The lines in sight, indented by their level."""
    found: Any = page.evaluate(
        "() => [...document.querySelectorAll('tr.tree-row:not([hidden])')]"
        ".map((row) => '·'.repeat(row.ariaLevel - 1) + row.querySelector('.task-link').textContent)"
    )
    return list(found)


def settle(page: Page) -> None:
    """What was told to the server has been answered."""
    page.wait_for_timeout(350)  # moves are told together after a moment
    expect(page.locator(BUSY)).to_have_count(0)


def add(page: Page, text: str) -> None:
    """Enter opens a line, what is typed stands in it, Enter saves it."""
    page.keyboard.press("Enter")
    page.keyboard.type(text)
    page.keyboard.press("Enter")
    expect(page.locator("#new-line-row")).to_have_count(0)
    settle(page)


def test_a_breakdown_from_nothing_to_confirmed_by_keyboard_alone(tree: Page, project: Project) -> None:
    page, press = tree, tree.keyboard.press
    page.locator("#add-task").focus()
    press("Enter")
    page.keyboard.type("铺货100家门店 100家 许知夏 12月20日前")
    expect(page.locator("#new-said")).to_contain_text("100家")
    expect(page.locator("#new-said")).to_contain_text("许知夏")
    press("Enter")
    expect(page.locator("tr.tree-row")).to_have_count(1)
    settle(page)
    assert here(page) == ("铺货100家门店", "1")

    press("F2")  # edit in place
    expect(page.locator("[name=title]")).to_be_focused()
    for name, said in (("starts_on", "12月1日"), ("deliverable", "上架照片与签收单"), ("standard", "首批到货齐全")):
        page.locator(f"[name={name}]").focus()
        page.keyboard.type(said)
    press("Enter")
    expect(page.locator("form.line-form")).to_have_count(0)
    settle(page)
    assert here(page) == ("铺货100家门店", "1")

    press("p")  # divide it: the text is read while one types, the button says what lacks
    expect(page.locator(".parts-text")).to_be_focused()
    page.keyboard.type("华东 30 程子昂, 华南 25 黎思齐, 华北 40台")
    expect(page.locator(".parts-read .btn-primary")).to_contain_text("先改好 1 条")
    press("Control+Enter")
    settle(page)
    assert Task.objects.count() == 1
    expect(page.locator(".parts-text")).to_be_focused()
    press("Control+End")
    for _ in "40台":
        press("Backspace")
    page.keyboard.type("45")
    expect(page.locator("#left-to-distribute")).to_contain_text("合计正好")
    press("Control+Enter")
    expect(page.locator("tr.tree-row")).to_have_count(4)
    settle(page)
    assert here(page) == ("华东", "2")
    expect(page.locator("#tree-left")).to_contain_text("合计正好")

    press("ArrowDown")
    press("ArrowDown")
    add(page, "陈列布置 黎思齐")
    assert lines(page) == ["铺货100家门店", "·华东", "·华南", "·华北", "·陈列布置"]
    press("Tab")  # indent, focus stays
    settle(page)
    assert here(page) == ("陈列布置", "3")
    press("Shift+Tab")
    press("Alt+ArrowUp")
    press("Alt+ArrowUp")
    settle(page)
    assert here(page) == ("陈列布置", "2")
    assert lines(page) == ["铺货100家门店", "·华东", "·陈列布置", "·华南", "·华北"]
    whole = Task.objects.get(title="铺货100家门店")
    assert [row.title for row in whole.children.order_by("rank")] == ["华东", "陈列布置", "华南", "华北"]

    press("Home")
    press("ArrowLeft")  # fold, and unfold again
    assert lines(page) == ["铺货100家门店"]
    page.reload()
    assert lines(page) == ["铺货100家门店"]  # remembered
    page.locator("tr.tree-row").first.focus()
    press("ArrowRight")
    expect(page.locator("tr.tree-row:visible")).to_have_count(5)

    confirm = page.locator("#tree-tools [data-act=confirm]")
    expect(confirm).to_contain_text("还缺：1 个子任务信息不全")
    press("End")
    expect(confirm).to_contain_text("还缺：责任人")
    press("F2")
    page.locator("[name=assignee]").focus()
    page.keyboard.type("郭砚秋")
    press("Enter")
    expect(page.locator("form.line-form")).to_have_count(0)
    settle(page)
    assert here(page) == ("华北", "2")
    press("Home")
    expect(confirm).not_to_contain_text("还缺")
    press("c")
    settle(page)
    expect(confirm).to_contain_text("已确认")
    assert here(page) == ("铺货100家门店", "1")
    whole.refresh_from_db()
    assert whole.confirmed_at
    assert (whole.deliverable, whole.target, whole.assignee.name) == ("上架照片与签收单", Decimal(100), "许知夏")  # type: ignore[union-attr]


def test_what_is_refused_goes_back_and_nothing_typed_is_lost(tree: Page, project: Project) -> None:
    page, press = tree, tree.keyboard.press
    page.locator("#add-task").focus()
    for title in ("甲任务", "乙任务"):
        add(page, title)
    assert lines(page) == ["甲任务", "乙任务"]
    Task.objects.filter(title="乙任务").update(version=9)  # somebody else saved it meanwhile
    press("Tab")
    settle(page)
    expect(page.locator("#messages")).to_contain_text("保存")
    assert lines(page) == ["甲任务", "乙任务"]
    assert here(page) == ("乙任务", "1")
    press("Enter")
    page.keyboard.type("写到一半")
    press("Escape")
    assert here(page) == ("乙任务", "1")
    press("Enter")
    expect(page.locator("[name=said]")).to_have_value("写到一半")
    press("Escape")
    press("p")
    expect(page.locator(".parts-text")).to_be_focused()
    page.keyboard.type("东 30, 西 20")
    press("Escape")
    page.reload()
    page.locator("tr.tree-row").nth(1).click(position={"x": 5, "y": 5})
    press("p")
    expect(page.locator(".parts-text")).to_have_value("东 30, 西 20")  # kept in this browser
    press("Escape")
    press("Escape")  # out of the list: Tab leads on and changes nothing
    press("Tab")
    assert here(page)[0] != "乙任务"
    assert not Task.objects.filter(level=1).exists()
    assert page.locator("#tree-help").is_hidden()
    page.locator("tr.tree-row").first.focus()
    press("?")
    expect(page.locator("#tree-help")).to_be_visible()
