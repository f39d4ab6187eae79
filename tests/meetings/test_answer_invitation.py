"""Whether one comes to a meeting is said on its page, by POST, for oneself alone, until it begins (rule D1)."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client

from activity.models import Event, Notice
from common import clock
from common.refusals import Refused
from meetings.models import Attendee, Meeting
from meetings.services import answer_invitation, call_meeting, move_meeting
from people.models import User
from projects.models import Project
from tests.meetings.conftest import END, KICKOFF

People = dict[str, User]
BEFORE = KICKOFF - timedelta(hours=5)


def answer_of(meeting: Meeting, who: User) -> str:
    return Attendee.objects.get(meeting=meeting, user=who).answer


def page(who: User, meeting: Meeting, moment: object = BEFORE) -> str:
    client = Client()
    client.force_login(who)
    with clock.at(moment):  # type: ignore[arg-type]
        return client.get(meeting.get_absolute_url()).content.decode()


def test_one_answers_by_one_post_and_chair_and_minute_taker_see_the_counts(people: People, kickoff: Meeting) -> None:
    client = Client()
    client.force_login(people["沈嘉禾"])
    with clock.at(BEFORE):
        url, said = f"{kickoff.get_absolute_url()}answer/", {"answer": "accepted", "seen_sequence": "0"}
        assert client.get(url).status_code == 405
        assert client.post(url, {"answer": "accepted"}).status_code == 428
        assert answer_of(kickoff, people["沈嘉禾"]) == "none"
        shown = client.post(url, said, headers={"hx-request": "true"}).content.decode()
        client.post(url, said)
    assert 'value="accepted" aria-pressed="true"' in shown
    assert answer_of(kickoff, people["沈嘉禾"]) == "accepted"
    assert Event.objects.filter(verb="meeting.accepted").count() == 1
    assert "1 人参加 · 9 人未回复" in page(people["林书瑶"], kickoff)
    assert "人未回复" not in page(people["田牧野"], kickoff)
    assert page(people["田牧野"], kickoff).count("state-sign is-good") == 0


def test_the_chair_hears_of_who_cannot_come(people: People, kickoff: Meeting) -> None:
    with clock.at(BEFORE):
        answer_invitation(actor=people["沈嘉禾"], meeting_uid=kickoff.uid, answer="accepted", seen_sequence=0)
        answer_invitation(actor=people["沈嘉禾"], meeting_uid=kickoff.uid, answer="declined", seen_sequence=0)
    told = Notice.objects.filter(event__verb__in=("meeting.accepted", "meeting.declined"))
    assert [(row.reader.name, row.event.verb) for row in told] == [("林书瑶", "meeting.declined")]


def test_nobody_answers_for_a_meeting_that_he_is_not_invited_to(people: People, weekly: Meeting) -> None:
    with clock.at(BEFORE), pytest.raises(PermissionDenied):
        answer_invitation(actor=people["顾承泽"], meeting_uid=weekly.uid, answer="accepted", seen_sequence=0)
    assert not Attendee.objects.exclude(answer="none").exists()


def test_who_is_in_copy_is_not_asked(people: People, project: Project) -> None:
    with clock.at(BEFORE):
        meeting = call_meeting(
            actor=people["周以宁"], project_uid=project.uid, kind="other", title="评审", starts_at=KICKOFF, ends_at=END,
            attendees=[people["沈嘉禾"]], copies=[people["顾承泽"]],
        )  # fmt: skip
        with pytest.raises(PermissionDenied):
            answer_invitation(actor=people["顾承泽"], meeting_uid=meeting.uid, answer="accepted", seen_sequence=0)
    assert "answer-form" not in page(people["顾承泽"], meeting)


@pytest.mark.parametrize("answer", ["none", "", "yes", "accepted\x00"])
def test_an_answer_that_is_none_is_refused(people: People, kickoff: Meeting, answer: str) -> None:
    with clock.at(BEFORE), pytest.raises(Refused):
        answer_invitation(actor=people["沈嘉禾"], meeting_uid=kickoff.uid, answer=answer, seen_sequence=0)


def test_once_it_has_begun_nobody_answers_any_more(people: People, kickoff: Meeting) -> None:
    with clock.at(KICKOFF), pytest.raises(Refused):
        answer_invitation(actor=people["沈嘉禾"], meeting_uid=kickoff.uid, answer="accepted", seen_sequence=0)
    assert "answer-form" not in page(people["沈嘉禾"], kickoff, KICKOFF)


def test_a_meeting_that_moves_asks_anew(people: People, kickoff: Meeting) -> None:
    with clock.at(BEFORE):
        answer_invitation(actor=people["沈嘉禾"], meeting_uid=kickoff.uid, answer="accepted", seen_sequence=0)
        later = KICKOFF + timedelta(days=1)
        move_meeting(
            actor=people["周以宁"], meeting_uid=kickoff.uid, seen_version=kickoff.version, starts_at=later,
            ends_at=later + timedelta(hours=1),
        )  # fmt: skip
        with pytest.raises(Refused):  # from a page that shows the earlier time
            answer_invitation(actor=people["田牧野"], meeting_uid=kickoff.uid, answer="accepted", seen_sequence=0)
    row = Attendee.objects.get(meeting=kickoff, user=people["沈嘉禾"])
    assert (row.answer, row.answered_at) == ("none", None)
    assert row.history.count() == 3
