"""Writing minutes (rule D3)."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client

from activity.models import Event
from common import clock
from common.refusals import Conflict, Refused
from meetings.models import Meeting
from meetings.services import (
    action_to_task,
    add_action,
    add_resolution,
    open_revision,
    publish_minutes,
    remove_action,
    remove_resolution,
    write_item,
    write_summary,
)
from people.models import User
from projects.models import Project
from tests.meetings.conftest import END

People = dict[str, User]


def test_two_writers_never_overwrite_each_other_and_both_texts_are_shown(weekly: Meeting, people: People) -> None:
    item = weekly.agenda.first()
    write_item(actor=people["周以宁"], item_uid=item.uid, seen_version=1, notes="样品测试按期")
    with pytest.raises(Conflict) as said:
        write_item(actor=people["林书瑶"], item_uid=item.uid, seen_version=1, notes="样品测试晚两天")
    assert said.value.mine["text"] == "样品测试晚两天"
    assert said.value.theirs == {"text": "样品测试按期", "version": 2, "by": "周以宁"}
    write_item(actor=people["林书瑶"], item_uid=item.uid, seen_version=2, notes="按期，余两项")
    item.refresh_from_db()
    assert item.notes == "按期，余两项"
    assert [row.notes for row in item.history.order_by("history_id")] == ["", "样品测试按期", "按期，余两项"]


def test_a_page_open_since_the_version_before_does_not_overwrite_the_next_unasked(weekly: Meeting, people: People) -> None:
    chair = {"actor": people["周以宁"], "meeting_uid": weekly.uid}
    with clock.at(END):
        write_summary(**chair, seen_version=1, summary="场地按300人")
        out = publish_minutes(**chair)
        draft = open_revision(actor=people["周以宁"], minutes_uid=out.uid, reason="场地写错了")
        for seen in range(1, draft.version):
            with pytest.raises(Conflict) as said:
                write_summary(**chair, seen_version=seen, summary="旧页面上的话")
            assert (said.value.mine["text"], said.value.theirs["text"]) == ("旧页面上的话", "场地按300人")
        write_summary(**chair, seen_version=draft.version, summary="场地按350人")
    assert list(weekly.minutes_versions.values_list("edition", "summary")) == [(2, "场地按350人"), (1, "场地按300人")]


def test_the_timeline_says_that_a_draft_is_written_on_and_not_what(weekly: Meeting, people: People) -> None:
    chair = people["周以宁"]
    with clock.at(END):
        row = add_resolution(actor=chair, meeting_uid=weekly.uid, text="裁撤华北门店")
        action = add_action(actor=chair, meeting_uid=weekly.uid, text="裁撤华北门店")
        remove_resolution(actor=chair, resolution_uid=row.uid)
        remove_action(actor=chair, action_uid=action.uid)
    said = [event.sentence for event in Event.objects.filter(verb__startswith="minutes.")]
    assert len(said) == 4
    assert not [sentence for sentence in said if "裁撤" in sentence]


def test_saving_the_same_words_again_changes_nothing(weekly: Meeting, people: People) -> None:
    write_summary(actor=people["周以宁"], meeting_uid=weekly.uid, seen_version=1, summary="一句话")
    write_summary(actor=people["周以宁"], meeting_uid=weekly.uid, seen_version=1, summary="一句话")
    assert weekly.minutes_versions.get().version == 2


def test_one_sitting_is_one_act_in_the_timeline(weekly: Meeting, people: People) -> None:
    item = weekly.agenda.first()
    with clock.at(END):
        for version, text in enumerate(("样", "样品", "样品测试"), 1):
            write_item(actor=people["周以宁"], item_uid=item.uid, seen_version=version, notes=text)
    with clock.at(END + timedelta(minutes=11)):
        write_item(actor=people["周以宁"], item_uid=item.uid, seen_version=4, notes="样品测试按期")
    assert Event.objects.filter(verb="minutes.written").count() == 2


def test_chair_taker_and_lead_write_others_do_not(weekly: Meeting, people: People) -> None:
    item = weekly.agenda.first()
    for version, name in enumerate(("周以宁", "林书瑶"), 1):
        write_item(actor=people[name], item_uid=item.uid, seen_version=version, notes=name)
    for name in ("沈嘉禾", "顾承泽", "米小禾", "陆景行", "钟鉴明"):
        with pytest.raises(PermissionDenied):
            write_item(actor=people[name], item_uid=item.uid, seen_version=3, notes="x")


def test_an_action_becomes_a_task_once(weekly: Meeting, people: People, project: Project) -> None:
    Project.objects.filter(pk=project.pk).update(state="execution")
    with clock.at(END):
        action = add_action(
            actor=people["周以宁"], meeting_uid=weekly.uid, text="补测两项", owner=people["沈嘉禾"], due_on=date(2026, 4, 24)
        )
        task = action_to_task(actor=people["周以宁"], action_uid=action.uid)
        assert action_to_task(actor=people["周以宁"], action_uid=action.uid) == task
        with pytest.raises(Refused):
            remove_action(actor=people["周以宁"], action_uid=action.uid)
    assert (task.title, task.department.name, task.assignee, task.due_on) == (
        *("补测两项", "研发部"),
        *(people["沈嘉禾"], date(2026, 4, 24)),
    )


def test_an_action_without_owner_or_date_is_no_task_yet(weekly: Meeting, people: People, project: Project) -> None:
    Project.objects.filter(pk=project.pk).update(state="execution")
    action = add_action(actor=people["周以宁"], meeting_uid=weekly.uid, text="再议")
    with pytest.raises(Refused):
        action_to_task(actor=people["周以宁"], action_uid=action.uid)


def test_distributed_minutes_cannot_be_written_any_more(weekly: Meeting, people: People) -> None:
    chair, item = people["周以宁"], weekly.agenda.first()
    with clock.at(END):
        row = add_resolution(actor=chair, meeting_uid=weekly.uid, text="首批铺货100家")
        publish_minutes(actor=chair, meeting_uid=weekly.uid)
        for refused in (
            lambda: write_item(actor=chair, item_uid=item.uid, seen_version=1, notes="x"),
            lambda: write_summary(actor=chair, meeting_uid=weekly.uid, seen_version=1, summary="x"),
            lambda: add_resolution(actor=chair, meeting_uid=weekly.uid, text="x"),
            lambda: remove_resolution(actor=chair, resolution_uid=row.uid),
            lambda: publish_minutes(actor=chair, meeting_uid=weekly.uid),
        ):
            with pytest.raises(Refused):
                refused()


def test_the_page_shows_both_texts_when_two_write_and_keeps_what_was_typed(
    weekly: Meeting, people: People, client: Client
) -> None:
    item = weekly.agenda.first()
    write_item(actor=people["林书瑶"], item_uid=item.uid, seen_version=1, notes="林的话")
    client.force_login(people["周以宁"])
    url = f"/minutes/items/{item.uid}/"
    answer = client.post(url, {"text": "周的话", "seen_version": "1"})
    assert answer.status_code == 412
    assert "林的话" in answer.content.decode()
    assert "周的话" in answer.content.decode()
    answer = client.post(url, {"text": "周的话", "seen_version": "1"}, headers={"HX-Request": "true"})
    assert answer.status_code == 412
    assert "林的话" in answer.content.decode()
    answer = client.post(url, {"text": "林的话；周的话", "seen_version": "1", "resolve": "2"})
    assert answer.status_code == 302
    item.refresh_from_db()
    assert item.notes == "林的话；周的话"


def test_a_row_without_words_is_refused_at_its_field(weekly: Meeting, people: People, client: Client) -> None:
    client.force_login(people["周以宁"])
    said = {"action-text": "", "action-owner": str(people["沈嘉禾"].uid), "action-due_on": "2026-06-31"}
    answer = client.post(f"/meetings/{weekly.uid}/minutes/actions/", said)
    assert answer.status_code == 422
    form = answer.context["action_form"]
    assert set(form.errors) == {"text", "due_on"}
    assert str(people["沈嘉禾"].uid) in answer.content.decode()
