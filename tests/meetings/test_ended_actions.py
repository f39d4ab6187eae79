"""An action of which something was said to have become stays so while a new version is written, and becomes no task (rule D2)."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from typing import Any

import pytest
from django.db import connections, transaction
from django.test import Client
from django.urls import reverse

from activity.models import Event
from common.refusals import Refused
from meetings.letters import distributed
from meetings.models import Action, ActionEnd, Minutes
from meetings.services import action_to_task, add_action, end_action, open_revision, publish_minutes
from people.models import User
from projects.models import Project
from tests.meetings.test_agenda import FIRST, monday, weekly_on
from tests.meetings.test_carried_actions import SECOND, begin, launch, out

__all__ = ["launch"]
People = dict[str, User]
HTMX = {"HX-Request": "true"}


@pytest.fixture
def ended(launch: Project, people: People) -> Iterator[tuple[Action, Minutes]]:
    """Of three actions of the first weekly meeting one is done; a new version of its minutes is being written."""
    action = out(people, weekly_on(launch, FIRST), owner=people["许知夏"], department=None)
    chair = people["周以宁"]
    with monday(hour=14):
        end_action(actor=chair, action_uid=action.uid, outcome="done")
        draft = open_revision(actor=chair, minutes_uid=action.minutes.uid, reason="更正")
        for text in ("补测两项", "核对名单"):
            add_action(actor=chair, meeting_uid=draft.meeting.uid, text=text, owner=people["沈嘉禾"], due_on=SECOND)
        yield draft.actions.get(lineage=action.lineage), draft


def test_the_page_on_which_a_new_version_is_written_says_so_and_takes_it_back(
    ended: tuple[Action, Minutes], people: People, client: Client
) -> None:
    row, draft = ended
    client.force_login(people["周以宁"])
    page = client.get(reverse("minutes", args=[draft.meeting.uid])).content.decode()
    assert f'action="{reverse("action_to_task", args=[row.uid])}"' not in page
    assert "全部2项转为任务" in page
    address = reverse("reopen_action", args=[row.uid])
    assert f'action="{address}"' in page
    row.text = "尚未发出的文字"
    row.bump("text")
    answer = client.post(address, headers=HTMX)
    assert answer.status_code == 200
    page = answer.content.decode()
    assert f'action="{reverse("action_to_task", args=[row.uid])}"' in page
    assert f'action="{reverse("add_action", args=[draft.meeting.uid])}"' in page  # it is the page for writing still
    assert not ActionEnd.objects.exists()
    event = Event.objects.get(verb="minutes.action_reopened")
    assert event.facts["text"] == "补签样品单"
    assert [notice.reader.name for notice in event.notices.all()] == ["许知夏"]


def test_nothing_of_a_draft_is_said_to_be_done(ended: tuple[Action, Minutes], people: People) -> None:
    row = ended[1].actions.get(text="补测两项")
    with pytest.raises(Refused) as refusal:
        end_action(actor=people["周以宁"], action_uid=row.uid, outcome="done")
    assert refusal.value.code == "draft"


def test_the_mail_of_the_new_version_asks_its_owner_for_nothing(
    ended: tuple[Action, Minutes], people: People, settings: Any
) -> None:
    settings.MINUTES_PDF = False
    minutes = publish_minutes(actor=people["周以宁"], meeting_uid=ended[1].meeting.uid)
    lines = distributed(minutes.event, people["许知夏"]).lines
    assert "您的行动项" not in lines
    place = lines.index("已完成或不需要")
    assert [line for line in lines if "补签样品单" in line] == [lines[place + 1]]
    assert lines[place + 1].endswith("已完成")
    assert "补测两项" in "".join(lines[:place])


@pytest.mark.races
@pytest.mark.django_db(transaction=True)
def test_said_to_be_done_at_a_later_meeting_while_it_becomes_a_task_it_is_a_task(launch: Project, people: People) -> None:
    action = out(people, weekly_on(launch, FIRST))
    begin(SECOND)
    later, chair = weekly_on(launch, SECOND), people["周以宁"]

    def end() -> object:
        try:
            with monday(SECOND, 11):
                return end_action(actor=chair, action_uid=action.uid, outcome="done", meeting_uid=later.uid)
        except Refused as refusal:
            return refusal.code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic(), monday(SECOND, 11):
            action_to_task(actor=chair, action_uid=action.uid)
            said = pool.submit(end)
            wait([said], timeout=1)
        assert said.result(20) == "is_task"
    assert not ActionEnd.objects.exists()
