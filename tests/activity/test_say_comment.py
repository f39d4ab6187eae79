"""Comments on a task: who says, who is told, what stays (rule H2)."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.test import Client
from django.urls import reverse

from activity.comments import LONGEST, say
from activity.models import Comment, Event, Notice
from common import clock, ports
from common.refusals import Refused
from people.models import User
from projects.models import Project
from projects.services.project import name_viewer
from tests.tracking import build
from tests.tracking.conftest import project_in_execution
from tracking.models import Task

People = dict[str, User]
NOW = build.july(16, 10)


@pytest.fixture
def task(people: People) -> Task:
    return build.task(people, project_in_execution(people), assignee=people["郭砚秋"])


def said(people: People, task: Task, who: str, text: str = "首批到货了吗？") -> Comment:
    with clock.at(NOW):
        row = ports.subject_of("tracking.task", task.uid, people[who], "comment")
        return say(actor=people[who], subject=row, project=row.project, text=text)


def told(comment: Comment) -> set[str]:
    """Who has a notice of this comment."""
    event = Event.objects.get(verb="comment.made", facts__comment=str(comment.uid))
    return {notice.reader.name for notice in Notice.objects.filter(event=event)}


def client_of(person: User) -> Client:
    client = Client()
    with clock.at(NOW):
        client.force_login(person)
    return client


def url_of(task: Task) -> str:
    return reverse("comments_of", args=["tracking.task", task.uid])


def test_assignee_liaison_and_whoever_spoke_before_are_told(people: People, task: Task) -> None:
    assert told(said(people, task, "林书瑶")) == {"郭砚秋", "许知夏"}
    assert told(said(people, task, "郭砚秋", "明天到")) == {"林书瑶", "许知夏"}
    assert told(said(people, task, "许知夏", "好")) == {"林书瑶", "郭砚秋"}


@pytest.mark.parametrize(
    ("who", "answer"),
    [("林书瑶", None), ("周以宁", None), ("蒋明远", None), ("许知夏", None), ("郭砚秋", None), ("米小禾", None),
     ("陆景行", None), ("祁若谷", None), ("沈嘉禾", PermissionDenied), ("钟鉴明", PermissionDenied),
     ("单𠮷安", Http404), ("毕以恒", Http404)],
)  # fmt: skip
def test_who_may_comment(people: People, task: Task, who: str, answer: Any) -> None:
    name_viewer(actor=people["林书瑶"], project_uid=task.project.uid, viewer=people["祁若谷"])
    if answer is None:
        assert said(people, task, who).author == people[who]
    else:
        with pytest.raises(answer):
            said(people, task, who)


def test_a_confidential_task_is_not_there_for_who_is_not_named(people: People, task: Task) -> None:
    task.project.confidential = True
    task.project.save(update_fields=["confidential"])
    with pytest.raises(Http404):
        said(people, task, "陆景行")
    assert client_of(people["陆景行"]).get(url_of(task)).status_code == 404


def test_nothing_is_said_while_the_project_is_read_only_and_all_can_be_read(people: People, task: Task) -> None:
    said(people, task, "许知夏", "之前说的")
    task.project.hold = Project.Hold.SUSPENDED
    task.project.save(update_fields=["hold"])
    with pytest.raises(Refused):
        said(people, task, "许知夏")
    page = client_of(people["许知夏"]).get(url_of(task)).content.decode()
    assert "之前说的" in page
    assert "<textarea" not in page


@pytest.mark.parametrize("text", ["", "  \r\n \t", "\x00", "长" * (LONGEST + 1)])
def test_an_empty_or_endless_comment_is_refused_at_its_field_and_stays_typed(people: People, task: Task, text: str) -> None:
    answer = client_of(people["许知夏"]).post(url_of(task), {"text": text}, headers={"HX-Request": "true"})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "is-invalid" in page
    assert text.replace("\x00", "").strip()[:50] in page  # no text of the database holds that sign; it is left out
    assert Comment.objects.count() == 0


def test_markup_is_text(people: People, task: Task) -> None:
    said(people, task, "许知夏", "<img src=x onerror=alert(1)> {actor}")
    page = client_of(people["许知夏"]).get(url_of(task)).content.decode()
    assert "&lt;img src=x" in page
    assert "<img src=x" not in page
    assert "{actor}" in Event.objects.get(verb="comment.made").sentence


def test_with_script_the_fragment_answers_without_it_the_page(people: People, task: Task) -> None:
    client = client_of(people["许知夏"])
    answer = client.post(url_of(task), {"text": "一"}, headers={"HX-Request": "true"})
    assert (answer.status_code, "<html" in answer.content.decode()) == (200, False)
    answer = client.post(url_of(task), {"text": "二"})
    assert (answer.status_code, answer.url) == (302, f"{task.get_absolute_url()}#comments")
    page = client.get(task.get_absolute_url()).content.decode()
    assert page.index("一</div>") < page.index("二</div>")


@pytest.mark.parametrize("many", [1, 60])
def test_reading_and_saying_ask_the_database_a_fixed_number_of_times(
    people: People, task: Task, many: int, django_assert_max_num_queries: Any
) -> None:
    for n in range(many):
        Comment.objects.bulk_create([
            Comment(project_id=task.project_id, author=people["周以宁"], subject=task, text=f"第{n}条", at=NOW)
        ])  # fmt: skip
    client = client_of(people["许知夏"])
    with clock.at(NOW):
        with django_assert_max_num_queries(25):
            client.post(url_of(task), {"text": "好"}, headers={"HX-Request": "true"})
        with django_assert_max_num_queries(15):
            page = client.get(url_of(task)).content.decode()
    assert page.count('class="comment"') == min(many + 1, 15)
    assert f"第{many - 1}条" in page
