"""The people of the sample carry the launch from an empty project to a flagged risk, on the pages, with the sample's figures."""

import logging
import time
from datetime import date, timedelta

import pytest
from playwright.sync_api import expect

from activity.models import Clock, ClockStep, Event
from collab.samples import files
from collab.samples.files import Sample
from collab.samples.people import load_people
from meetings.models import Meeting
from people.models import User
from projects.models import Project
from tests.browser import steps_goal as goal
from tests.browser import steps_meetings as meetings
from tests.browser import steps_memorandum as memorandum
from tests.browser import steps_tasks as tasks
from tests.browser.office import Office
from tests.browser.walker import HERE, MINUTE, Walker, at
from tests.servers import Smtp
from tracking.models import Risk, TaskFigures

log = logging.getLogger(__name__)
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LEAD, AUTHOR = "林书瑶", "周以宁"
DAY = timedelta(days=1)
LAST = date(2026, 7, 20)
WEEKLY, KICKOFF, BEFORE = "周例会", "跨部门启动会", "预沟通会"


class Story:
    """The sample, its people at their desks, the clock they live by, and the mail server's log."""

    def __init__(self, office: Office, walker: Walker, smtp: Smtp, sample: Sample) -> None:
        self.office, self.walker, self.smtp, self.sample = office, walker, smtp, sample
        self.people: dict[str, User] = {}

    @property
    def heads(self) -> list[str]:
        return [party.head for party in self.sample.departments]

    @property
    def liaisons(self) -> list[str]:
        return [party.liaison for party in self.sample.departments]

    def got_mail(self, name: str, words: str) -> bool:
        """Whether the mail server accepted a message with these words in its subject for a person."""
        address = self.people[name].email
        return any(words in mail.subject for mail in self.smtp.to(str(address)))

    def draft_and_start(self) -> None:
        """Step 1: drafted by a member, started by the head, departments invited, liaisons named, the flow typed."""
        first, sample = self.sample.start, self.sample
        author, head = self.office.page(AUTHOR), self.office.page(LEAD)
        self.walker.to(at(first, 9))
        goal.draft_project(author, sample)
        goal.set_frame(author, sample)
        for kpi in sample.kpis:
            goal.add_kpi(author, kpi)
        goal.add_scope(author, sample)
        self.walker.to(at(first, 9, 40))
        goal.open_project(head, sample)
        goal.start_project(head)
        for party in sample.departments:
            if party.head != LEAD:
                goal.invite(head, party)
        self.walker.to(at(first, 11))
        for party in sample.departments:
            goal.open_project(self.office.page(party.head), sample)
            goal.appoint(self.office.page(party.head), party)

    def meet_before(self) -> None:
        """The preliminary meeting: a line of minutes, no signature; then the flow stands, and the gate opens."""
        head, author, sample = self.office.page(LEAD), self.office.page(AUTHOR), self.sample
        row = sample.meeting("pre_meeting")
        starts, ends = files.moment(row["start"]), files.moment(row["end"])
        meetings.call_meeting(head, sample, "预沟通会", BEFORE, starts, ends, AUTHOR)
        self.walker.to(ends + MINUTE)
        meetings.open_meeting(author, BEFORE, starts)
        meetings.end_meeting(author)
        meetings.write_summary(author, "梳理了流程节点、输入物与输出物。")
        meetings.publish(author)
        self.walker.to(at(sample.start + DAY, 9))
        goal.open_project(author, sample)
        names = {node.id: node.name for node in sample.nodes}
        for node in sample.nodes:
            goal.add_node(author, node, names)
        goal.add_needs(author, sample)
        self.walker.to(at(sample.start + DAY, 16))
        goal.open_project(head, sample)
        goal.pass_gate(head)

    def kick_off(self) -> None:
        """Called, held, written with a resolution and an action, out within 24 hours, signed by heads, confirmed by liaisons."""
        head, author, sample = self.office.page(LEAD), self.office.page(AUTHOR), self.sample
        row = sample.meeting("kickoff")
        starts, ends = files.moment(row["start"]), files.moment(row["end"])
        meetings.call_meeting(head, sample, "启动会", KICKOFF, starts, ends, AUTHOR)
        self.walker.to(ends + MINUTE)
        meetings.open_meeting(head, KICKOFF, starts)
        meetings.end_meeting(head)
        meetings.open_minutes(author, KICKOFF, starts)
        meetings.all_are_here(author)
        meetings.write_summary(author, f"各部门确认目标:{sample.project['goal']}。")
        meetings.write_items(author, row["agenda"])
        meetings.add_resolution(author, "流程节点与交付标准一致通过")
        meetings.add_action(author, "起草跨部门协作备忘录", AUTHOR, sample.memorandum["signed_on"].isoformat())
        self.walker.to(files.moment(row["minutes"]["distributed_at"]))
        meetings.open_minutes(author, KICKOFF, starts)
        meetings.publish(author)
        self.walker.settle()
        for name in {*self.heads, *self.liaisons} - {AUTHOR}:
            assert self.got_mail(name, f"会议纪要：{KICKOFF}"), name
        for name in self.heads:
            memorandum.sign_from_desk(self.office.page(name), "启动会纪要")
        for name in set(self.liaisons) - {AUTHOR}:
            meetings.confirm_on_desk(self.office.page(name), KICKOFF)

    def agree(self) -> None:
        """The memorandum: a clause per task, signed by five heads with their passwords; then it is in force."""
        author, sample, day = self.office.page(AUTHOR), self.sample, self.sample.memorandum["signed_on"]
        self.walker.to(at(day - DAY, 10))
        memorandum.open_memorandum(author, sample)
        memorandum.draft(author, sample.memorandum["number"])
        memorandum.write_clauses(author, sample, [line for line in sample.tasks if not line.parent])
        self.walker.to(at(day - DAY, 15))
        head = self.office.page(LEAD)
        memorandum.open_memorandum(head, sample)
        memorandum.open_for_signature(head)
        self.walker.to(at(day, 9))
        for name in sample.memorandum["signers"]:
            assert self.got_mail(name, sample.memorandum["number"]) or name == LEAD, name
            memorandum.sign_from_desk(self.office.page(name), sample.memorandum["number"], "同意")
        self.walker.to(at(day, 11))
        memorandum.open_memorandum(head, sample)
        expect(head.locator(".memorandum-head")).to_contain_text("已生效")
        expect(head.locator(".step.is-now")).to_contain_text("执行")

    def take_on(self) -> None:
        """Tasks stand there; liaisons name who does them, divide them so that they add up, and say yes."""
        sample = self.sample
        self.walker.to(at(sample.memorandum["signed_on"], 14))
        head = self.office.page(LEAD)
        tasks.open_tasks(head, sample)
        for line in sample.tasks:
            rows = head.locator("#task-tree tr").filter(has=head.get_by_role("link", name=line.name, exact=True))
            expect(rows).to_have_count(0 if line.parent else 1)
        for line in sample.tasks:
            if line.parent:
                continue
            liaison = sample.party(line.dept).liaison
            page = self.office.page(liaison)
            if line.owner != liaison:
                tasks.assign(page, sample, line)
            if parts := sample.parts(line.id):
                tasks.split(page, sample, line, parts)
            tasks.confirm_on_desk(page, line)

    def go_through(self) -> None:
        """Day by day: meetings held or said not to be, risks answered, progress reported, the evening's figures as the file's."""
        day = self.sample.memorandum["signed_on"] + DAY
        while day <= LAST:
            for meeting in Meeting.objects.filter(starts_at__range=(at(day, 0), at(day, 23)), state="planned"):
                self.walker.to(meeting.ends_at + MINUTE)
                self._meet(meeting)
            self._answer(day)
            self._report(day)
            self._compare(day)
            day += DAY

    def _meet(self, meeting: Meeting) -> None:
        page = self.office.page(meeting.chair.name)
        starts = meeting.starts_at.astimezone(HERE)
        if meeting.series_day != self.sample.memorandum["signed_on"] + 3 * DAY:
            meetings.mark_not_held(page, meeting.title, starts, "各部门按计划推进,无需开会")
            return
        meetings.open_meeting(page, WEEKLY, starts)
        meetings.end_meeting(page)
        meetings.all_are_here(page)
        meetings.write_summary(page, "各部门任务按计划推进。")
        meetings.publish(page)
        self.walker.settle()
        for name in set(self.liaisons) - {meeting.chair.name}:
            assert self.got_mail(name, f"会议纪要：{WEEKLY}"), name
            meetings.confirm_on_desk(self.office.page(name), WEEKLY)

    def _report(self, day: date) -> None:
        said: dict[str, list[tuple[files.TaskLine, str]]] = {}
        for key, row in self.sample.reports.items():
            if day in row:
                line = self.sample.task(key)
                said.setdefault(line.owner, []).append((line, str(row[day])))
        if said:
            self.walker.to(at(day, 17))
        for owner, lines in said.items():
            tasks.report_on_desk(self.office.page(owner), lines)

    def _answer(self, day: date) -> None:
        """What the file says of a flagged task is entered the day after it stood so in the evening."""
        for row in self.sample.tracking:
            if row.risk_item and row.report_date + DAY == day:
                self.walker.to(at(day, 16))
                line = self.sample.task(row.task)
                due = max(line.due, row.report_date + 2 * DAY).isoformat()
                tasks.answer_on_desk(self.office.page(self.sample.party(line.dept).liaison), line, row, line.owner, due)

    def _compare(self, day: date) -> None:
        for row in self.sample.tracking:
            if row.report_date == day:
                self.walker.to(at(day, 18, 1))
                figures = TaskFigures.objects.get(task__title=self.sample.task(row.task).name)
                found = (figures.planned, figures.actual, figures.planned - figures.actual)
                assert found == tuple(round(100 * x) for x in (row.planned_pct, row.actual_pct, row.deviation)), row


@pytest.fixture
def story(office: Office, walker: Walker, smtp: Smtp) -> Story:
    """The organisation is there; nothing else is."""
    made = Story(office, walker, smtp, files.load("new-product-launch"))
    walker.begin(at(made.sample.start, 8))
    made.people = load_people()
    assert not Project.objects.exists()
    return made


def test_from_a_goal_to_a_flagged_risk(story: Story) -> None:
    for stage in (story.draft_and_start, story.meet_before, story.kick_off, story.agree, story.take_on, story.go_through):
        began = time.monotonic()
        stage()
        log.info("%s: %.0f s", stage.__name__, time.monotonic() - began)
    flagged(story)
    nothing_was_jumped_over(story)


def flagged(story: Story) -> None:
    """華北 stands on board and register with its figures; cause and measure are entered in one form."""
    sample, line = story.sample, story.sample.task("T8c")
    row = next(row for row in sample.tracking if row.task == "T8c" and row.risk_item)
    page = story.office.page(LEAD)
    tasks.open_tasks(page, sample, "进度看板")
    tasks.shows_figures(tasks.card(page, line), "40.00", "26.67", "13.33")
    page.locator(".filter-line").get_by_role("link", name="风险登记册").click()
    risk = page.locator(".risk-line", has_text=line.name)
    tasks.shows_figures(risk, "40.00", "26.67", "13.33")
    liaison = story.office.page(sample.party(line.dept).liaison)
    tasks.answer_on_desk(liaison, line, row, line.owner, line.due.isoformat())
    page.reload()
    for words in (row.cause, row.measure, line.owner):
        expect(risk).to_contain_text(words)


def nothing_was_jumped_over(story: Story) -> None:
    """By the rows: each step of a clock at its moment, no deadline missed, every evening scanned, risks as the file has them."""
    for step in ClockStep.objects.exclude(done_at=None):
        assert step.done_at - step.at < MINUTE, step  # type: ignore[operator]
    assert not Clock.objects.exclude(breached_at=None).exists()
    evenings = {event.at.astimezone(HERE).date() for event in Event.objects.filter(verb="scan.run")}
    first, last = story.sample.memorandum["signed_on"], LAST
    assert evenings == {first + timedelta(n) for n in range((last - first).days + 1)}
    for row in story.sample.expected_risks:
        risk = Risk.objects.get(task__title=story.sample.task(row["task"]).name)
        assert risk.opened_at.astimezone(HERE).date() == row["opened"]
    assert Risk.objects.count() == len(story.sample.expected_risks)
