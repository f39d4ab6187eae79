"""A meeting in the room: its screen by arrow keys, minutes by two hands, a page left while one types, an action in one line."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.core.cache import cache
from django.urls import reverse
from playwright.sync_api import Browser, Locator, Page, expect

from meetings.models import Action, Meeting
from meetings.services import add_resolution, call_meeting
from people.models import User
from tests.browser.office import Office, send
from tests.servers import Web, wait_for
from tests.tracking.build import quantified
from tests.tracking.conftest import project_in_execution
from tracking.models import Task
from tracking.services import report_progress

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.live, pytest.mark.browser]

People = dict[str, User]
SAVED = re.compile("已保存")


@pytest.fixture
def office(browser: Browser, web: Web) -> Iterator[Office]:
    cache.clear()
    people = Office(browser, f"http://localhost:{web.port}")
    yield people
    people.close()


@pytest.fixture
def meeting(people: People) -> Meeting:
    """A weekly meeting that began ten minutes ago."""
    begins = datetime.now(UTC) - timedelta(minutes=10)
    project = project_in_execution(people)
    return call_meeting(
        actor=people["周以宁"], project_uid=project.uid, kind="weekly", title="周例会", starts_at=begins,
        ends_at=begins + timedelta(minutes=30),
    )  # fmt: skip


def open_minutes(office: Office, name: str, meeting: Meeting) -> Page:
    page = office.page(name)
    page.goto(reverse("minutes", args=[meeting.uid]))
    expect(page.locator("#summary .save-state")).to_be_attached()
    return page


def topic(page: Page, number: int) -> Locator:
    """The place on which one writes about a topic of the agenda."""
    return page.locator("section[id^=item-]").nth(number)


def test_the_screen_of_the_room_is_turned_by_keys_and_by_address(office: Office, meeting: Meeting) -> None:
    page = office.page("许知夏")
    page.goto(reverse("meeting_room", args=[meeting.uid]))
    expect(page.locator("#room-timer")).to_contain_text("剩")
    expect(page.locator("#room-page h1")).to_have_text("上次会议以来")
    page.keyboard.press("ArrowRight")
    expect(page.locator("#room-page h1")).to_contain_text("市场部")
    assert page.url.endswith("?page=2")
    page.keyboard.press(" ")
    expect(page.locator("#room-page")).to_have_attribute("data-page", "3")
    page.keyboard.press("ArrowLeft")
    expect(page.locator("#room-page h1")).to_contain_text("市场部")
    page.keyboard.press("End")
    expect(page.locator("#room-page [rel=next]")).to_have_count(0)
    sizes = page.locator("#room-page :is(h1, h2, p, li, span):visible").evaluate_all(
        "all => all.filter(it => it.innerText.trim()).map(it => parseFloat(getComputedStyle(it).fontSize))"
    )
    assert min(sizes) >= 20  # buttons; what is read is larger
    page.goto(reverse("meeting_room", args=[meeting.uid]) + "?page=2")
    expect(page.locator("#room-page h1")).to_contain_text("市场部")
    page.keyboard.press("Escape")
    expect(page.locator(".meeting-title")).to_have_text("周例会")


def test_figures_on_the_open_screen_follow_what_is_reported_elsewhere(office: Office, people: People, meeting: Meeting) -> None:
    task = quantified(people, meeting.project, 40, title="华东区铺货")
    page = office.page("周以宁")
    page.goto(reverse("meeting_room", args=[meeting.uid]))
    page.locator(".room-nav a", has_text="销售部").click()
    line = page.locator(".room-lines li", has_text="华东区铺货").last  # of what is planned: reported on, it stands among both
    expect(line).to_contain_text("实际0%")
    address = page.url
    page.evaluate("window.sameDocument = true")
    for done, shown in ((10, "实际25%"), (30, "实际75%")):
        task.refresh_from_db()
        report_progress(actor=people["许知夏"], task_uid=task.uid, done=done, seen_version=task.version)
        expect(line).to_contain_text(shown)
        expect(page.locator(".room-lines li", has_text="华东区铺货")).to_have_count(2)
    assert page.evaluate("window.sameDocument")  # the page was not loaded again
    assert page.url == address


def test_f_fills_the_screen_and_gives_it_back(office: Office, meeting: Meeting) -> None:
    page = office.page("周以宁")
    page.goto(reverse("meeting_room", args=[meeting.uid]))
    button = page.locator("#room-full")
    expect(button).to_be_visible()
    for pressed in ("true", "false"):
        page.keyboard.press("f")
        expect(button).to_have_attribute("aria-pressed", pressed)
        assert page.evaluate("Boolean(document.fullscreenElement)") is (pressed == "true")
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("F")
    expect(button).to_have_attribute("aria-pressed", "false")


def test_two_writers_see_each_other_and_choose_where_both_wrote(office: Office, people: People, meeting: Meeting) -> None:
    first, second = open_minutes(office, "周以宁", meeting), open_minutes(office, "林书瑶", meeting)
    topic(first, 0).locator("textarea").press_sequentially("样品按期")
    expect(topic(first, 0).locator(".save-state")).to_have_text(SAVED)
    expect(topic(second, 0).locator("textarea")).to_have_value("样品按期")  # without a reload
    add_resolution(actor=people["周以宁"], meeting_uid=meeting.uid, text="统一包装")
    expect(second.locator("#resolution-list")).to_contain_text("统一包装")

    for page in (first, second):
        page.route("**/minutes/now/**", lambda route: route.abort())  # neither hears of the other in time
    for page, words in ((first, "周的话"), (second, "林的话")):
        topic(page, 1).locator("textarea").press_sequentially(words)
    choices = [page.get_by_role("button", name="两段都保留") for page in (first, second)]
    wait_for(lambda: sum(one.count() for one in choices) == 1, seconds=20)
    late = first if choices[0].count() else second
    late.get_by_role("button", name="两段都保留").click()
    expect(topic(late, 1).locator(".save-state")).to_have_text(SAVED)
    kept = meeting.agenda.order_by("order")[1].notes
    assert {"周的话", "林的话"} == set(kept.splitlines())


def test_a_page_that_is_left_while_one_types_loses_nothing(office: Office, meeting: Meeting) -> None:
    page = open_minutes(office, "周以宁", meeting)
    page.locator("#summary textarea").press_sequentially("说到一半")
    page.goto(reverse("desk"))  # at once: before it saved itself
    page.goto(reverse("minutes", args=[meeting.uid]))
    expect(page.locator("#summary textarea")).to_have_value("说到一半")

    page.context.set_offline(True)
    topic(page, 0).locator("textarea").press_sequentially("没有网络时写的")
    expect(topic(page, 0).locator(".save-state")).to_contain_text("保留在本设备")
    page.context.set_offline(False)
    expect(topic(page, 0).locator(".save-state")).to_have_text(SAVED)
    assert meeting.agenda.order_by("order")[0].notes == "没有网络时写的"


def test_two_megabytes_pasted_are_refused_with_words_and_stay_in_the_field(office: Office, meeting: Meeting) -> None:
    page = open_minutes(office, "周以宁", meeting)
    field = page.locator("#summary textarea")
    field.evaluate("it => { it.value = 'x'.repeat(2000000); it.dispatchEvent(new Event('input', {bubbles: true})); }")
    expect(page.locator("#summary .save-state")).to_contain_text("20,000")
    assert len(field.input_value()) == 2_000_000
    field.fill("短了")
    expect(page.locator("#summary .save-state")).to_have_text(SAVED)
    assert meeting.minutes_versions.get().summary == "短了"


def test_an_action_is_shown_while_it_is_typed_saved_by_enter_and_a_task_by_one_click(office: Office, meeting: Meeting) -> None:
    page = open_minutes(office, "周以宁", meeting)
    line = page.locator("#id_action-text")
    line.press_sequentially("@销售部 下周五前 铺货 20 家")
    for chip in ("销售部", "20家", "铺货 20 家"):
        expect(page.locator("#action-read")).to_contain_text(chip)
    assert Action.objects.count() == 0
    line.press("Enter")
    row = page.locator("#action-list li", has_text="铺货 20 家")
    expect(row).to_contain_text("销售部")
    expect(page.locator("#id_action-text")).to_be_focused()  # for the next one
    send(page, row.get_by_role("button", name="转为任务"))
    expect(page.locator("#action-list")).to_contain_text("任务")
    task = Task.objects.get(title="铺货 20 家")
    assert (int(task.target or 0), task.unit) == (20, "家")


def test_a_struck_row_comes_back_by_undo(office: Office, people: People, meeting: Meeting) -> None:
    add_resolution(actor=people["周以宁"], meeting_uid=meeting.uid, text="统一包装")
    page = open_minutes(office, "周以宁", meeting)
    send(page, page.get_by_role("button", name="删去“统一包装”"))
    expect(page.locator("#resolution-list li")).to_have_count(0)
    send(page, page.get_by_role("button", name="撤销"))
    expect(page.locator("#resolution-list li")).to_contain_text("统一包装")
