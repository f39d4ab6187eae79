"""Minutes of one project that go out at the same moment: no two get the same number."""

import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction

from common import clock
from meetings.models import Meeting, Minutes
from meetings.services import call_meeting, lay_agenda, publish_minutes, write_summary
from people.models import User
from projects.models import Project
from tests.meetings.conftest import END, KICKOFF

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.races]
People = dict[str, User]


def called(people: People, project: Project, title: str) -> Meeting:
    """Another meeting on the day of the kick-off, its minutes written."""
    with clock.at(KICKOFF - timedelta(days=1)):
        meeting = call_meeting(
            actor=people["周以宁"], project_uid=project.uid, kind="other", title=title, starts_at=KICKOFF, ends_at=END
        )
    with clock.at(END):
        lay_agenda(meeting)
        write_summary(actor=people["周以宁"], meeting_uid=meeting.uid, seen_version=1, summary=title)
    return meeting


def test_who_comes_second_sees_the_number_of_the_first(project: Project, people: People) -> None:
    moved, first, second = (called(people, project, title) for title in ("甲", "乙", "丙"))
    out, ended = threading.Event(), threading.Event()

    def publish(meeting: Meeting) -> None:
        try:
            with clock.at(END + timedelta(hours=1)), transaction.atomic():
                publish_minutes(actor=people["周以宁"], meeting_uid=meeting.uid)
                out.set()
                assert meeting == second or ended.wait(20)
        finally:
            connection.close()

    threads = [threading.Thread(target=publish, args=[meeting]) for meeting in (first, second)]
    threads[0].start()
    assert out.wait(20)
    Meeting.objects.filter(pk=moved.pk).update(starts_at=KICKOFF - timedelta(days=3))  # now the next two count alike
    threads[1].start()
    threads[1].join(1)
    assert threads[1].is_alive()  # it waits for the first
    ended.set()
    for thread in threads:
        thread.join(20)
    numbers = [minutes.content["number"] for minutes in Minutes.objects.filter(distributed_at__isnull=False).order_by("meeting")]
    assert len(numbers) == 2 == len(set(numbers)), numbers
