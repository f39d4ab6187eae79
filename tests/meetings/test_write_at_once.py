"""What is typed on the minutes is kept: two writers, pages that were left, texts too long, rows taken back (rule D3)."""

from datetime import date
from decimal import Decimal

import pytest
from django.test import Client

from common import clock
from common.refusals import Conflict, Refused
from meetings.models import Action, Meeting
from meetings.services import (
    actions_to_tasks,
    add_action,
    add_resolution,
    change_action,
    mark_attendee,
    publish_minutes,
    remove_resolution,
    restore_resolution,
    set_attendance,
    write_item,
    write_summary,
)
from people.models import User
from projects.models import Project
from tests.meetings.conftest import END
from tracking.models import Task

People = dict[str, User]
FRAGMENT = {"HX-Request": "true"}


@pytest.fixture
def as_liaison(client: Client, people: People) -> Client:
    client.force_login(people["周以宁"])
    return client


def test_writers_on_different_topics_both_stay(kickoff: Meeting, people: People) -> None:
    first, second = kickoff.agenda.all()[:2]
    write_item(actor=people["周以宁"], item_uid=first.uid, seen_version=1, notes="目标一致")
    write_item(actor=people["林书瑶"], item_uid=second.uid, seen_version=1, notes="职责已分")
    assert [row.notes for row in kickoff.agenda.all()[:2]] == ["目标一致", "职责已分"]


def test_what_a_page_sends_again_after_it_was_left_is_no_conflict(kickoff: Meeting, people: People) -> None:
    item = kickoff.agenda.first()
    assert item
    write_item(actor=people["周以宁"], item_uid=item.uid, seen_version=1, notes="目标一致")
    write_item(actor=people["林书瑶"], item_uid=item.uid, seen_version=2, notes="目标一致，预算待定")
    kept = write_item(actor=people["周以宁"], item_uid=item.uid, seen_version=1, notes="目标一致")  # its answer never arrived
    assert (kept.notes, kept.version) == ("目标一致，预算待定", 3)


def test_a_page_goes_on_from_what_it_sent_without_hearing_of_it(as_liaison: Client, kickoff: Meeting) -> None:
    item = kickoff.agenda.first()
    assert item
    url = f"/minutes/items/{item.uid}/"
    as_liaison.post(url, {"text": "目标\n一致", "seen_version": "1"}, headers=FRAGMENT)
    said = {"text": "目标\r\n一致，分工明确", "seen_version": "1", "before": "目标\r\n一致"}
    assert as_liaison.post(url, said, headers=FRAGMENT).status_code == 200
    item.refresh_from_db()
    assert item.notes == "目标\n一致，分工明确"


def test_of_two_texts_one_chooses_mine_theirs_or_both(as_liaison: Client, kickoff: Meeting, people: People) -> None:
    for choice, item in zip(("mine", "theirs", "both"), kickoff.agenda.all(), strict=False):
        write_item(actor=people["林书瑶"], item_uid=item.uid, seen_version=1, notes="林的话")
        url = f"/minutes/items/{item.uid}/"
        answer = as_liaison.post(url, {"text": "周的话", "seen_version": "1"}, headers=FRAGMENT)
        assert answer.status_code == 412
        page = answer.content.decode()
        for shown in ("林的话", "周的话", "林书瑶写的"):
            assert shown in page
        said = {"text": "周的话", "seen_version": "1", "resolve": "2", "choice": choice}
        assert as_liaison.post(url, said, headers=FRAGMENT).status_code == 200
        item.refresh_from_db()
        assert item.notes == {"mine": "周的话", "theirs": "林的话", "both": "林的话\n周的话"}[choice]


def test_a_text_without_its_version_or_far_too_long_is_refused_and_stays_with_who_typed_it(
    as_liaison: Client, kickoff: Meeting
) -> None:
    item = kickoff.agenda.first()
    assert item
    url = f"/minutes/items/{item.uid}/"
    assert as_liaison.post(url, {"text": "话"}, headers=FRAGMENT).status_code == 428
    answer = as_liaison.post(url, {"text": "x" * 2_000_000, "seen_version": "1"}, headers=FRAGMENT)
    assert answer.status_code == 422
    assert "20,000" in answer.content.decode()
    answer = as_liaison.post(url, {"text": "x" * 30_000, "seen_version": "1"})  # without script: in its field, to be shortened
    assert answer.status_code == 422
    assert "x" * 30_000 in answer.content.decode()
    item.refresh_from_db()
    assert (item.notes, item.version) == ("", 1)


def test_a_page_hears_what_the_other_wrote_and_nothing_when_nothing_changed(
    as_liaison: Client, kickoff: Meeting, people: People
) -> None:
    second = kickoff.agenda.all()[1]
    url = f"/meetings/{kickoff.uid}/minutes/now/"
    known = ",".join(f"{item.uid}:1" for item in kickoff.agenda.all()) + ",summary:1"
    said = as_liaison.get(url, {"known": known}).json()
    assert (said["open"], said["texts"]) == (True, [])
    assert as_liaison.get(url, {"known": known, "stamp": said["stamp"]}).status_code == 204
    write_item(actor=people["林书瑶"], item_uid=second.uid, seen_version=1, notes="职责已分")
    said = as_liaison.get(url, {"known": known, "stamp": said["stamp"]}).json()
    assert said["texts"] == [{"key": str(second.uid), "version": 2, "text": "职责已分", "by": "林书瑶"}]
    write_summary(actor=people["林书瑶"], meeting_uid=kickoff.uid, seen_version=1, summary="一致")
    with clock.at(END):
        publish_minutes(actor=people["林书瑶"], meeting_uid=kickoff.uid)
    said = as_liaison.get(url, {"known": known, "stamp": said["stamp"]}).json()
    assert (said["open"], said["texts"]) == (False, [])


def test_attendance_is_all_present_then_exceptions_and_the_second_sees_who_marked_whom(
    as_liaison: Client, kickoff: Meeting, people: People
) -> None:
    url = f"/meetings/{kickoff.uid}/attendance/"
    assert as_liaison.post(url, {"everybody": "1"}, headers=FRAGMENT).status_code == 428
    assert as_liaison.post(url, {"everybody": "1", "seen_version": "0"}, headers=FRAGMENT).status_code == 200
    away = people["沈嘉禾"]
    mark_attendee(actor=people["林书瑶"], meeting_uid=kickoff.uid, user_uid=away.uid, present=False, seen_version=1)
    said = {"absent": str(people["许知夏"].uid), "seen_version": "1"}
    answer = as_liaison.post(url, said, headers=FRAGMENT)
    assert answer.status_code == 412
    assert "林书瑶标记" in answer.content.decode()
    assert as_liaison.post(url, said | {"seen_version": "2"}, headers=FRAGMENT).status_code == 200
    absent = {row.user.name for row in kickoff.attendees.filter(present=False)}
    assert absent == {"沈嘉禾", "许知夏"}
    with pytest.raises(Conflict):
        set_attendance(actor=people["林书瑶"], meeting_uid=kickoff.uid, seen_version=1)


def test_marking_the_same_again_is_no_act(kickoff: Meeting, people: People) -> None:
    set_attendance(actor=people["周以宁"], meeting_uid=kickoff.uid, seen_version=0)
    set_attendance(actor=people["周以宁"], meeting_uid=kickoff.uid, seen_version=1)
    kickoff.refresh_from_db()
    assert kickoff.attendance_version == 1


def test_a_struck_row_is_taken_back_as_it_was(as_liaison: Client, kickoff: Meeting, people: People) -> None:
    row = add_resolution(actor=people["周以宁"], meeting_uid=kickoff.uid, text="首批铺货100家")
    url = f"/minutes/resolutions/{row.uid}/remove/"
    assert as_liaison.post(url, headers=FRAGMENT).status_code == 428
    assert as_liaison.post(url, {"seen_version": "9"}, headers=FRAGMENT).status_code == 412
    answer = as_liaison.post(url, {"seen_version": "1"}, headers=FRAGMENT)
    assert f"/resolutions/{row.uid}/restore/" in answer.content.decode()
    minutes = kickoff.minutes_versions.get()
    assert minutes.resolutions.count() == 0
    for _twice in range(2):
        restore_resolution(actor=people["周以宁"], meeting_uid=kickoff.uid, resolution_uid=row.uid)
    back = minutes.resolutions.get()
    assert (back.uid, back.lineage, back.text) == (row.uid, row.lineage, row.text)
    with pytest.raises(Conflict):
        remove_resolution(actor=people["周以宁"], resolution_uid=row.uid, seen_version=1)


def test_a_line_becomes_an_action_and_what_is_chosen_beside_it_counts_before(
    as_liaison: Client, weekly: Meeting, people: People
) -> None:
    url = f"/meetings/{weekly.uid}/minutes/actions/"
    with clock.at(END):
        read = as_liaison.get(f"{url}read/", {"action-text": "@销售部 下周五前 铺货 20 家"}, headers=FRAGMENT).content.decode()
        for chip in ("销售部", "20 家", "铺货 20 家"):
            assert chip in read
        assert Action.objects.count() == 0  # shown before it is saved
        as_liaison.post(url, {"action-text": "@销售部 下周五前 铺货 20 家"})
        as_liaison.post(
            url, {"action-text": "@销售部 下周五前 铺货 20 家", "action-due_on": "2026-05-08", "action-quantity": "25"}
        )
        answer = as_liaison.post(url, {"action-text": "@销售部 周五前"})
        assert (answer.status_code, list(answer.context["action_form"].errors)) == (422, ["text"])
    first, second = Action.objects.order_by("pk")
    assert (str(first.department), first.due_on, first.quantity, first.unit, first.text) == (
        *("销售部", date(2026, 4, 24), Decimal(20), "家", "铺货 20 家"),
    )
    assert first.said == "@销售部 下周五前 铺货 20 家"
    assert (second.due_on, second.quantity) == (date(2026, 5, 8), Decimal(25))


def test_an_action_is_changed_by_its_fields_with_the_version_that_was_seen(
    as_liaison: Client, weekly: Meeting, people: People
) -> None:
    with clock.at(END):
        row = add_action(actor=people["周以宁"], meeting_uid=weekly.uid, text="再议")
        url = f"/minutes/actions/{row.uid}/"
        assert as_liaison.get(url, headers=FRAGMENT).status_code == 200
        said = {"text": "补测两项", "owner": str(people["沈嘉禾"].uid), "due_on": "2026-04-24", "quantity": "2", "unit": "项"}
        assert as_liaison.post(url, said, headers=FRAGMENT).status_code == 428
        assert as_liaison.post(url, said | {"seen_version": "1"}, headers=FRAGMENT).status_code == 200
        answer = as_liaison.post(url, said | {"seen_version": "1", "text": "另一句"}, headers=FRAGMENT)
        assert answer.status_code == 412
        assert "另一句" in answer.content.decode()
    row.refresh_from_db()
    assert (row.text, row.owner, str(row.department), row.quantity) == ("补测两项", people["沈嘉禾"], "研发部", Decimal(2))
    with pytest.raises(Refused):
        change_action(actor=people["周以宁"], action_uid=row.uid, seen_version=2, quantity=Decimal(10) ** 10)


def test_all_actions_become_tasks_with_their_quantity_and_the_others_say_what_they_lack(
    as_liaison: Client, weekly: Meeting, people: People, project: Project
) -> None:
    Project.objects.filter(pk=project.pk).update(state="execution")
    chair, day = people["周以宁"], date(2026, 4, 24)
    with clock.at(END):
        said = {"actor": chair, "meeting_uid": weekly.uid}
        add_action(**said, text="铺货", owner=people["许知夏"], due_on=day, quantity=Decimal(20), unit="家")
        add_action(**said, text="补测", owner=people["沈嘉禾"], due_on=day)
        add_action(**said, text="再议")
        made = actions_to_tasks(**said)
        assert [task.title for task in made.tasks] == ["铺货", "补测"]
        assert [(row.text, lacks) for row, lacks in made.lacking] == [("再议", "谁来做、何时完成")]
        write_summary(**said, seen_version=1, summary="按期。")
        publish_minutes(**said)
        later = Action.objects.get(text="再议")
        url = f"/minutes/actions/{later.uid}/task/"
        assert as_liaison.post(url, headers=FRAGMENT).status_code == 409
        answer = as_liaison.post(url, {"owner": str(people["沈嘉禾"].uid), "due_on": "2026-04-30"}, headers=FRAGMENT)
        assert answer.status_code == 200  # of the frozen minutes, too
    task = Task.objects.get(title="铺货")
    assert (task.target, task.unit) == (Decimal(20), "家")
    later.refresh_from_db()
    assert later.task is not None
    assert (later.task.assignee, later.due_on) == (people["沈嘉禾"], None)  # the minutes stay as they were sent
