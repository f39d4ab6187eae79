"""The conference's kick-off, as the sample tells it: minutes 40 minutes late, an objection, a second version."""

from datetime import timedelta
from typing import Any

import pytest

from activity.models import Clock, Event
from collab.samples import files
from common import clock
from documents.services.finishing import finish_document
from meetings.differences import differences, version_before
from meetings.models import Meeting, Minutes, ResolutionObjection
from meetings.services import (
    add_resolution,
    call_meeting,
    confirm_minutes,
    end_meeting,
    object_to_resolution,
    open_revision,
    publish_minutes,
    write_summary,
)
from people.models import User
from tests.documents.build import sign_as
from tests.meetings.test_distribute_minutes import walk
from tests.samples import builder
from tests.servers import Smtp

People = dict[str, User]
SAID: Any = files.load("customer-conference", 0)
KICKOFF: Any = SAID.meeting("kickoff")
STARTS, ENDED = files.moment(KICKOFF["start"]), files.moment(KICKOFF["end"])
OUT = files.moment(KICKOFF["minutes"]["distributed_at"])
(OBJECTION,) = KICKOFF["minutes"]["objections"]
HEADS, LIAISONS = [row.head for row in SAID.departments], [row.liaison for row in SAID.departments]


@pytest.fixture
def kickoff(people: People) -> Meeting:
    """Held from 14:00 to 15:30, with a resolution on the venue; nothing is written until 16:10 of the next day."""
    story = builder.begin(SAID, people)
    chair = people[KICKOFF["chair"]]
    with clock.at(STARTS - timedelta(days=1)):
        said = {"kind": "kickoff", "title": KICKOFF["title"], "starts_at": STARTS, "ends_at": ENDED}
        meeting = call_meeting(actor=chair, project_uid=story.uid, chair=chair, recorder=people["裴念安"], **said)
    with clock.at(ENDED):
        end_meeting(actor=chair, meeting_uid=meeting.uid)
    return meeting


def publish(meeting: Meeting, people: People) -> Minutes:
    with clock.at(OUT):
        keeper = people["裴念安"]
        add_resolution(actor=keeper, meeting_uid=meeting.uid, text="场地容量按300人准备")
        write_summary(actor=keeper, meeting_uid=meeting.uid, seen_version=1, summary="分工与节点一致通过。")
        return publish_minutes(actor=keeper, meeting_uid=meeting.uid)


def test_40_minutes_late_is_a_breach_that_is_recorded_and_told(kickoff: Meeting, people: People, smtp: Smtp) -> None:
    walk(ENDED, OUT - timedelta(minutes=10))
    minutes = publish(kickoff, people)
    walk(OUT + timedelta(minutes=1), OUT + timedelta(minutes=2), timedelta(minutes=1))
    assert timedelta(hours=24, minutes=40) == OUT - ENDED
    running = Clock.objects.get(kind="minutes", object_id=minutes.pk)
    assert running.due_at == ENDED + timedelta(hours=24)
    assert running.breached_at == running.due_at
    assert running.stopped_at == OUT + timedelta(minutes=1)
    breach = Event.objects.get(verb="minutes.breached")
    assert {row.reader.name for row in breach.notices.all()} == {"林书瑶", "裴念安"}
    told = Event.objects.get(verb="minutes.empty")
    assert told.at == running.due_at - timedelta(minutes=90)
    assert {row.user.name for row in minutes.readers.filter(reached_at__isnull=False)} == {*HEADS, *LIAISONS}


def test_the_administration_objects_version_2_says_what_differs_and_all_confirm_it(kickoff: Meeting, people: People) -> None:
    first = publish(kickoff, people)
    head = people[SAID.party(OBJECTION["dept"]).head]
    with clock.at(OUT + timedelta(minutes=40)):
        (held,) = first.resolutions.all()
        object_to_resolution(actor=head, resolution_uid=held.uid, text=OBJECTION["text"])
    with clock.at(OUT + timedelta(minutes=80)):
        draft = open_revision(actor=people["裴念安"], minutes_uid=first.uid, reason=OBJECTION["text"])
        (row,) = draft.resolutions.all()
        row.text = "场地容量按350人准备"
        row.bump("text")
        second = publish_minutes(actor=people["裴念安"], meeting_uid=kickoff.uid)
    first.refresh_from_db()
    assert (first.state, first.document.state) == ("superseded", "withdrawn")
    assert second.edition == KICKOFF["minutes"]["confirmed_version"]
    assert ResolutionObjection.objects.get().state == "settled"
    before = version_before(second)
    assert before == first
    (found,) = differences(first.content, second.content)
    assert (found.part, found.kind) == ("resolution", "changed")
    assert (found.before, found.after) == ("场地容量按300人准备", "场地容量按350人准备")
    with clock.at(files.moment(KICKOFF["minutes"]["confirmed_all_at"])):
        for name in LIAISONS:
            confirm_minutes(actor=people[name], minutes_uid=second.uid)
        for name in HEADS:
            sign_as(people[name], second.document)
        finish_document(second.document_id)
    second.refresh_from_db()
    assert second.state == "archived"
    assert second.document.state == "complete"
    assert second.readers.filter(confirmed_at__isnull=True).count() == 0
