"""The time to answer is over, and who kept the minutes may not archive them any more: those who may are led there (rule D5)."""

from datetime import timedelta

import pytest
from django.test import Client

from activity.models import Event
from common import clock
from meetings.beat import plan_meetings
from meetings.desk import to_archive
from meetings.models import Minutes
from meetings.services import call_meeting, publish_minutes, write_summary
from people.models import Leave, User
from projects.models import Project
from projects.services.parties import appoint_liaison
from tests.meetings.conftest import END, KICKOFF

People = dict[str, User]
CHAIR, WRITER, LEAD = "沈嘉禾", "许知夏", "林书瑶"
LATE = END + timedelta(days=5)


@pytest.fixture
def out(people: People, project: Project) -> Minutes:
    """Minutes of a monthly meeting that liaisons of two other departments chaired and wrote."""
    with clock.at(KICKOFF - timedelta(days=1)):
        meeting = call_meeting(
            actor=people["周以宁"], project_uid=project.uid, kind="monthly_review", title="月度评审", starts_at=KICKOFF,
            ends_at=END, chair=people[CHAIR], recorder=people[WRITER],
        )  # fmt: skip
    with clock.at(END + timedelta(hours=1)):
        write_summary(actor=meeting.chair, meeting_uid=meeting.uid, seen_version=1, summary="进度正常。")
        return publish_minutes(actor=meeting.chair, meeting_uid=meeting.uid)


def replace(project: Project, user: User) -> None:
    """The head is the liaison of the department from now on."""
    party = project.parties.get(liaison=user)
    appoint_liaison(actor=party.head, party_uid=party.uid, liaison=party.head)


def told(minutes: Minutes) -> set[str]:
    plan_meetings()
    events = Event.objects.filter(verb="minutes.unanswered", object_id=minutes.pk)
    return {notice.reader.name for event in events for notice in event.notices.all()}


def listed(people: People) -> set[str]:
    return {name for name, user in people.items() if to_archive(user).total}


def test_both_keepers_hear_of_it_while_they_speak_for_their_departments(out: Minutes, people: People) -> None:
    with clock.at(LATE):
        assert listed(people) == {CHAIR, WRITER}
        assert told(out) == {CHAIR, WRITER}


def test_who_lost_the_seat_is_offered_nothing_and_the_other_is(out: Minutes, people: People, client: Client) -> None:
    replace(out.meeting.project, people[CHAIR])
    with clock.at(LATE):
        assert listed(people) == {WRITER}
        assert told(out) == {WRITER}
        client.force_login(people[CHAIR])
        assert f"/minutes/{out.uid}/archive/" not in client.get("/").content.decode()
        client.force_login(people[WRITER])
        assert client.post(f"/minutes/{out.uid}/archive/", headers={"HX-Request": "true"}).status_code == 200


def test_with_one_gone_and_the_other_without_a_seat_it_falls_to_the_lead(out: Minutes, people: People, client: Client) -> None:
    User.objects.filter(pk=people[CHAIR].pk).update(is_active=False)
    replace(out.meeting.project, people[WRITER])
    with clock.at(LATE):
        (row,) = to_archive(people[LEAD]).rows
        assert row.whose == (out.meeting.project_id, None, people[LEAD].pk)
        assert listed(people) == {LEAD}
        assert told(out) == {LEAD}
        client.force_login(people[LEAD])
        assert client.post(f"/minutes/{out.uid}/archive/", headers={"HX-Request": "true"}).status_code == 200
    out.refresh_from_db()
    assert out.state == "archived"


def test_in_execution_the_lead_is_the_head_of_the_lead_department(out: Minutes, people: People) -> None:
    project = out.meeting.project
    party = project.parties.exclude(department__in=(project.initiating_dept_id, project.lead_dept_id)).exclude(
        liaison__name__in=(CHAIR, WRITER)
    )[0]
    Project.objects.filter(pk=project.pk).update(state="execution", lead_dept=party.department)
    User.objects.filter(name__in=(CHAIR, WRITER)).update(is_active=False)
    with clock.at(LATE):
        assert listed(people) == {party.head.name}
        assert told(out) == {party.head.name}


def test_while_nobody_may_it_waits_and_is_not_taken_as_told(out: Minutes, people: People) -> None:
    User.objects.filter(name__in=(CHAIR, WRITER, LEAD)).update(is_active=False)
    with clock.at(LATE):
        assert told(out) == set()
        assert not Event.objects.filter(verb="minutes.unanswered").exists()
        User.objects.filter(name=LEAD).update(is_active=True)
        assert told(out) == {LEAD}


def test_who_stands_in_for_the_lead_finds_it_with_the_name(out: Minutes, people: People) -> None:
    User.objects.filter(name__in=(CHAIR, WRITER)).update(is_active=False)
    day = LATE.date()
    Leave.objects.create(
        person=people[LEAD], deputy=people["周以宁"], starts_on=day, ends_on=day, scope=Leave.Scope.DAILY, state="active",
        named_by=people[LEAD],
    )  # fmt: skip
    with clock.at(LATE):
        (row,) = to_archive(people["周以宁"]).rows
    assert row.whose == (out.meeting.project_id, None, people[LEAD].pk)
