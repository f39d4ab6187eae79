"""The people of a meeting after it was called (rules D1, D3): who comes in, who is taken off, who chairs and writes."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404

from activity.models import Event, Notice
from common import clock
from common.refusals import Conflict, Refused, Unseen
from meetings.access import Act, may_at
from meetings.api import readable
from meetings.models import Meeting
from meetings.services import (
    add_person,
    call_meeting,
    mark_attendee,
    name_keepers,
    open_revision,
    publish_minutes,
    set_attendance,
    take_off,
    write_summary,
)
from people.models import User
from projects.models import Project
from projects.services.project import edit_project
from tests.meetings.conftest import END, KICKOFF
from tests.meetings.test_invite import newest, sent
from tests.servers import Smtp

People = dict[str, User]
BEFORE = KICKOFF - timedelta(hours=20)
GUEST = "裴念安"  # of 市场部, which initiates; speaks for nobody
OTHER = "沈嘉禾"  # liaison of 研发部


@pytest.fixture
def meeting(people: People, project: Project) -> Meeting:
    """市场部's liaison talks with two others; the liaison of 销售部 takes the minutes."""
    with clock.at(KICKOFF - timedelta(days=1)):
        return call_meeting(
            actor=people["周以宁"], project_uid=project.uid, kind="pre_kickoff", title="预沟通会", starts_at=KICKOFF, ends_at=END,
            chair=people["周以宁"], recorder=people["许知夏"], attendees=[people["林书瑶"]],
        )  # fmt: skip


def names(meeting: Meeting) -> list[str]:
    return [row.user.name for row in meeting.attendees.filter(in_copy=False).select_related("user")]


def add(people: People, meeting: Meeting, who: str, by: str = "周以宁") -> None:
    add_person(actor=people[by], meeting_uid=meeting.uid, person=people[who])


def off(people: People, meeting: Meeting, who: str, by: str = "周以宁") -> None:
    take_off(actor=people[by], meeting_uid=meeting.uid, person_uid=people[who].uid)


def name(people: People, meeting: Meeting, chair: str, recorder: str, by: str = "周以宁") -> None:
    meeting.refresh_from_db()
    name_keepers(
        actor=people[by], meeting_uid=meeting.uid, chair=people[chair], recorder=people[recorder], seen_version=meeting.version
    )


def refused(act: Callable[[], object]) -> tuple[str, str | None]:
    with pytest.raises(Refused) as caught:
        act()
    return caught.value.code, caught.value.field


def test_who_is_added_attends_for_the_department_spoken_for_or_as_a_guest(people: People, meeting: Meeting) -> None:
    with clock.at(BEFORE):
        add(people, meeting, OTHER)
        add(people, meeting, GUEST, by="许知夏")  # the minute taker may, too
    rows = {row.user.name: row for row in meeting.attendees.all()}
    assert (rows[OTHER].department.name, rows[GUEST].department.name) == ("研发部", "市场部")
    assert (rows[GUEST].present, rows[GUEST].by_hand, rows[GUEST].answer) == (None, True, "none")
    events = Event.objects.filter(verb="meeting.person_invited").order_by("pk")
    assert [event.facts["who"] for event in events] == [OTHER, GUEST]
    assert set(Notice.objects.filter(event__in=events).values_list("reader__name", flat=True)) == {OTHER, GUEST}


def test_who_comes_in_gets_the_invitation_and_who_is_taken_off_its_cancellation(
    smtp: Smtp, people: People, meeting: Meeting
) -> None:
    first = int(newest(smtp, BEFORE, people["林书瑶"])[1].sequence.value)
    before = len(smtp.to(people["林书瑶"].email or ""))
    with clock.at(BEFORE):
        add(people, meeting, OTHER)
    method, invited = newest(smtp, BEFORE, people[OTHER])
    assert (method, invited.uid.value, invited.status.value) == ("REQUEST", str(meeting.uid), "CONFIRMED")
    assert int(invited.sequence.value) > first
    with clock.at(BEFORE):
        off(people, meeting, OTHER)
    mails = sent(smtp, BEFORE, people[OTHER])
    method, cancelled = newest(smtp, BEFORE, people[OTHER])
    assert (method, cancelled.uid.value, cancelled.status.value) == ("CANCEL", str(meeting.uid), "CANCELLED")
    assert int(cancelled.sequence.value) > int(invited.sequence.value)
    assert [line.params["CN"] for line in cancelled.contents["attendee"]] == [[OTHER]]
    assert "不再参加" in mails[-1].subject
    assert len(sent(smtp, BEFORE, people["林书瑶"])) == before, "the others are not asked again"


def test_who_was_in_copy_attends_when_invited(people: People, meeting: Meeting) -> None:
    meeting.attendees.create(user=people[OTHER], in_copy=True)
    with clock.at(BEFORE):
        add(people, meeting, OTHER)
    assert names(meeting).count(OTHER) == 1


def test_whoever_comes_uninvited_is_present_in_the_same_act_and_nobody_is_told(people: People, meeting: Meeting) -> None:
    with clock.at(KICKOFF + timedelta(minutes=5)):
        add(people, meeting, GUEST, by="许知夏")
        set_attendance(actor=people["许知夏"], meeting_uid=meeting.uid, absent=[people["林书瑶"].uid], seen_version=1)
        add(people, meeting, OTHER)
    assert {row.user.name: row.present for row in meeting.attendees.all()} == {
        "周以宁": True, "许知夏": True, "林书瑶": False, GUEST: True, OTHER: True,
    }  # fmt: skip
    events = Event.objects.filter(verb="meeting.person_came")
    assert (events.count(), Notice.objects.filter(event__in=events).count()) == (2, 0)


def test_a_list_that_was_taken_from_an_older_page_is_shown_again(people: People, meeting: Meeting) -> None:
    with clock.at(KICKOFF + timedelta(minutes=5)):
        add(people, meeting, GUEST)
        with pytest.raises(Conflict):
            set_attendance(actor=people["许知夏"], meeting_uid=meeting.uid, seen_version=0)


def test_who_cannot_be_added_is_refused_at_the_field(people: People, meeting: Meeting, project: Project) -> None:
    with clock.at(BEFORE):
        assert refused(lambda: add(people, meeting, "林书瑶")) == ("known", "person")
        outside = next(user for user in people.values() if user.is_active and not _invited(project, user))
        assert refused(lambda: add(people, meeting, outside.name)) == ("unseen", "person")
        edit_project(actor=people["林书瑶"], project_uid=project.uid, seen_version=None, confidential=True)
        assert refused(lambda: add(people, meeting, GUEST)) == ("unseen", "person")


def _invited(project: Project, user: User) -> bool:
    return Project.objects.visible_to(user).filter(pk=project.pk).exists()


def test_who_cannot_be_taken_off(people: People, meeting: Meeting) -> None:
    with clock.at(BEFORE):
        assert refused(lambda: off(people, meeting, "周以宁")) == ("chair", "chair")
        assert refused(lambda: off(people, meeting, "许知夏")) == ("recorder", "recorder")
        with pytest.raises(Http404):
            off(people, meeting, OTHER)
        name(people, meeting, "林书瑶", "林书瑶")
        off(people, meeting, "许知夏", by="林书瑶")
        assert refused(lambda: off(people, meeting, "周以宁")) == ("last", None)
    with clock.at(KICKOFF + timedelta(minutes=5)):
        add(people, meeting, GUEST)
        mark_attendee(actor=people["林书瑶"], meeting_uid=meeting.uid, user_uid=people["周以宁"].uid, present=False)
        assert refused(lambda: off(people, meeting, "周以宁")) == ("begun", None)


def test_once_it_began_to_whom_the_minutes_are_owed_does_not_shrink(people: People, meeting: Meeting) -> None:
    with clock.at(BEFORE):
        add(people, meeting, OTHER)
    with clock.at(KICKOFF + timedelta(minutes=5)):
        assert refused(lambda: off(people, meeting, OTHER)) == ("begun", None)
    with clock.at(END + timedelta(minutes=5)):
        assert refused(lambda: off(people, meeting, OTHER)) == ("begun", None)
    assert OTHER in names(meeting)


def test_who_was_noted_by_mistake_as_having_come_goes_off_again(people: People, meeting: Meeting) -> None:
    with clock.at(KICKOFF + timedelta(minutes=5)):
        add(people, meeting, OTHER)
        off(people, meeting, OTHER)
    event = Event.objects.get(verb="meeting.person_let_off")
    assert (event.facts["who"], Notice.objects.filter(event=event).count()) == (OTHER, 0)
    assert OTHER not in names(meeting)


def test_who_adds_and_takes_off_oneself_gets_it_into_the_own_calendar(smtp: Smtp, people: People, meeting: Meeting) -> None:
    with clock.at(BEFORE):
        off(people, meeting, "林书瑶", by="林书瑶")
        assert newest(smtp, BEFORE, people["林书瑶"])[0] == "CANCEL"
        add(people, meeting, "林书瑶", by="林书瑶")
        assert newest(smtp, BEFORE, people["林书瑶"])[0] == "REQUEST"


def test_all_heads_and_liaisons_come_to_the_kickoff(people: People, kickoff: Meeting) -> None:
    with clock.at(BEFORE):
        add(people, kickoff, GUEST)
        off(people, kickoff, GUEST)
        assert refused(lambda: off(people, kickoff, OTHER)) == ("kickoff", None)


def test_once_the_minutes_are_out_the_list_is_closed(people: People, meeting: Meeting) -> None:
    with clock.at(END + timedelta(minutes=5)):
        add(people, meeting, GUEST)
        write_summary(actor=people["许知夏"], meeting_uid=meeting.uid, summary="定了分工", seen_version=1)
        minutes = publish_minutes(actor=people["许知夏"], meeting_uid=meeting.uid)
        assert [row["present"] for row in minutes.content["attendees"] if row["name"] == GUEST] == [True]
        for act in (lambda: add(people, meeting, OTHER), lambda: off(people, meeting, "林书瑶")):
            assert refused(act) == ("distributed", None)
        assert refused(lambda: name(people, meeting, "林书瑶", "林书瑶")) == ("distributed", None)
        assert may_at(people[GUEST], meeting, Act.READ)
        assert may_at(people[GUEST], meeting, Act.CONFIRM)
        assert list(readable(people[GUEST], meeting.project)) == [minutes]
        with pytest.raises(PermissionDenied):
            readable(people["米小禾"], meeting.project)  # of 市场部 as well, and invited to nothing
        open_revision(actor=people["许知夏"], minutes_uid=minutes.uid, reason="还有一人在场")
        add(people, meeting, OTHER)
        assert refused(lambda: off(people, meeting, "林书瑶")) == ("distributed", None)


def test_another_chair_and_minute_taker_are_named_and_invited_with_that(smtp: Smtp, people: People, meeting: Meeting) -> None:
    with clock.at(BEFORE):
        name(people, meeting, "林书瑶", OTHER)
        name(people, meeting, "林书瑶", OTHER)  # nothing more to say
    meeting.refresh_from_db()
    assert (meeting.chair.name, meeting.recorder.name) == ("林书瑶", OTHER)
    assert {"周以宁", "许知夏", OTHER} <= set(names(meeting))
    event = Event.objects.get(verb="meeting.keepers_named")
    assert (event.facts["chair"], event.facts["recorder"]) == ("林书瑶", OTHER)
    told = set(Notice.objects.filter(event=event).values_list("reader__name", flat=True))
    assert told == {"林书瑶", "许知夏", OTHER}
    assert newest(smtp, BEFORE, people[OTHER])[0] == "REQUEST"
    with clock.at(BEFORE), pytest.raises(PermissionDenied):
        add(people, meeting, GUEST, by="许知夏")  # takes the minutes no longer


def test_chair_and_minute_taker_speak_for_a_department(people: People, meeting: Meeting) -> None:
    with clock.at(BEFORE):
        assert refused(lambda: name(people, meeting, GUEST, "许知夏"))[1] == "chair"
        assert refused(lambda: name(people, meeting, "周以宁", GUEST))[1] == "recorder"


def test_two_who_name_another_chair_at_once(people: People, meeting: Meeting) -> None:
    said = {"actor": people["周以宁"], "meeting_uid": meeting.uid, "recorder": people["许知夏"]}
    with clock.at(BEFORE):
        name_keepers(**said, chair=people["林书瑶"], seen_version=meeting.version)
        with pytest.raises(Conflict) as caught:
            name_keepers(**said, chair=people[OTHER], seen_version=meeting.version)
        with pytest.raises(Unseen):
            name_keepers(**said, chair=people[OTHER], seen_version=None)
    assert caught.value.theirs["chair"] == people["林书瑶"]


@pytest.mark.parametrize("who", [OTHER, GUEST])
def test_who_neither_calls_nor_keeps_it_changes_nothing(people: People, meeting: Meeting, who: str) -> None:
    with clock.at(BEFORE):
        for act in (
            lambda: add(people, meeting, GUEST, by=who),
            lambda: off(people, meeting, "林书瑶", by=who),
            lambda: name(people, meeting, OTHER, OTHER, by=who),
        ):
            with pytest.raises(PermissionDenied):
                act()
