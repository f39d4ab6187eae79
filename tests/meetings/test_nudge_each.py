"""Who is asked again with others reads how often the own answer was asked for, nobody else's count (rule H1b)."""

from datetime import timedelta

import pytest
from django.utils.translation import override

from activity.models import Event, Notice
from common import clock
from meetings.models import Meeting, Minutes
from meetings.services import add_resolution, nudge_readers, publish_minutes
from people.models import User
from tests.meetings.test_answer_minutes import MORNING, OUT, SOON

People = dict[str, User]


@pytest.fixture
def out(weekly: Meeting, people: People) -> Minutes:
    with clock.at(OUT):
        add_resolution(actor=people["周以宁"], meeting_uid=weekly.uid, text="首批铺货100家门店")
        return publish_minutes(actor=people["周以宁"], meeting_uid=weekly.uid)


def read_by(user: User) -> list[str]:
    """What this person was told of being asked, the last first, in English."""
    with override("en"):
        rows = Notice.objects.filter(reader=user, event__verb="minutes.nudged").order_by("-id")
        return [notice.event.sentence for notice in rows]


def test_each_reads_the_own_name_and_the_own_count(out: Minutes, people: People) -> None:
    chair, often = people["周以宁"], out.readers.get(user=people["许知夏"])
    with clock.at(SOON):
        nudge_readers(actor=chair, minutes_uid=out.uid, reader_uid=often.uid)
    with clock.at(MORNING + timedelta(hours=3)):
        nudge_readers(actor=chair, minutes_uid=out.uid, reader_uid=often.uid)
    with clock.at(MORNING + timedelta(days=1, hours=3)):
        asked = nudge_readers(actor=chair, minutes_uid=out.uid)
    assert {row.user.name: row.nudges for row in asked} == {"许知夏": 3, "沈嘉禾": 1, "田牧野": 1, "孟初晴": 1}
    last = Event.objects.filter(verb="minutes.nudged").order_by("-id")[:4]
    assert {tuple(event.facts["to"]): event.facts["count"] for event in last} == {
        ("许知夏",): 3, ("沈嘉禾",): 1, ("田牧野",): 1, ("孟初晴",): 1,
    }  # fmt: skip
    first = "周以宁 asks 沈嘉禾 to answer the minutes of “周例会” (reminder no. 1)"
    assert read_by(people["沈嘉禾"]) == [first]
    third = "周以宁 asks 许知夏 to answer the minutes of “周例会” (reminder no. 3)"
    assert read_by(people["许知夏"])[0] == third
    assert read_by(people["蒋明远"]) == [third]  # the head hears of the third time alone
