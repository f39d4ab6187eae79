"""The backlog of topics (rule D2): fed by departments, taken up by the next meeting, done when it was talked about."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from common.refusals import Refused, Unseen
from meetings.agenda import agenda_of, left_over
from meetings.beat import plan_meetings
from meetings.models import Meeting, Topic
from meetings.services import (
    add_resolution,
    end_meeting,
    feed_topic,
    finish_topic,
    mark_not_held,
    publish_minutes,
    take_up,
    withdraw_topic,
    write_item,
    write_summary,
)
from people.models import Department, User
from projects.models import Project
from tests.meetings.test_agenda import FIRST, make_late, monday, weekly_on
from tests.tracking import changing
from tests.tracking.build import moment

People = dict[str, User]


@pytest.fixture
def launch(people: People) -> Project:
    return changing.in_force(people)


@pytest.fixture
def topic(launch: Project, people: People) -> Topic:
    """Of 销售部, on Friday."""
    with monday(date(2026, 4, 17), 15):
        return feed_topic(
            actor=people["许知夏"], project_uid=launch.uid, text="门店陈列标准", department=Department.objects.get(name="销售部")
        )


def laid(project: Project, day: date = FIRST) -> Meeting:
    with monday(day):
        plan_meetings()
    return weekly_on(project, day)


def publish(people: People, meeting: Meeting, hour: int = 11) -> None:
    day = meeting.starts_at.date()
    with monday(day, hour):
        draft = meeting.minutes_versions.get()
        write_summary(actor=people["周以宁"], meeting_uid=meeting.uid, seen_version=draft.version, summary="按计划推进")
        end_meeting(actor=people["周以宁"], meeting_uid=meeting.uid, ended_at=moment(day, 10, 40))
        publish_minutes(actor=people["周以宁"], meeting_uid=meeting.uid)


def test_the_next_weekly_meeting_takes_it_up_by_itself(launch: Project, topic: Topic) -> None:
    meeting = laid(launch)
    topic.refresh_from_db()
    assert topic.state == "taken"
    assert meeting.agenda.get(topic=topic).title == "门店陈列标准"


def test_it_is_done_when_the_minutes_say_something_on_it(launch: Project, topic: Topic, people: People) -> None:
    meeting = laid(launch)
    item = meeting.agenda.get(topic=topic)
    with monday(hour=11):
        add_resolution(actor=people["周以宁"], meeting_uid=meeting.uid, text="按总部标准", item_uid=item.uid)
    publish(people, meeting)
    topic.refresh_from_db()
    assert topic.state == "done"


def test_what_nobody_got_to_comes_back_and_counts(launch: Project, topic: Topic, people: People) -> None:
    publish(people, laid(launch))
    topic.refresh_from_db()
    assert (topic.state, topic.carried) == ("open", 1)
    second = laid(launch, date(2026, 4, 27))
    assert second.agenda.get(topic=topic).carried == 1
    item = second.agenda.get(topic=topic)
    with monday(date(2026, 4, 27), 11):
        write_item(actor=people["周以宁"], item_uid=item.uid, seen_version=item.version, notes="按总部标准")
    publish(people, second)
    topic.refresh_from_db()
    assert (topic.state, topic.carried) == ("done", 1)


def test_a_meeting_that_was_not_held_gives_its_topics_back_and_counts_nothing(launch: Project, topic: Topic) -> None:
    meeting = laid(launch)
    mark_not_held(actor=None, meeting_uid=meeting.uid, reason="停电")
    topic.refresh_from_db()
    assert (topic.state, topic.carried) == ("open", 0)


def test_a_meeting_cancelled_before_it_begins_leaves_its_topics_waiting(launch: Project, topic: Topic, people: People) -> None:
    meeting, chair = weekly_on(launch, FIRST), people["周以宁"]
    with monday(FIRST, 8):
        draft = meeting.minutes_versions.get()
        write_summary(actor=chair, meeting_uid=meeting.uid, seen_version=draft.version, summary="会前备忘")
        mark_not_held(actor=chair, meeting_uid=meeting.uid, reason="改期")
        topic.refresh_from_db()
        assert (topic.state, topic.carried) == ("open", 0)
        assert withdraw_topic(actor=people["许知夏"], topic_uid=topic.uid, seen_version=topic.version).state == "withdrawn"


def test_an_agenda_that_was_written_down_gives_its_topics_back_when_its_meeting_is_cancelled(
    launch: Project, topic: Topic, people: People
) -> None:
    meeting = laid(launch)
    Meeting.objects.filter(pk=meeting.pk).update(starts_at=moment(FIRST, 14), ends_at=moment(FIRST, 15))  # as once was possible
    with monday(FIRST, 11):
        mark_not_held(actor=people["周以宁"], meeting_uid=meeting.uid, reason="改期")
    topic.refresh_from_db()
    assert (topic.state, topic.carried) == ("open", 0)


def test_one_takes_back_the_own_topic_while_it_waits(launch: Project, topic: Topic, people: People) -> None:
    with pytest.raises(PermissionDenied):
        withdraw_topic(actor=people["周以宁"], topic_uid=topic.uid, seen_version=1)
    with pytest.raises(Unseen):
        withdraw_topic(actor=people["许知夏"], topic_uid=topic.uid, seen_version=None)
    assert withdraw_topic(actor=people["许知夏"], topic_uid=topic.uid, seen_version=1).state == "withdrawn"
    assert not laid(launch).agenda.filter(topic=topic).exists()


def test_once_on_an_agenda_it_is_settled_there_by_minutes_or_by_a_click(launch: Project, topic: Topic, people: People) -> None:
    laid(launch)
    topic.refresh_from_db()
    with pytest.raises(Refused):
        withdraw_topic(actor=people["许知夏"], topic_uid=topic.uid, seen_version=topic.version)
    assert finish_topic(actor=people["周以宁"], topic_uid=topic.uid, seen_version=topic.version).state == "done"


def test_a_cooperating_department_speaks_for_itself_and_readers_feed_nothing(launch: Project, people: People) -> None:
    sales = Department.objects.get(name="销售部")
    for name in ("沈嘉禾", "米小禾", "钟鉴明"):
        with pytest.raises(PermissionDenied):
            feed_topic(actor=people[name], project_uid=launch.uid, text="x", department=sales)
    with pytest.raises(PermissionDenied):
        feed_topic(actor=people["许知夏"], project_uid=launch.uid, text="x")


def test_what_was_left_over_is_taken_up_when_there_is_time_after_all(launch: Project, topic: Topic, people: People) -> None:
    make_late(launch, 10)
    meeting = laid(launch)
    left = left_over(meeting)
    subject = f"meetings.topic:{topic.uid}"
    assert subject in [matter.subject for matter in left]
    with monday(hour=10, minute=20):
        take_up(actor=people["周以宁"], meeting_uid=meeting.uid, subject=subject)
        take_up(actor=people["周以宁"], meeting_uid=meeting.uid, subject=subject)
    meeting = weekly_on(launch, FIRST)
    assert agenda_of(meeting)[-1].topic_id == topic.pk
    assert len(left_over(meeting)) == len(left) - 1
    topic.refresh_from_db()
    assert topic.state == "taken"


def test_the_backlog_is_fed_from_its_page_and_a_mistake_loses_nothing(client: Client, launch: Project, people: People) -> None:
    client.force_login(people["许知夏"])
    url, sales = reverse("backlog", args=[launch.uid]), Department.objects.get(name="销售部")
    said = {"text": "门店陈列标准", "kind": "weekly", "department": sales.uid}
    with monday(date(2026, 4, 17), 15):
        assert client.post(url, said).status_code == 302
        wrong = client.post(url, said | {"kind": "kickoff"}, headers={"HX-Request": "true"})
        assert wrong.status_code == 422
        assert "门店陈列标准" in wrong.content.decode()
        assert "门店陈列标准" in client.get(url).content.decode()
    assert Topic.objects.count() == 1
