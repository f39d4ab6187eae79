"""Minutes while somebody is on leave: the stand-in reads, confirms, objects and writes in their place (rules A4, D5)."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.http import Http404
from django.test import Client

from activity.models import Event, Notice
from collab.desk.rows import gather
from common import clock
from common.refusals import Refused
from meetings.api import readable
from meetings.beat import plan_meetings
from meetings.models import Meeting, Minutes, ResolutionObjection
from meetings.queries import of_mine
from meetings.services import (
    add_resolution,
    answer_objection,
    archive_minutes,
    confirm_minutes,
    object_to_resolution,
    publish_minutes,
    withdraw_objection,
    write_summary,
)
from people import leaves
from people.models import User
from projects.models import Project
from tests.documents.build import sign_as
from tests.meetings.conftest import END, KICKOFF
from tests.meetings.test_confirm_minutes import states

pytestmark = pytest.mark.django_db
People = dict[str, User]
SOON, LATER = END + timedelta(hours=1), END + timedelta(hours=2)


def away(people: People, person: str, deputy: str, *, scope: str = "daily", days: int = 4) -> None:
    """From the day of the meeting on."""
    first = KICKOFF.date()
    with clock.at(KICKOFF - timedelta(hours=2)):
        leaves.name_deputy(
            actor=people[person], person_uid=people[person].uid, deputy_uid=people[deputy].uid, scope=scope,
            starts_on=first, ends_on=first + timedelta(days=days),
        )  # fmt: skip


@pytest.fixture
def out(weekly: Meeting, people: People) -> Minutes:
    """The minutes of the weekly meeting with one resolution, sent an hour after its end."""
    with clock.at(SOON):
        add_resolution(actor=people["周以宁"], meeting_uid=weekly.uid, text="首批铺货 300 家")
        write_summary(actor=people["周以宁"], meeting_uid=weekly.uid, seen_version=1, summary="铺货提前一周。")
        return publish_minutes(actor=people["周以宁"], meeting_uid=weekly.uid)


def test_a_stand_in_confirms_for_whom_is_away_and_it_says_so(out: Minutes, people: People, client: Client) -> None:
    away(people, "许知夏", "程子昂")
    client.force_login(people["程子昂"])
    with clock.at(LATER):
        (group,) = [group for group in gather(people["程子昂"]) if group.kind.code == "confirm"]
        assert [(row.title, row.for_whom) for row in group.rows] == [(out.meeting.title, "许知夏")]
        page = client.get(out.get_absolute_url()).content.decode()
        assert "代 许知夏 确认" in page
        line = out.readers.get(user=people["许知夏"])
        client.post(f"/minutes/{out.uid}/confirm/", {"reader": line.uid})
        line.refresh_from_db()
        assert (line.confirmed_at, line.confirmed_by) == (LATER, people["程子昂"])
        assert not [group for group in gather(people["程子昂"]) if group.kind.code == "confirm"]
        assert "由 程子昂 代办" in client.get(out.get_absolute_url()).content.decode()
    event = Event.objects.get(verb="minutes.confirmed")
    assert event.sentence == "程子昂（代 许知夏）确认“周例会”纪要"
    assert [notice.reader.name for notice in Notice.objects.filter(event=event)] == ["许知夏"]


@pytest.mark.parametrize(("scope", "days"), [("signing", 4), ("daily", 0)])
def test_beyond_scope_and_period_nobody_confirms_for_another(out: Minutes, people: People, scope: str, days: int) -> None:
    away(people, "许知夏", "程子昂", scope=scope, days=days)
    with clock.at(LATER + timedelta(days=1)), pytest.raises((Http404, PermissionDenied)):
        confirm_minutes(actor=people["程子昂"], minutes_uid=out.uid)
    assert out.readers.get(user=people["许知夏"]).confirmed_at is None


def test_the_line_of_somebody_who_is_at_work_is_nobody_elses(out: Minutes, people: People) -> None:
    line = out.readers.get(user=people["许知夏"])
    with clock.at(LATER), pytest.raises(Refused):
        confirm_minutes(actor=people["田牧野"], minutes_uid=out.uid, reader_uid=line.uid)
    line.refresh_from_db()
    assert line.confirmed_at is None


def test_who_attends_and_stands_in_answers_both_lines_the_own_first(out: Minutes, people: People, client: Client) -> None:
    away(people, "许知夏", "田牧野")
    client.force_login(people["田牧野"])
    with clock.at(LATER):
        confirm_minutes(actor=people["田牧野"], minutes_uid=out.uid)
        assert states(people["周以宁"], out)["田牧野"] == "confirmed"
        assert states(people["周以宁"], out)["许知夏"] == "unseen"
        confirm_minutes(actor=people["田牧野"], minutes_uid=out.uid, reader_uid=out.readers.get(user=people["许知夏"]).uid)
        assert states(people["周以宁"], out)["许知夏"] == "confirmed"
    own, other = out.readers.get(user=people["田牧野"]), out.readers.get(user=people["许知夏"])
    assert (own.confirmed_by, other.confirmed_by) == (None, people["田牧野"])
    assert (own.seen_at, other.seen_at) == (LATER, None)  # the certificate says who opened them: not who was away


def test_a_stand_in_objects_and_withdraws_in_the_same_name(out: Minutes, people: People, client: Client) -> None:
    away(people, "许知夏", "程子昂")
    client.force_login(people["程子昂"])
    resolution = out.resolutions.get()
    with clock.at(LATER):
        client.post(f"/minutes/resolutions/{resolution.uid}/object/", {"text": "应为 260 家"})
        said = ResolutionObjection.objects.get()
        assert (said.objector, said.said_by, said.state) == (people["许知夏"], people["程子昂"], "open")
        assert states(people["周以宁"], out)["许知夏"] == "objected"
        page = client.get(out.get_absolute_url()).content.decode()
        assert "由 程子昂 代办" in page
        with pytest.raises(PermissionDenied):
            withdraw_objection(actor=people["田牧野"], objection_uid=said.uid)
        withdraw_objection(actor=people["程子昂"], objection_uid=said.uid)
        object_to_resolution(actor=people["许知夏"], resolution_uid=resolution.uid, text="应为 260 家，见附件")
    said.refresh_from_db()
    assert (said.said_by, said.state) == (None, "open")
    event = Event.objects.filter(verb="minutes.objected").earliest("pk")
    assert {notice.reader.name for notice in Notice.objects.filter(event=event)} == {"周以宁", "许知夏"}


def test_what_was_answered_in_anothers_place_stays_on_the_archived_minutes(out: Minutes, people: People) -> None:
    away(people, "许知夏", "程子昂")
    with clock.at(LATER):
        confirm_minutes(actor=people["程子昂"], minutes_uid=out.uid)
    with clock.at(END + timedelta(days=4)):
        archive_minutes(actor=people["周以宁"], minutes_uid=out.uid)
    out.refresh_from_db()
    assert out.document is not None
    said = {row["name"]: row.get("by") for row in out.document.snapshot["archive"]["confirmed"]}
    assert said == {"周以宁": None, "许知夏": "程子昂"}


def test_minutes_are_written_by_who_stands_in_for_the_minute_taker(weekly: Meeting, people: People) -> None:
    away(people, "周以宁", "米小禾")
    with clock.at(SOON):
        rows = [
            row
            for group in gather(people["米小禾"])
            for row in group.rows
            if row.url == weekly.minutes_versions.get().get_absolute_url()
        ]
        assert [row.for_whom for row in rows] == ["周以宁"]
        write_summary(actor=people["米小禾"], meeting_uid=weekly.uid, seen_version=1, summary="铺货提前一周。")
        minutes = publish_minutes(actor=people["米小禾"], meeting_uid=weekly.uid)
        with pytest.raises(PermissionDenied):
            archive_minutes(actor=people["沈嘉禾"], minutes_uid=minutes.uid)
    assert minutes.event is not None
    assert minutes.event.sentence.startswith("米小禾（代 周以宁）")
    assert minutes.readers.get(user=people["周以宁"]).confirmed_at is None  # who has not read them has not confirmed them


def test_who_answers_for_two_is_recorded_for_the_one_whose_line_it_is(out: Minutes, people: People) -> None:
    away(people, "许知夏", "程子昂")
    away(people, "田牧野", "程子昂")
    with clock.at(LATER):
        confirm_minutes(actor=people["程子昂"], minutes_uid=out.uid, reader_uid=out.readers.get(user=people["田牧野"]).uid)
    assert Event.objects.get(verb="minutes.confirmed").facts["on_behalf_of"] == "田牧野"
    assert out.readers.get(user=people["许知夏"]).confirmed_at is None


def test_who_attends_objects_for_another_by_the_button_that_says_so(out: Minutes, people: People, client: Client) -> None:
    away(people, "许知夏", "田牧野")
    client.force_login(people["田牧野"])
    resolution, line = out.resolutions.get(), out.readers.get(user=people["许知夏"])
    with clock.at(LATER):
        confirm_minutes(actor=people["田牧野"], minutes_uid=out.uid)
        page = client.get(out.get_absolute_url()).content.decode()
        assert f'name="reader" value="{line.uid}">代 许知夏 提出异议' in page
        client.post(f"/minutes/resolutions/{resolution.uid}/object/", {"text": "应为 260 家", "reader": line.uid})
    assert ResolutionObjection.objects.get().objector == people["许知夏"]
    assert out.readers.get(user=people["田牧野"]).confirmed_at == LATER


def test_who_keeps_the_minutes_does_not_take_back_what_somebody_objected_in_person(out: Minutes, people: People) -> None:
    with clock.at(SOON):
        said = object_to_resolution(actor=people["许知夏"], resolution_uid=out.resolutions.get().uid, text="应为 260 家")
    away(people, "许知夏", "周以宁", days=2)
    line = out.readers.get(user=people["许知夏"])
    with clock.at(LATER):
        with pytest.raises(Refused):
            confirm_minutes(actor=people["周以宁"], minutes_uid=out.uid, reader_uid=line.uid)
        with pytest.raises(Refused):
            withdraw_objection(actor=people["周以宁"], objection_uid=said.uid)
    said.refresh_from_db()
    assert said.state == "open"


def test_the_button_says_that_confirming_withdraws_the_others_objection(out: Minutes, people: People, client: Client) -> None:
    with clock.at(SOON):
        object_to_resolution(actor=people["许知夏"], resolution_uid=out.resolutions.get().uid, text="应为 260 家")
    away(people, "许知夏", "程子昂")
    client.force_login(people["程子昂"])
    with clock.at(LATER):
        assert "撤回 许知夏 的异议并确认" in client.get(out.get_absolute_url()).content.decode()


def test_who_objected_in_anothers_place_hears_the_answer(out: Minutes, people: People) -> None:
    away(people, "许知夏", "程子昂")
    with clock.at(LATER):
        said = object_to_resolution(actor=people["程子昂"], resolution_uid=out.resolutions.get().uid, text="应为 260 家")
        answer_objection(actor=people["周以宁"], objection_uid=said.uid, seen_version=said.version, answer="附件里是 300")
    event = Event.objects.get(verb="minutes.objection_answered")
    assert {notice.reader.name for notice in Notice.objects.filter(event=event)} == {"许知夏", "程子昂"}


def test_a_place_is_lent_by_whoever_has_it_now(weekly: Meeting, people: People) -> None:
    """许知夏 writes the minutes, is liaison no longer and away: who stands in, a liaison elsewhere, may not write them either."""
    Meeting.objects.filter(pk=weekly.pk).update(recorder=people["许知夏"])
    away(people, "许知夏", "田牧野")
    weekly.project.parties.filter(liaison=people["许知夏"]).update(liaison=people["程子昂"])
    with clock.at(SOON), pytest.raises(PermissionDenied):
        write_summary(actor=people["田牧野"], meeting_uid=weekly.uid, seen_version=1, summary="…")


def test_own_minutes_are_written_in_ones_own_name(weekly: Meeting, people: People) -> None:
    Meeting.objects.filter(pk=weekly.pk).update(recorder=people["田牧野"])
    away(people, "周以宁", "田牧野")
    with clock.at(SOON):
        write_summary(actor=people["田牧野"], meeting_uid=weekly.uid, seen_version=1, summary="铺货提前一周。")
        minutes = publish_minutes(actor=people["田牧野"], meeting_uid=weekly.uid)
    assert minutes.event is not None
    assert "on_behalf_of" not in minutes.event.facts


def test_reminders_reach_who_stands_in_and_the_minutes_go_to_who_attended(weekly: Meeting, people: People) -> None:
    away(people, "周以宁", "米小禾")
    with clock.at(END):
        plan_meetings()
    with clock.at(END + timedelta(hours=16, minutes=1)):
        call_command("sweep")
    reminded = Notice.objects.filter(event__verb="minutes.reminded")
    assert {notice.reader.name for notice in reminded} == {"周以宁", "米小禾"}
    with clock.at(END + timedelta(hours=17)):
        write_summary(actor=people["米小禾"], meeting_uid=weekly.uid, seen_version=1, summary="铺货提前一周。")
        publish_minutes(actor=people["米小禾"], meeting_uid=weekly.uid)
    told = Notice.objects.filter(event__verb="minutes.distributed")
    assert {notice.reader.name for notice in told} == {"周以宁", "沈嘉禾", "田牧野", "许知夏", "孟初晴"}


def test_who_stands_in_finds_the_meeting_in_the_list_and_the_draft_by_the_api(weekly: Meeting, people: People) -> None:
    with clock.at(SOON):
        assert weekly not in of_mine(people["程子昂"])
        away(people, "许知夏", "程子昂")
        assert weekly in of_mine(people["程子昂"])
        assert weekly not in of_mine(people["程子昂"], stood_in=False)
        away(people, "周以宁", "米小禾")
        project = Project.objects.get(pk=weekly.project_id)
        assert list(readable(people["米小禾"], project)) == list(weekly.minutes_versions.all())


def test_a_head_who_stands_in_for_the_liaison_signs_and_confirms_on_one_page(
    kickoff: Meeting, people: People, client: Client
) -> None:
    with clock.at(SOON):
        write_summary(actor=kickoff.chair, meeting_uid=kickoff.uid, seen_version=1, summary="目标一致。")
        minutes = publish_minutes(actor=kickoff.chair, meeting_uid=kickoff.uid)
    away(people, "许知夏", "蒋明远", scope="all")
    client.force_login(people["蒋明远"])
    with clock.at(LATER):
        page = client.get(minutes.get_absolute_url()).content.decode()
    assert "阅读并签署" in page
    assert "代 许知夏 确认" in page


def test_who_signs_for_a_head_is_named_at_the_heads_line(kickoff: Meeting, people: People, client: Client) -> None:
    with clock.at(SOON):
        write_summary(actor=kickoff.chair, meeting_uid=kickoff.uid, seen_version=1, summary="目标一致。")
        minutes = publish_minutes(actor=kickoff.chair, meeting_uid=kickoff.uid)
    away(people, "蒋明远", "程子昂", scope="signing")
    client.force_login(people["程子昂"])
    assert minutes.document is not None
    with clock.at(LATER):
        assert "阅读并签署" in client.get(minutes.get_absolute_url()).content.decode()
        sign_as(people["程子昂"], minutes.document)
    line = minutes.readers.get(user=people["蒋明远"])
    assert (line.confirmed_by_signing, line.confirmed_by) == (True, people["程子昂"])
