"""The coordination meeting (rule D7): called in one form on an issue; what its solution asks becomes tasks."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.http import Http404
from django.test import Client
from django.test.utils import CaptureQueriesContext

from activity.models import Clock, Event, Notice
from common import clock, ports
from common.refusals import Refused
from meetings.models import Meeting
from meetings.queries import readable_on
from meetings.services import add_resolution, call_coordination, end_meeting, publish_minutes, write_summary
from people.models import Department, User
from projects.models import Project
from tests.tracking.build import words
from tests.tracking.conftest import project_in_execution
from tests.tracking.issues import DUE, RAISED, asked, departments, raw_material, told
from tracking.models import Issue, Measure, Task
from tracking.services import solve_issue

pytestmark = pytest.mark.django_db
People = dict[str, User]
HOUR = timedelta(hours=1)
STARTS = RAISED + timedelta(minutes=90)  # 2 July 16:00, as the launch tells it


@pytest.fixture
def project(people: People) -> Project:
    return project_in_execution(people)


def call(people: People, project: Project, by: str = "周以宁", **more: Any) -> Meeting:
    said = {"starts_at": STARTS, "ends_at": STARTS + HOUR} | more
    if "issue_uid" not in said:
        said = {"title": "供应链断裂导致原材料延期", "parties": departments("生产部", "财务部")} | said
    with clock.at(RAISED + timedelta(minutes=5)):
        return call_coordination(actor=people[by], project_uid=project.uid, **said)


def post(client: Client, person: User, address: str, data: dict[str, Any], *, at: datetime = RAISED) -> Any:
    User.objects.filter(pk=person.pk).update(language="en")
    client.force_login(person)
    with clock.at(at):
        return client.post(address, data)


def get(client: Client, person: User, address: str, *, at: datetime = RAISED, **headers: str) -> str:
    User.objects.filter(pk=person.pk).update(language="en")
    client.force_login(person)
    with clock.at(at):
        return words(client.get(address, headers=headers))


def test_one_act_registers_the_issue_and_calls_heads_and_liaisons_of_its_departments_and_of_the_lead(
    people: People, project: Project
) -> None:
    meeting = call(people, project)
    issue = Issue.objects.get()
    assert (meeting.issue, meeting.kind, meeting.chair, meeting.recorder) == (
        issue, "coordination", people["周以宁"], people["周以宁"],
    )  # fmt: skip
    invited = set(meeting.attendees.values_list("user__name", flat=True))
    assert invited == {"周以宁", "林书瑶", "贺立川", "田牧野", "宋清越", "孟初晴"}
    assert Clock.objects.get(kind="solution").due_at == RAISED + timedelta(minutes=5) + 24 * HOUR
    assert told("meeting.called") == invited  # who calls it, too: it belongs into the own calendar
    assert not Notice.objects.filter(event__verb="issue.registered").exists()  # the invitation says it


def test_on_an_issue_that_is_registered_no_second_one_is_made_and_its_clock_goes_on(people: People, project: Project) -> None:
    issue = raw_material(people, project)
    meeting = call(people, project, issue_uid=issue.uid)
    assert (meeting.issue, Issue.objects.count(), Clock.objects.get(kind="solution").due_at) == (issue, 1, DUE)


def test_the_lead_calls_it_nobody_else(people: People, project: Project) -> None:
    for name in ("田牧野", "贺立川", "陆景行"):
        with pytest.raises(PermissionDenied):
            call(people, project, by=name)
    assert not Issue.objects.exists()
    assert call(people, project, by="林书瑶").chair == people["林书瑶"]


def test_on_a_solved_issue_or_one_of_elsewhere_nobody_is_called(people: People, project: Project) -> None:
    issue = raw_material(people, project)
    other = project_in_execution(people, code="NPL2", name="另一个")
    with pytest.raises(Http404):
        call(people, other, issue_uid=issue.uid)
    with clock.at(RAISED + timedelta(minutes=1)):
        solve_issue(actor=people["周以宁"], issue_uid=issue.uid, seen_version=issue.version, solution="换料")
    with pytest.raises(Refused):
        call(people, project, issue_uid=issue.uid)
    assert not Meeting.objects.exists()


def test_one_that_just_took_place_counts_and_one_of_two_days_ago_does_not(people: People, project: Project) -> None:
    assert call(people, project, starts_at=RAISED - 2 * HOUR, ends_at=RAISED - HOUR).issue is not None
    with pytest.raises(Refused) as refused:
        call(people, project, starts_at=RAISED - 48 * HOUR, ends_at=RAISED - 47 * HOUR)
    assert refused.value.field == "starts_at"


def test_in_an_incident_it_is_called_before_there_is_a_memorandum(people: People) -> None:
    early = project_in_execution(people, state="preparation", scenario="incident")
    meeting = call(people, early)
    assert meeting.issue is not None
    with clock.at(STARTS):
        day = early.today
        solve_issue(
            actor=people["周以宁"], issue_uid=meeting.issue.uid, seen_version=None, solution="封存1800台、免费换货",
            measures=[asked("封存", "生产部", day)],
        )  # fmt: skip
    assert Task.objects.get().title == "封存"


def test_in_preparation_its_measures_wait_until_there_are_tasks(people: People) -> None:
    early = project_in_execution(people, state="preparation")
    meeting = call(people, early)
    assert meeting.issue is not None
    with clock.at(STARTS):
        solve_issue(
            actor=people["周以宁"], issue_uid=meeting.issue.uid, seen_version=None, solution="换料",
            measures=[asked("换料", "生产部", early.today)],
        )  # fmt: skip
    assert Measure.objects.get().task is None


def test_the_form_proposes_an_hour_from_now_at_the_next_quarter(people: People, project: Project, client: Client) -> None:
    page = get(client, people["周以宁"], f"/projects/{project.uid}/coordination/", at=RAISED + timedelta(minutes=3))
    assert 'value="2026-07-02"' in page
    assert 'value="15:45"' in page  # 14:33 and an hour
    assert 'value="60"' in page


def form(people: People, **said: Any) -> dict[str, Any]:
    parties = [row.uid for row in departments("生产部", "财务部")]
    filled = {"title": "供应链断裂导致原材料延期", "text": "空运还是换料？", "parties": parties}
    return filled | {"day": "2026-07-02", "begins": "16:00", "length": "60", "place": "三楼"} | said


def test_one_post_of_one_form_does_it_all_and_leads_to_the_meeting(people: People, project: Project, client: Client) -> None:
    answer = post(client, people["周以宁"], f"/projects/{project.uid}/coordination/", form(people))
    meeting = Meeting.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, f"/meetings/{meeting.uid}/")
    assert (meeting.starts_at, meeting.ends_at, meeting.place) == (STARTS, STARTS + HOUR, "三楼")
    beside = get(client, people["孟初晴"], f"/meetings/{meeting.uid}/issue/")
    for said in ("空运还是换料？", "生产部", "data-clock-due"):
        assert said in beside
    assert "This is the solution" not in beside  # the lead gives it


def test_who_sit_together_already_say_so_and_need_no_time(people: People, project: Project, client: Client) -> None:
    said = form(people, now="1", day="", begins="")
    post(client, people["周以宁"], f"/projects/{project.uid}/coordination/", said, at=RAISED + timedelta(seconds=20))
    assert Meeting.objects.get().starts_at == RAISED + timedelta(minutes=1)
    assert told("meeting.called") >= {"田牧野", "孟初晴"}


@pytest.mark.parametrize(
    ("said", "at"),
    [({"title": ""}, "id_title"), ({"parties": []}, "parties"), ({"begins": ""}, "id_begins"), ({"length": "0"}, "id_length")],
)
def test_what_is_wrong_stands_at_its_field_and_nothing_typed_is_lost(
    people: People, project: Project, client: Client, said: dict[str, Any], at: str
) -> None:
    answer = post(client, people["周以宁"], f"/projects/{project.uid}/coordination/", form(people, **said))
    page = words(answer)
    assert answer.status_code == 422
    assert re.search(rf"{at}[\w-]*error|aria-invalid", page)
    assert "空运还是换料？" in page
    assert not Issue.objects.exists()


def test_it_is_prefilled_from_a_task(people: People, project: Project, client: Client) -> None:
    with clock.at(RAISED):
        task = Task.objects.create(project=project, title="备料", department=Department.objects.get(name="生产部"))
    page = get(client, people["周以宁"], f"/projects/{project.uid}/coordination/?task={task.uid}")
    assert 'value="备料"' in page
    assert re.search(rf'value="{task.department.uid}"[^>]* checked', page)


def solution(issue: Issue, **said: Any) -> dict[str, Any]:
    lines = "@生产部 7月5日前 加急空运 800 件\n@孟初晴 7月4日前 支付空运费"
    return {"solution": "启用替代料并加急空运800件", "measures": lines, "seen_version": issue.version} | said


def test_measures_are_read_while_they_are_typed(people: People, project: Project, client: Client) -> None:
    issue = raw_material(people, project)
    answer = post(client, people["周以宁"], f"/issues/{issue.uid}/measures/", {"measures": "@生产部 7月5日前 加急空运\n再想想"})
    page = words(answer)
    assert "加急空运" in page
    assert "生产部" in page
    assert "still to say: who does it、until when" in page
    assert not Measure.objects.exists()


def test_solution_and_measures_are_given_in_one_form_and_the_measures_are_tasks(
    people: People, project: Project, client: Client
) -> None:
    issue = raw_material(people, project)
    answer = post(client, people["周以宁"], f"/issues/{issue.uid}/solution/", solution(issue), at=STARTS)
    assert (answer.status_code, answer["Location"]) == (302, f"/issues/{issue.uid}/")
    first, second = Task.objects.order_by("id")
    assert (first.department.name, first.assignee, first.target, first.unit) == ("生产部", people["田牧野"], 800, "件")
    assert (second.department.name, second.assignee, str(second.due_on)) == ("财务部", people["孟初晴"], "2026-07-04")


def test_a_measure_without_who_or_until_when_is_named_and_nothing_is_solved(
    people: People, project: Project, client: Client
) -> None:
    issue = raw_material(people, project)
    address = f"/issues/{issue.uid}/solution/"
    answer = post(client, people["周以宁"], address, solution(issue, measures="@生产部 尽力而为"))
    assert answer.status_code == 422
    assert "“@生产部 尽力而为” does not say until when." in words(answer)
    assert "启用替代料并加急空运800件" in words(answer)
    assert Issue.objects.get().state == "open"


def test_the_solution_says_which_version_it_answers(people: People, project: Project, client: Client) -> None:
    issue = raw_material(people, project)
    address = f"/issues/{issue.uid}/solution/"
    assert post(client, people["周以宁"], address, solution(issue, seen_version="")).status_code == 428
    assert post(client, people["周以宁"], address, solution(issue, seen_version=7)).status_code == 412
    assert Issue.objects.get().state == "open"


def test_given_beside_its_meeting_it_leads_back_to_the_meeting(people: People, project: Project, client: Client) -> None:
    meeting = call(people, project)
    assert meeting.issue is not None
    said = solution(meeting.issue, meeting=meeting.uid)
    answer = post(client, people["周以宁"], f"/issues/{meeting.issue.uid}/solution/", said, at=STARTS)
    assert answer["Location"] == f"/meetings/{meeting.uid}/"
    assert "启用替代料并加急空运800件" in get(client, people["孟初晴"], f"/meetings/{meeting.uid}/issue/", at=STARTS)


def test_once_its_minutes_are_out_the_issue_leads_to_them(people: People, project: Project, client: Client) -> None:
    meeting = call(people, project)
    assert meeting.issue is not None
    with clock.at(STARTS + HOUR):
        end_meeting(actor=people["周以宁"], meeting_uid=meeting.uid)
        write_summary(actor=people["周以宁"], meeting_uid=meeting.uid, seen_version=1, summary="启用替代料。")
        publish_minutes(actor=people["周以宁"], meeting_uid=meeting.uid)
    beside = get(client, people["孟初晴"], f"/issues/{meeting.issue.uid}/meetings/", at=STARTS + 2 * HOUR)
    assert f"/meetings/{meeting.uid}/minutes/" in beside


def test_the_invitation_says_what_it_is_about_between_whom_and_until_when(
    people: People, project: Project, settings: Any
) -> None:
    settings.MAIL_CONFIGURED = True
    call(people, project, text="空运还是换料？")
    event = Event.objects.get(verb="meeting.called")
    lines = "\n".join(ports.letters["meeting.called"](event, people["孟初晴"]).lines)
    for said in ("空运还是换料？", "生产部、财务部", "2026年7月3日 周五 14:35"):
        assert said in lines


def test_what_its_minutes_resolve_is_proposed_as_the_solution(people: People, project: Project, client: Client) -> None:
    meeting = call(people, project)
    with clock.at(STARTS + HOUR):
        end_meeting(actor=people["周以宁"], meeting_uid=meeting.uid)
        add_resolution(actor=people["周以宁"], meeting_uid=meeting.uid, text="启用替代料")
    assert meeting.issue is not None
    page = get(client, people["周以宁"], f"/issues/{meeting.issue.uid}/solution/", at=STARTS + HOUR)
    assert re.search(r"<textarea[^>]*>\s*启用替代料</textarea>", page)


def resolved_on(user: User, issue: Issue) -> list[str]:
    minutes = readable_on(user, issue)
    return [row.text for row in minutes.resolutions.all()] if minutes is not None else []


def test_what_a_draft_resolves_is_proposed_to_those_who_write_it_alone(people: People, project: Project) -> None:
    meeting = call(people, project)
    with clock.at(STARTS + HOUR):
        end_meeting(actor=people["周以宁"], meeting_uid=meeting.uid)
        add_resolution(actor=people["周以宁"], meeting_uid=meeting.uid, text="启用替代料")
        assert meeting.issue is not None
        assert resolved_on(people["周以宁"], meeting.issue) == ["启用替代料"]
        assert resolved_on(people["陆景行"], meeting.issue) == []
        publish_minutes(actor=people["周以宁"], meeting_uid=meeting.uid)
        assert resolved_on(people["陆景行"], meeting.issue) == ["启用替代料"]


def test_pages_ask_the_same_of_the_database_however_many_issues_and_measures(
    people: People, project: Project, client: Client
) -> None:
    issue = raw_material(people, project)
    day = RAISED.date() + timedelta(days=3)
    with clock.at(RAISED):
        solve_issue(
            actor=people["周以宁"], issue_uid=issue.uid, seen_version=None, solution="换料",
            measures=[asked("换料", "生产部", day)],
        )  # fmt: skip
    other = raw_material(people, project)
    urls = [f"/projects/{project.uid}/issues/", f"/projects/{project.uid}/issues/open/", f"/issues/{issue.uid}/"]
    client.force_login(people["周以宁"])
    with clock.at(RAISED):
        before = [_queries(client, url) for url in urls]
        for _n in range(8):
            raw_material(people, project)
        Measure.objects.bulk_create(
            Measure(issue=issue, text="再换", department=departments("生产部")[0], due_on=day) for _n in range(10)
        )
        assert [_queries(client, url) for url in urls] == before
    assert max(before) <= 24, before
    assert other.state == "open"


def _queries(client: Client, url: str) -> int:
    client.get(url)  # what is remembered for the life of the process is not counted
    with CaptureQueriesContext(connection) as caught:
        assert client.get(url).status_code == 200
    return len(caught)
