"""Objecting to a resolution of distributed minutes, and what comes of it (rule D5)."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from activity.models import Event
from common import clock
from common.refusals import Conflict, Refused
from meetings.beat import plan_meetings
from meetings.desk import to_confirm, to_settle
from meetings.gates import resolution_items
from meetings.models import Meeting, Minutes, Resolution, ResolutionObjection
from meetings.queries import readers_for
from meetings.readers import outstanding
from meetings.resolutions import Resolutions
from meetings.services import (
    add_resolution,
    answer_objection,
    archive_minutes,
    call_meeting,
    confirm_minutes,
    mark_not_needed,
    object_to_resolution,
    open_revision,
    publish_minutes,
    remove_resolution,
    withdraw_objection,
    write_summary,
)
from people.models import User
from projects.models import Project
from tests.meetings.conftest import END, KICKOFF

People = dict[str, User]
State = ResolutionObjection.State
OUT = END + timedelta(hours=1)
SOON = END + timedelta(hours=2)
LATER = END + timedelta(days=4)


@pytest.fixture
def out(weekly: Meeting, people: People) -> Minutes:
    """Minutes of the liaisons' meeting with two resolutions, distributed an hour after its end."""
    chair = people["周以宁"]
    with clock.at(OUT):
        add_resolution(actor=chair, meeting_uid=weekly.uid, text="场地按300人准备")
        add_resolution(actor=chair, meeting_uid=weekly.uid, text="首批铺货100家门店")
        return publish_minutes(actor=chair, meeting_uid=weekly.uid)


def state_of(minutes: Minutes, name: str, people: People) -> str:
    minutes = Minutes.objects.select_related("meeting__project").get(pk=minutes.pk)
    return {line.reader.user.name: line.state for line in readers_for(people["周以宁"], minutes)}[name]


def object_as(user: User, minutes: Minutes, text: str = "场地容量应写350人", row: int = 0) -> ResolutionObjection:
    return object_to_resolution(actor=user, resolution_uid=minutes.resolutions.all()[row].uid, text=text)


def test_an_objection_is_an_answer_and_no_confirmation_and_keepers_hear_it(out: Minutes, people: People) -> None:
    with clock.at(SOON):
        object_as(people["许知夏"], out)
        assert state_of(out, "许知夏", people) == "objected"
        assert to_confirm(people["许知夏"]).total == 0
        assert to_settle(people["周以宁"]).total == 1
        assert "许知夏" not in [row.user.name for row in outstanding(out)]
    event = Event.objects.get(verb="minutes.objected")
    assert event.facts["resolution"] == "场地按300人准备"
    assert {row.reader.name for row in event.notices.all()} == {"周以宁"}


def test_objected_again_it_is_worded_anew_not_twice(out: Minutes, people: People) -> None:
    with clock.at(SOON):
        first = object_as(people["许知夏"], out)
        assert object_as(people["许知夏"], out) == first
        assert object_as(people["许知夏"], out, "应写360人").text == "应写360人"
    assert ResolutionObjection.objects.count() == 1
    assert Event.objects.filter(verb="minutes.objected").count() == 2


def test_whoever_confirms_after_objecting_objects_no_longer(out: Minutes, people: People) -> None:
    with clock.at(SOON):
        row = object_as(people["许知夏"], out)
        confirm_minutes(actor=people["许知夏"], minutes_uid=out.uid)
        confirm_minutes(actor=people["许知夏"], minutes_uid=out.uid)
    row.refresh_from_db()
    assert row.state == State.WITHDRAWN
    assert state_of(out, "许知夏", people) == "confirmed"
    event = Event.objects.get(verb="minutes.confirmed")
    assert event.facts["withdrawn"] == 1
    assert {notice.reader.name for notice in event.notices.all()} == {"周以宁"}


def test_whoever_objects_after_confirming_has_not_confirmed(out: Minutes, people: People) -> None:
    with clock.at(SOON):
        confirm_minutes(actor=people["许知夏"], minutes_uid=out.uid)
        object_as(people["许知夏"], out)
    assert state_of(out, "许知夏", people) == "objected"
    assert out.readers.get(user=people["许知夏"]).confirmed_at is None


def test_withdrawn_the_resolution_is_free_and_an_answer_is_still_to_come(out: Minutes, people: People) -> None:
    with clock.at(SOON):
        row = object_as(people["许知夏"], out)
        with pytest.raises(PermissionDenied):
            withdraw_objection(actor=people["田牧野"], objection_uid=row.uid)
        withdraw_objection(actor=people["许知夏"], objection_uid=row.uid)
        withdraw_objection(actor=people["许知夏"], objection_uid=row.uid)
        assert to_confirm(people["许知夏"]).total == 1
        assert object_as(people["许知夏"], out, "还是不对").state == State.OPEN
    assert Event.objects.filter(verb="minutes.objection_withdrawn").count() == 1


def test_without_a_reason_and_with_an_endless_one_it_is_refused_at_its_field(out: Minutes, people: People) -> None:
    with clock.at(SOON):
        for text in ("  ", "长" * 501, "坏\x00字"):
            with pytest.raises(Refused) as said:
                object_as(people["许知夏"], out, text)
            assert said.value.field == "text"
    assert not ResolutionObjection.objects.exists()


def test_only_who_attends_objects(people: People, project: Project) -> None:
    chair = people["周以宁"]
    with clock.at(KICKOFF - timedelta(days=1)):
        said = {"kind": "other", "title": "会", "starts_at": KICKOFF, "ends_at": END}
        meeting = call_meeting(
            actor=chair, project_uid=project.uid, attendees=[people["沈嘉禾"]], copies=[people["顾承泽"]], **said
        )
    with clock.at(OUT):
        add_resolution(actor=chair, meeting_uid=meeting.uid, text="场地按300人准备")
        minutes = publish_minutes(actor=chair, meeting_uid=meeting.uid)
    with clock.at(SOON):
        for name in ("顾承泽", "许知夏", "陆景行", "钟鉴明"):  # in copy; not there; not there; an auditor
            with pytest.raises(PermissionDenied):
                object_as(people[name], minutes)
        object_as(people["沈嘉禾"], minutes)


def test_an_objection_after_archiving_is_refused_with_words(out: Minutes, people: People) -> None:
    with clock.at(LATER):
        archive_minutes(actor=people["周以宁"], minutes_uid=out.uid)
        with pytest.raises(Refused) as said:
            object_as(people["许知夏"], out)
    assert said.value.code == "archived"


def test_the_system_archives_with_the_silent_named_once(out: Minutes, people: People) -> None:
    with clock.at(SOON):
        confirm_minutes(actor=people["田牧野"], minutes_uid=out.uid)
    assert out.answer_by is not None
    with clock.at(out.answer_by - timedelta(minutes=1)):
        plan_meetings()
        out.refresh_from_db()
        assert out.state == "distributed"
    for late in range(3):
        with clock.at(out.answer_by + timedelta(minutes=late)):
            plan_meetings()
    out.refresh_from_db()
    assert out.state == "archived"
    event = Event.objects.get(verb="minutes.archived")
    assert event.actor is None
    assert sorted(event.facts["silent"]) == sorted(["沈嘉禾", "许知夏", "孟初晴"])
    assert state_of(out, "沈嘉禾", people) == "silent"


def test_an_open_objection_keeps_them_from_the_archive_and_keepers_are_told_once(out: Minutes, people: People) -> None:
    with clock.at(SOON):
        row = object_as(people["许知夏"], out)
    for minute in range(3):
        with clock.at(LATER + timedelta(minutes=minute)):
            plan_meetings()
            with pytest.raises(Refused) as said:
                archive_minutes(actor=people["周以宁"], minutes_uid=out.uid)
            assert said.value.code == "objected"
    out.refresh_from_db()
    assert out.state == "distributed"
    assert Event.objects.filter(verb="minutes.held_up").count() == 1
    with clock.at(LATER + timedelta(minutes=5)):
        withdraw_objection(actor=people["许知夏"], objection_uid=row.uid)
        plan_meetings()
    out.refresh_from_db()
    assert out.state == "archived"
    assert out.document is not None
    assert out.document.snapshot["archive"]["objections"][0]["state"] == State.WITHDRAWN


def test_a_new_version_settles_what_it_changes_and_what_is_answered_and_leaves_the_rest(
    out: Minutes, weekly: Meeting, people: People
) -> None:
    chair = people["周以宁"]
    with clock.at(SOON):
        first = object_as(people["许知夏"], out)
        second = object_as(people["沈嘉禾"], out, "应为80家", row=1)
        third = object_as(people["田牧野"], out, "谁来铺货", row=1)
        answer_objection(actor=chair, objection_uid=second.uid, seen_version=1, answer="合同写的是100家")
        with pytest.raises(Conflict):
            answer_objection(actor=chair, objection_uid=second.uid, seen_version=1, answer="另一个说法")
        draft = open_revision(actor=chair, minutes_uid=out.uid, reason="更正场地容量")
        assert [row.lineage for row in draft.resolutions.all()] == [row.lineage for row in out.resolutions.all()]
        row = draft.resolutions.all()[0]
        row.text = "场地按350人准备"
        row.bump("text")
        newer = publish_minutes(actor=chair, meeting_uid=weekly.uid)
    states = {row.objector.name: row.state for row in ResolutionObjection.objects.select_related("objector")}
    assert states == {"许知夏": State.SETTLED, "沈嘉禾": State.SETTLED, "田牧野": State.OPEN}
    assert newer.content is not None
    assert newer.content["answers"][0]["answer"] == "合同写的是100家"
    assert newer.content["reason"] == "更正场地容量"
    with clock.at(SOON + timedelta(hours=1)):
        with pytest.raises(Refused) as said:
            withdraw_objection(actor=people["许知夏"], objection_uid=first.uid)
        assert said.value.code == "settled"
        with pytest.raises(Refused):
            object_as(people["许知夏"], out)
        assert to_confirm(people["许知夏"]).total == 1  # asked anew
        confirm_minutes(actor=people["田牧野"], minutes_uid=newer.uid)
    third.refresh_from_db()
    assert third.state == State.WITHDRAWN


def test_while_a_new_version_is_written_one_still_objects_and_nobody_confirms(out: Minutes, people: People) -> None:
    with clock.at(SOON):
        open_revision(actor=people["周以宁"], minutes_uid=out.uid, reason="更正")
        assert to_confirm(people["许知夏"]).total == 0
        with pytest.raises(Refused):
            confirm_minutes(actor=people["许知夏"], minutes_uid=out.uid)
        assert object_as(people["许知夏"], out).state == State.OPEN
        with pytest.raises(Refused):
            open_revision(actor=people["周以宁"], minutes_uid=out.uid, reason="再更正")
    with clock.at(LATER):
        plan_meetings()
    out.refresh_from_db()
    assert out.state == "distributed"


def test_a_resolution_left_out_settles_its_objection(out: Minutes, weekly: Meeting, people: People) -> None:
    with clock.at(SOON):
        row = object_as(people["许知夏"], out)
        draft = open_revision(actor=people["周以宁"], minutes_uid=out.uid, reason="删去场地")
        remove_resolution(actor=people["周以宁"], resolution_uid=draft.resolutions.all()[0].uid)
        publish_minutes(actor=people["周以宁"], meeting_uid=weekly.uid)
    row.refresh_from_db()
    assert row.state == State.SETTLED


def test_a_held_up_resolution_of_the_kickoff_is_not_carried_into_the_memorandum(
    kickoff: Meeting, people: People, project: Project
) -> None:
    chair = people["林书瑶"]
    with clock.at(OUT):
        for text in ("场地按300人准备", "统一包装"):
            add_resolution(actor=chair, meeting_uid=kickoff.uid, text=text)
        minutes = publish_minutes(actor=chair, meeting_uid=kickoff.uid)
    with clock.at(SOON):
        row = object_as(people["沈嘉禾"], minutes)
        lines = {line.row.text: line for line in Resolutions(project).lines()}
        assert [one.text for one in lines["场地按300人准备"].held] == ["场地容量应写350人"]
        assert not lines["场地按300人准备"].address
        assert lines["统一包装"].address
        (missing,) = resolution_items(project)
        assert str(missing.text).startswith("启动会还有 1")
        held = Resolution.objects.get(text="场地按300人准备")
        with pytest.raises(Refused):
            mark_not_needed(actor=chair, resolution_uid=held.uid, reason="不需要")
        withdraw_objection(actor=people["沈嘉禾"], objection_uid=row.uid)
        assert mark_not_needed(actor=chair, resolution_uid=held.uid, reason="不需要")


def test_minutes_cannot_be_corrected_before_they_are_out_or_once_archived(weekly: Meeting, people: People, out: Minutes) -> None:
    chair = people["周以宁"]
    with clock.at(SOON):
        with pytest.raises(Refused) as said:
            open_revision(actor=chair, minutes_uid=out.uid, reason=" ")
        assert said.value.field == "reason"
        draft = open_revision(actor=chair, minutes_uid=out.uid, reason="更正")
        with pytest.raises(Refused):
            open_revision(actor=chair, minutes_uid=draft.uid, reason="更正")
        write_summary(actor=chair, meeting_uid=weekly.uid, seen_version=draft.version, summary="更正后的摘要")
        publish_minutes(actor=chair, meeting_uid=weekly.uid)
    with clock.at(LATER):
        archive_minutes(actor=chair, minutes_uid=draft.uid)
        with pytest.raises(Refused) as said:
            open_revision(actor=chair, minutes_uid=draft.uid, reason="晚了")
    assert said.value.code == "archived"
