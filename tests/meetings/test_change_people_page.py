"""The people of a meeting and of a series on their pages: each step by a form, whole page and fragment alike."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils.html import strip_tags

from common import clock
from meetings.models import Meeting, Series
from people.models import User
from projects.models import Participant, Project
from tests.meetings.conftest import KICKOFF
from tests.meetings.test_change_people import BEFORE, GUEST, OTHER, meeting, names
from tests.meetings.test_series_pages import NOW, started

__all__ = ["meeting"]  # the fixture

People = dict[str, User]
HTMX = {"HX-Request": "true"}


@pytest.fixture
def client(people: People) -> Client:
    return as_(people, "周以宁")


def as_(people: People, who: str) -> Client:
    browser = Client()
    with clock.at(BEFORE):
        browser.force_login(people[who])
    return browser


def url(meeting: Meeting, rest: str = "") -> str:
    return f"/meetings/{meeting.uid}/people/{rest}"


def test_from_the_page_of_the_meeting_a_person_is_invited_and_taken_off(client: Client, people: People, meeting: Meeting) -> None:
    with clock.at(BEFORE):
        page = client.get(meeting.get_absolute_url()).content.decode()
        assert f'hx-get="{url(meeting)}"' in page
        assert "id_person" not in page, "whom one may choose is asked when one wants to change it"
        part = client.get(url(meeting), headers=HTMX).content.decode()
        assert part.strip().startswith('<section class="panel" id="people"')
        assert str(people[OTHER].uid) in part
        part = client.post(url(meeting, "add/"), {"person": people[OTHER].uid}, headers=HTMX).content.decode()
        assert url(meeting, f"{people[OTHER].uid}/take-off/") in part
        assert url(meeting, f"{people['周以宁'].uid}/take-off/") not in part, "the chair stays"
        part = client.post(url(meeting, f"{people[OTHER].uid}/take-off/"), headers=HTMX).content.decode()
        assert url(meeting, f"{people[OTHER].uid}/take-off/") not in part
        done = client.get(url(meeting), {"done": 1}, headers=HTMX).content.decode()
        assert "id_person" not in done
        assert f'hx-get="{url(meeting)}"' in done


def test_without_script_each_step_is_a_page(client: Client, people: People, meeting: Meeting) -> None:
    with clock.at(BEFORE):
        assert client.get(url(meeting)).status_code == 200
        answer = client.post(url(meeting, "add/"), {"person": people[GUEST].uid})
        assert (answer.status_code, answer["Location"]) == (302, url(meeting))
        assert GUEST in names(meeting)
        assert client.get(url(meeting), {"done": 1})["Location"] == meeting.get_absolute_url()


def test_what_is_refused_stands_at_its_field(client: Client, people: People, meeting: Meeting) -> None:
    with clock.at(BEFORE):
        answer = client.post(url(meeting, "add/"), {"person": people["林书瑶"].uid})
        assert (answer.status_code, set(answer.context["person_form"].errors)) == (422, {"person"})
        said = {"chair": people[GUEST].uid, "recorder": people[OTHER].uid, "seen_version": meeting.version}
        answer = client.post(url(meeting, "keepers/"), said, headers=HTMX)
        assert (answer.status_code, set(answer.context["keepers_form"].errors)) == (422, {"chair"})
        answer = client.post(url(meeting, f"{people['周以宁'].uid}/take-off/"), headers=HTMX)
        assert (answer.status_code, "先指定" in strip_tags(answer.content.decode())) == (422, True)


def test_chair_and_minute_taker_are_named_in_one_form(client: Client, people: People, meeting: Meeting) -> None:
    said = {"chair": people["林书瑶"].uid, "recorder": people[OTHER].uid}
    with clock.at(BEFORE):
        assert client.post(url(meeting, "keepers/"), said).status_code == 428
        assert client.post(url(meeting, "keepers/"), said | {"seen_version": meeting.version}).status_code == 302
        answer = client.post(url(meeting, "keepers/"), said | {"chair": people["周以宁"].uid, "seen_version": meeting.version})
        assert answer.status_code == 412
        assert "林书瑶" in answer.context["keepers_form"].theirs["chair"]


def test_a_minute_taker_who_hands_the_minutes_on_sees_the_meeting_again(people: People, meeting: Meeting) -> None:
    client, said = as_(people, "许知夏"), {"chair": people["周以宁"].uid, "recorder": people[OTHER].uid}
    with clock.at(BEFORE):
        answer = client.post(url(meeting, "keepers/"), said | {"seen_version": meeting.version})
        assert answer["Location"] == meeting.get_absolute_url()
        assert f'hx-get="{url(meeting)}"' not in client.get(meeting.get_absolute_url()).content.decode()


def test_whoever_came_uninvited_is_present_on_the_minutes_and_the_others_by_one_click(
    client: Client, people: People, meeting: Meeting
) -> None:
    with clock.at(KICKOFF + timedelta(minutes=5)):
        assert url(meeting) in client.get(f"/meetings/{meeting.uid}/minutes/").content.decode()
        client.post(url(meeting, "add/"), {"person": people[GUEST].uid})
        minutes = client.get(f"/meetings/{meeting.uid}/minutes/")
        assert (minutes.context["present"], minutes.context["unsaid"]) == (1, 3)
        said: dict[str, Any] = {"seen_version": 1, "absent": people["林书瑶"].uid}
        part = client.post(f"/meetings/{meeting.uid}/attendance/", said, headers=HTMX)
        assert 'name="everybody"' in part.content.decode()
        part = client.post(f"/meetings/{meeting.uid}/attendance/", {"seen_version": 2, "everybody": 1}, headers=HTMX)
        assert (part.context["present"], part.context["absent"], part.context["unsaid"]) == (3, 1, 0)
        assert 'name="everybody"' not in part.content.decode()


@pytest.mark.parametrize("who", [OTHER, GUEST])
def test_who_neither_calls_nor_keeps_it_changes_nothing(people: People, meeting: Meeting, who: str) -> None:
    client = as_(people, who)
    with clock.at(BEFORE):
        assert url(meeting) not in client.get(meeting.get_absolute_url()).content.decode()
        assert client.get(url(meeting)).status_code == 403
        for rest in ("add/", f"{people['林书瑶'].uid}/take-off/", "keepers/"):
            assert client.post(url(meeting, rest), {"person": people[GUEST].uid}).status_code == 403


def test_whom_one_may_invite(people: People, project: Project) -> None:
    """Also who is named in the project, and members of the initiating and the lead department, where they see it."""
    outside = next(user for user in people.values() if not Project.objects.visible_to(user).filter(pk=project.pk).exists())
    client, address = as_(people, "周以宁"), f"/projects/{project.uid}/meetings/call/"

    def offered() -> set[str]:
        with clock.at(BEFORE):
            return {user.name for user in client.get(address).context["form"].fields["attendees"].queryset}

    assert GUEST in offered()
    assert outside.name not in offered()
    Participant.objects.create(project=project, user=outside, kind=Participant.Kind.VIEWER)
    assert outside.name in offered()
    Project.objects.filter(pk=project.pk).update(confidential=True)
    assert GUEST not in offered()
    assert outside.name in offered()
    assert all(Project.objects.visible_to(people[name]).filter(pk=project.pk).exists() for name in offered())


def test_the_series_page_names_its_minute_taker_and_who_is_in_copy(people: People, project: Project) -> None:
    series: Series = started(project, kind="weekly", rule="weekly", minutes=30)
    client, address = as_(people, "周以宁"), f"/meetings/series/{series.uid}/"
    said = {
        "weekday": 0, "at": "10:00", "minutes": 30, "place": "", "seen_version": 1, "recorder": people[OTHER].uid,
        "copies": [people[GUEST].uid],
    }  # fmt: skip
    with clock.at(NOW):
        assert client.post(address, said).status_code == 302
        page = client.get(address)
        assert page.context["form"]["recorder"].value() == people[OTHER].uid
        assert page.content.decode().count("checked") == 1
        answer = client.post(address, said | {"recorder": "", "copies": []})
        assert answer.status_code == 412
        assert GUEST in answer.context["form"].theirs["copies"]
        assert OTHER in answer.context["form"].theirs["recorder"]
    rows = series.meetings.filter(starts_at__gt=NOW)
    assert {row.recorder.name for row in rows} == {OTHER}
    assert all(row.attendees.filter(user=people[GUEST], in_copy=True).exists() for row in rows)
