"""Confirming and archiving minutes (rules C4, D5, D6)."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client

from activity.models import Event
from common import clock, ports
from common.refusals import Refused
from documents.services import object_to
from documents.services.finishing import finish_document
from meetings.models import Meeting, Minutes
from meetings.queries import readers_for
from meetings.services import (
    add_resolution,
    archive_minutes,
    confirm_minutes,
    note_seen,
    object_to_resolution,
    publish_minutes,
    write_summary,
)
from people.models import User
from projects.models import Project
from tests.documents.build import sign_as
from tests.meetings.conftest import END

People = dict[str, User]
HEADS = ("林书瑶", "顾承泽", "贺立川", "蒋明远", "宋清越")
LIAISONS = ("周以宁", "沈嘉禾", "田牧野", "许知夏", "孟初晴")


def out(meeting: Meeting, people: People) -> Minutes:
    """The minutes of a meeting, distributed an hour after its end by its chair."""
    with clock.at(END + timedelta(hours=1)):
        write_summary(actor=meeting.chair, meeting_uid=meeting.uid, seen_version=1, summary="目标与分工已达成一致。")
        return publish_minutes(actor=meeting.chair, meeting_uid=meeting.uid)


def states(user: User, minutes: Minutes) -> dict[str, str]:
    minutes = Minutes.objects.select_related("meeting__project").get(pk=minutes.pk)
    return {line.reader.user.name: line.state for line in readers_for(user, minutes)}


def test_unread_read_confirmed_and_no_reply_are_states_of_their_own(weekly: Meeting, people: People) -> None:
    minutes = out(weekly, people)
    with clock.at(END + timedelta(hours=2)):
        note_seen(actor=people["沈嘉禾"], minutes=minutes)
        confirm_minutes(actor=people["田牧野"], minutes_uid=minutes.uid)
        confirm_minutes(actor=people["田牧野"], minutes_uid=minutes.uid)
        assert states(people["周以宁"], minutes) == {
            "周以宁": "confirmed",
            "沈嘉禾": "seen",
            "田牧野": "confirmed",
            "许知夏": "unseen",
            "孟初晴": "unseen",
        }
    with clock.at(END + timedelta(days=4)):
        assert states(people["周以宁"], minutes)["许知夏"] == "silent"
    assert Event.objects.filter(verb="minutes.confirmed").count() == 1


def test_who_sent_the_minutes_sees_all_readers_a_department_its_own(kickoff: Meeting, people: People) -> None:
    minutes = out(kickoff, people)
    with clock.at(END + timedelta(hours=2)):
        assert len(states(people["周以宁"], minutes)) == 10
        assert len(states(people["钟鉴明"], minutes)) == 10
        assert set(states(people["沈嘉禾"], minutes)) == {"顾承泽", "沈嘉禾"}


def test_only_an_attendee_confirms_and_only_for_oneself(weekly: Meeting, people: People) -> None:
    minutes = out(weekly, people)
    with clock.at(END + timedelta(hours=2)):
        for name in ("顾承泽", "米小禾", "陆景行", "钟鉴明"):
            with pytest.raises(PermissionDenied):
                confirm_minutes(actor=people[name], minutes_uid=minutes.uid)


def test_when_the_last_has_confirmed_they_are_archived(weekly: Meeting, people: People) -> None:
    minutes = out(weekly, people)
    with clock.at(END + timedelta(hours=2)):
        for name in LIAISONS[1:]:
            confirm_minutes(actor=people[name], minutes_uid=minutes.uid)
    minutes.refresh_from_db()
    assert minutes.state == "archived"


def test_the_chair_archives_with_the_silent_named(weekly: Meeting, people: People) -> None:
    minutes = out(weekly, people)
    with clock.at(END + timedelta(days=4)):
        with pytest.raises(PermissionDenied):
            archive_minutes(actor=people["沈嘉禾"], minutes_uid=minutes.uid)
        archive_minutes(actor=people["周以宁"], minutes_uid=minutes.uid)
        with pytest.raises(Refused):
            confirm_minutes(actor=people["沈嘉禾"], minutes_uid=minutes.uid)
    assert sorted(Event.objects.get(verb="minutes.archived").facts["silent"]) == sorted(LIAISONS[1:])


def test_the_kickoff_minutes_become_a_document_that_all_heads_sign(kickoff: Meeting, people: People) -> None:
    minutes = out(kickoff, people)
    document = minutes.document
    assert document is not None
    assert document.kind == "kickoff_minutes"
    assert document.snapshot == minutes.content
    assert [slot.signer.name for slot in document.slots.all()] == list(HEADS)
    goal, duties, flow, communication = (item["data"] for item in document.snapshot["items"])
    assert goal["goal"].startswith("Q3")
    assert len(goal["kpis"]) == 6
    assert duties["parties"][1]["liaison"] == "沈嘉禾"
    assert [node["name"] for node in flow["nodes"]] == ["需求确认", "方案设计", "开发测试", "生产备货", "市场推广"]
    assert communication["plans"][0]["owner"] == "贺立川"


def test_a_heads_signature_is_the_confirmation_and_the_last_one_archives(kickoff: Meeting, people: People) -> None:
    minutes = out(kickoff, people)
    document = minutes.document
    assert document is not None
    with clock.at(END + timedelta(hours=3)):
        with pytest.raises(Refused):
            confirm_minutes(actor=people["顾承泽"], minutes_uid=minutes.uid)
        for name in LIAISONS:
            confirm_minutes(actor=people[name], minutes_uid=minutes.uid)
        for name in HEADS:
            sign_as(people[name], document)
        assert states(people["林书瑶"], minutes)["顾承泽"] == "signed"
        finish_document(document.pk)
        finish_document(document.pk)
    minutes.refresh_from_db()
    assert minutes.state == "archived"
    assert Event.objects.filter(verb="minutes.archived").count() == 1


def test_a_head_who_signed_and_then_objects_holds_up_the_minutes_until_taking_it_back(kickoff: Meeting, people: People) -> None:
    with clock.at(END):
        add_resolution(actor=people["周以宁"], meeting_uid=kickoff.uid, text="首批铺货100家门店")
    minutes = out(kickoff, people)
    document, head = minutes.document, people["顾承泽"]
    assert document is not None
    with clock.at(END + timedelta(hours=3)):
        for name in LIAISONS:
            confirm_minutes(actor=people[name], minutes_uid=minutes.uid)
        sign_as(head, document)
        objection = object_to_resolution(actor=head, resolution_uid=minutes.resolutions.get().uid, text="应为80家")
        for name in HEADS:
            if name != head.name:
                sign_as(people[name], document)
        finish_document(document.pk)
        minutes.refresh_from_db()
        objection.refresh_from_db()
        assert (minutes.state, objection.state) == ("distributed", "open")
        assert states(people["林书瑶"], minutes)["顾承泽"] == "objected"
        confirm_minutes(actor=head, minutes_uid=minutes.uid)
    minutes.refresh_from_db()
    objection.refresh_from_db()
    assert (minutes.state, objection.state) == ("archived", "withdrawn")


def test_the_chair_archives_kickoff_minutes_with_what_is_missing(kickoff: Meeting, people: People) -> None:
    minutes = out(kickoff, people)
    with clock.at(END + timedelta(days=4)):
        archive_minutes(actor=people["林书瑶"], minutes_uid=minutes.uid)
    facts = Event.objects.get(verb="minutes.archived").facts
    assert len(facts["unsigned"]) == 5
    assert facts["count"] == 10


def test_an_objection_opens_the_next_version_which_is_distributed_and_signed_anew(kickoff: Meeting, people: People) -> None:
    minutes = out(kickoff, people)
    with clock.at(END + timedelta(hours=2)):
        object_to(actor=people["宋清越"], document_uid=minutes.document.uid, reason="预算口径未写")
        with pytest.raises(Refused):
            confirm_minutes(actor=people["沈嘉禾"], minutes_uid=minutes.uid)
        draft = kickoff.minutes_versions.get(edition=2)
        assert (draft.state, draft.summary) == ("draft", "目标与分工已达成一致。")
        said = {"seen_version": draft.version, "summary": "目标、分工与预算口径已达成一致。"}
        write_summary(actor=kickoff.chair, meeting_uid=kickoff.uid, **said)
        publish_minutes(actor=kickoff.chair, meeting_uid=kickoff.uid)
    draft.refresh_from_db()
    minutes.refresh_from_db()
    assert (minutes.state, draft.state) == ("superseded", "distributed")
    assert draft.document.version == 2
    assert {slot.state for slot in draft.document.slots.all()} == {"open"}


def test_the_gate_names_the_kickoff_until_its_minutes_are_signed(project: Project, people: People) -> None:
    items = next(items for items in ports.gates["kickoff"] if items.__module__ == "meetings.gates")
    (missing,) = items(project)
    assert missing.url.endswith("?kind=kickoff")


def test_read_by_opening_the_page_and_confirmed_by_one_click(weekly: Meeting, people: People, client: Client) -> None:
    minutes = out(weekly, people)
    with clock.at(END + timedelta(hours=2)):
        client.force_login(people["沈嘉禾"])
        page = client.get(f"/meetings/{weekly.uid}/minutes/")
        assert page.status_code == 200
        assert states(people["周以宁"], minutes)["沈嘉禾"] == "seen"
        assert client.get(f"/minutes/{minutes.uid}/confirm/").status_code == 405
        client.post(f"/minutes/{minutes.uid}/confirm/")
    assert states(people["周以宁"], minutes)["沈嘉禾"] == "confirmed"
