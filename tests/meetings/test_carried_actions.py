"""Actions without a task stay on the weekly agenda until something became of them (rules D2, D3)."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.test import Client
from django.urls import reverse

from activity.models import Event
from common import clock
from common.refusals import Refused
from meetings.agenda import agenda_of, parts_of
from meetings.agenda.actions import Undone
from meetings.agenda.report import undone_text
from meetings.beat import plan_meetings
from meetings.models import Action, ActionEnd, Meeting
from meetings.services import (
    action_to_task,
    actions_to_tasks,
    add_action,
    call_meeting,
    end_action,
    end_meeting,
    open_revision,
    publish_minutes,
    remove_action,
    reopen_action,
)
from people.models import Department, User
from projects.models import Project
from tests.meetings.test_agenda import FIRST, monday, weekly_on
from tests.tracking import changing
from tests.tracking.build import moment
from tracking.models import Task

People = dict[str, User]
SECOND, THIRD, FOURTH = date(2026, 4, 27), date(2026, 5, 6), date(2026, 5, 11)  # 4 May is a day off
FOURTH_OF_MAY = date(2026, 5, 4)  # the day that the rule gives for the third


@pytest.fixture
def launch(people: People) -> Project:
    return changing.in_force(people)


def out(people: People, meeting: Meeting, **said: Any) -> Action:
    """It was held, and its minutes are out with one action of 销售部."""
    said = {"text": "补签样品单", "department": Department.objects.get(name="销售部"), "due_on": FOURTH} | said
    with clock.at(meeting.ends_at + timedelta(minutes=10)):
        end_meeting(actor=people["周以宁"], meeting_uid=meeting.uid, ended_at=meeting.ends_at)
        action = add_action(actor=people["周以宁"], meeting_uid=meeting.uid, **said)
        publish_minutes(actor=people["周以宁"], meeting_uid=meeting.uid)
    return Action.objects.get(pk=action.pk)


def begin(*days: date) -> None:
    """The agendas of these days are written down."""
    for day in days:
        with monday(day):
            plan_meetings()


def carried_to(project: Project, day: date) -> list[Undone]:
    """What the parts of the weekly meeting say an hour before it begins."""
    meeting = weekly_on(project, FOURTH_OF_MAY if day == THIRD else day)
    with clock.at(meeting.starts_at - timedelta(hours=1)):
        return [row for part in parts_of(meeting) for row in part.undone]


def test_it_comes_back_week_after_week_and_says_how_often(launch: Project, people: People) -> None:
    out(people, weekly_on(launch, FIRST))
    assert [(row.text, row.carried) for row in carried_to(launch, SECOND)] == [("补签样品单", 0)]
    begin(SECOND, THIRD)
    (row,) = carried_to(launch, FOURTH)
    assert (row.text, row.carried) == ("补签样品单", 2)
    meeting = weekly_on(launch, FOURTH)
    begin(FOURTH)
    (frozen,) = [row for part in parts_of(meeting) for row in part.undone]
    assert frozen.carried == 2


@pytest.mark.parametrize("kind", ["monthly_review", "coordination", "other", "kickoff"])
def test_those_of_other_meetings_reach_the_weekly_agenda(launch: Project, people: People, kind: str) -> None:
    starts = moment(date(2026, 4, 22), 14)
    with clock.at(starts - timedelta(days=1)):
        meeting = call_meeting(
            actor=people["周以宁"], project_uid=launch.uid, kind=kind, title="另一个会", starts_at=starts,
            ends_at=starts + timedelta(hours=1),
        )  # fmt: skip
    out(people, meeting)
    assert [row.text for row in carried_to(launch, SECOND)] == ["补签样品单"]


def test_a_late_one_is_talked_about_and_counts_the_same(launch: Project, people: People) -> None:
    action = out(people, weekly_on(launch, FIRST), due_on=date(2026, 4, 30))
    begin(SECOND)
    with monday(THIRD, 9):
        meeting = weekly_on(launch, FOURTH_OF_MAY)
        (matter,) = [item for item in agenda_of(meeting) if item.source == "action"]
    assert (matter.subject, matter.carried) == (f"meetings.action:{action.lineage}", 1)


def test_one_that_names_nobody_is_talked_about_as_no_part_carries_it(launch: Project, people: People) -> None:
    out(people, weekly_on(launch, FIRST), department=None, due_on=None)
    with monday(SECOND, 9):
        assert [item.title for item in agenda_of(weekly_on(launch, SECOND)) if item.source == "action"] == ["补签样品单"]


def test_as_a_task_it_stays_until_that_is_done_also_while_a_new_version_is_written(launch: Project, people: People) -> None:
    action = out(people, weekly_on(launch, FIRST))
    with monday(hour=12):
        task = action_to_task(actor=people["周以宁"], action_uid=action.uid)
        open_revision(actor=people["周以宁"], minutes_uid=action.minutes.uid, reason="更正")
    assert [row.task for row in carried_to(launch, SECOND)] == [task.uid]
    Task.objects.filter(pk=task.pk).update(state="done", finished_at=moment(FIRST, 13))
    assert carried_to(launch, SECOND) == []


def test_struck_in_a_newer_version_it_is_gone_once_that_is_out(launch: Project, people: People) -> None:
    action = out(people, weekly_on(launch, FIRST))
    with monday(hour=12):
        draft = open_revision(actor=people["周以宁"], minutes_uid=action.minutes.uid, reason="更正")
        remove_action(actor=people["周以宁"], action_uid=draft.actions.get().uid)
        add_action(actor=people["周以宁"], meeting_uid=draft.meeting.uid, text="另一件", department=action.department)
    assert [row.text for row in carried_to(launch, SECOND)] == ["补签样品单"]
    with monday(hour=13):
        publish_minutes(actor=people["周以宁"], meeting_uid=draft.meeting.uid)
    assert [row.text for row in carried_to(launch, SECOND)] == ["另一件"]


@pytest.mark.parametrize(
    ("outcome", "reason", "verb"),
    [("done", "", "minutes.action_done"), ("not_needed", "改由总部签", "minutes.action_not_needed")],
)
def test_said_to_be_done_or_not_needed_it_comes_back_no_more_in_any_version(
    launch: Project, people: People, outcome: str, reason: str, verb: str
) -> None:
    action = out(people, weekly_on(launch, FIRST), owner=people["许知夏"])
    with monday(SECOND, 9):
        for _twice in range(2):
            end = end_action(actor=people["周以宁"], action_uid=action.uid, outcome=outcome, reason=reason)
        assert (end.outcome, end.reason, end.by) == (outcome, reason, people["周以宁"])
        event = Event.objects.get(verb=verb)
        assert (event.facts["text"], event.subject) == ("补签样品单", action.minutes)
        assert [notice.reader.name for notice in event.notices.all()] == ["许知夏"]
        assert carried_to(launch, SECOND) == []
        open_revision(actor=people["周以宁"], minutes_uid=action.minutes.uid, reason="更正")
        publish_minutes(actor=people["周以宁"], meeting_uid=action.minutes.meeting.uid)
        assert carried_to(launch, SECOND) == []
        newest = Action.objects.exclude(pk=action.pk).get()
        with pytest.raises(Refused) as said:
            action_to_task(actor=people["周以宁"], action_uid=newest.uid)
        assert said.value.code == "ended"
        assert actions_to_tasks(actor=people["周以宁"], meeting_uid=action.minutes.meeting.uid).tasks == []
        reopen_action(actor=people["周以宁"], action_uid=newest.uid)
    assert [row.text for row in carried_to(launch, THIRD)] == ["补签样品单"]
    assert ActionEnd.history.filter(history_type="-").count() == 1


def test_what_is_refused(launch: Project, people: People) -> None:
    first = weekly_on(launch, FIRST)
    action = out(people, first)
    with monday(SECOND, 9):
        chair: dict[str, Any] = {"actor": people["周以宁"], "action_uid": action.uid}
        for said, field in (({"outcome": "not_needed", "reason": " "}, "reason"), ({"outcome": "lost"}, "outcome")):
            with pytest.raises(Refused) as refusal:
                end_action(**chair, **said)
            assert refusal.value.field == field
        end_action(**chair, outcome="done")
        with pytest.raises(Refused) as refusal:
            end_action(**chair, outcome="not_needed", reason="改由总部签")
        assert refusal.value.code == "ended"
        reopen_action(**chair)
        action_to_task(**chair)
        with pytest.raises(Refused) as refusal:
            end_action(**chair, outcome="done")
        assert refusal.value.code == "is_task"
        with pytest.raises(Http404):
            end_action(actor=people["周以宁"], action_uid=uuid4(), outcome="done")


def test_who_keeps_the_minutes_says_so_or_those_of_the_meeting_it_was_carried_to(launch: Project, people: People) -> None:
    first, second = weekly_on(launch, FIRST), weekly_on(launch, SECOND)
    action = out(people, first)
    Meeting.objects.filter(pk=second.pk).update(recorder=people["许知夏"])
    with monday(SECOND, 11):
        for at in (None, first.uid):
            with pytest.raises(PermissionDenied):
                end_action(actor=people["许知夏"], action_uid=action.uid, outcome="done", meeting_uid=at)
        with pytest.raises(PermissionDenied):
            end_action(actor=people["沈嘉禾"], action_uid=action.uid, outcome="done", meeting_uid=second.uid)
        later = out(people, second)
        with pytest.raises(Http404):  # it was not carried there
            end_action(actor=people["周以宁"], action_uid=later.uid, outcome="done", meeting_uid=first.uid)
        for name, row, at in (("许知夏", action, second.uid), ("林书瑶", later, None)):  # its minute taker, the lead
            end_action(actor=people[name], action_uid=row.uid, outcome="done", meeting_uid=at)
    assert [end.by.name for end in ActionEnd.objects.order_by("id")] == ["许知夏", "林书瑶"]


def test_it_is_said_on_the_agenda_and_beside_the_minutes(launch: Project, people: People, client: Client) -> None:
    action = out(people, weekly_on(launch, FIRST), due_on=date(2026, 4, 24))
    second = weekly_on(launch, SECOND)
    begin(SECOND)
    address, here = reverse("end_action", args=[action.uid]), {"HX-Request": "true"}
    client.force_login(people["周以宁"])
    with monday(SECOND, 11):
        page = client.get(reverse("agenda", args=[second.uid]), headers=here).content.decode()
        assert page.count(f'action="{address}"') == 2  # in its department's part and among the matters, as it is late
        said = {"outcome": "not_needed", "meeting": str(second.uid)}
        answer = client.post(address, said, headers=here)
        assert answer.status_code == 409
        assert "说明为什么不需要" in answer.content.decode()
        page = client.post(address, said | {"reason": "改由总部签"}, headers=here).content.decode()
        assert "改由总部签" in page
        assert f'action="{address}"' not in page
        minutes = reverse("minutes", args=[action.minutes.meeting.uid])
        assert "改由总部签" in client.get(minutes).content.decode()
        back = client.post(reverse("reopen_action", args=[action.uid]), headers=here).content.decode()
        assert f'action="{address}"' in back
        assert client.post(address, {"outcome": "done"}).status_code == 302
        client.force_login(people["许知夏"])
        page = client.get(reverse("agenda", args=[second.uid]), headers=here).content.decode()
        assert "补签样品单" in page
        assert f'action="{address}"' not in page


def test_the_copied_report_says_how_often() -> None:
    row = Undone(uuid4(), "补签样品单", 1, "销售部", None, None, None, uuid4(), carried=2)
    assert undone_text([row]) == "- 补签样品单（此前已顺延 2 次）"


def test_what_an_agenda_was_written_with_before_reads_as_it_did(launch: Project, people: People, client: Client) -> None:
    out(people, weekly_on(launch, FIRST))
    begin(SECOND)
    second = weekly_on(launch, SECOND)
    for item in second.agenda.filter(source="part"):
        for row in item.facts["undone"]:
            for name in ("action", "since", "carried"):
                del row[name]
        item.save(update_fields=["facts"])
    client.force_login(people["周以宁"])
    with monday(SECOND, 11):
        assert [row.text for part in parts_of(weekly_on(launch, SECOND)) for row in part.undone] == ["补签样品单"]
        answer = client.get(reverse("agenda", args=[second.uid]), headers={"HX-Request": "true"})
        assert "补签样品单" in answer.content.decode()
