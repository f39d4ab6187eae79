"""Saved views: one's own or shared, opened by an address, and never more than one may see."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.test import Client
from django.urls import reverse
from django.utils import translation

from activity.models import Event
from common import clock
from common.refusals import Conflict, Refused
from people.models import User
from projects.models import Participant, Project
from tests.tracking.build import People, july
from tests.tracking.conftest import project_in_execution
from tracking.models import Habit, SavedView
from tracking.services.views import MOST, change_view, choose_view, delete_view, save_view

pytestmark = pytest.mark.django_db
NOW = july(20, 19)


@pytest.fixture(autouse=True)
def _in_english() -> Any:
    with translation.override("en"):
        yield


@pytest.fixture
def assignee(people: People, project: Project) -> User:
    """Somebody who only does a task."""
    Participant.objects.create(project=project, user=people["程子昂"], kind=Participant.Kind.ASSIGNEE)
    return people["程子昂"]


def kept(project: Project, user: User, name: str = "华北延期", **said: Any) -> SavedView:
    with clock.at(NOW):
        return save_view(
            actor=user, project_uid=project.uid, **({"name": name, "layout": "table", "query": "late=1&q=华北"} | said)
        )


def test_a_view_keeps_the_filters_but_not_where_one_was_in_them(people: People, project: Project) -> None:
    view = kept(project, people["许知夏"], query="?late=1&page=4&q=&view=x&sort=-due&all=1")
    assert view.query == "late=1&sort=-due"
    assert view.version == 1


@pytest.mark.parametrize("who", ["林书瑶", "周以宁", "许知夏"])
def test_whoever_may_edit_tasks_may_share(who: str, people: People, project: Project) -> None:
    assert kept(project, people[who], is_shared=True).is_shared


def test_an_assignee_keeps_views_but_shares_none(people: People, project: Project, assignee: User) -> None:
    view = kept(project, assignee)
    with pytest.raises(PermissionDenied):
        kept(project, assignee, name="共享", is_shared=True)
    with pytest.raises(PermissionDenied):
        change_view(actor=assignee, project_uid=project.uid, view_uid=view.uid, seen_version=1, is_shared=True)


def test_a_view_of_ones_own_exists_for_nobody_else(people: People, project: Project, client: Client) -> None:
    view = kept(project, people["许知夏"], name="我的私事")
    with pytest.raises(Http404):
        change_view(actor=people["周以宁"], project_uid=project.uid, view_uid=view.uid, seen_version=1, name="x")
    client.force_login(people["周以宁"])
    with clock.at(NOW):
        assert client.get(reverse("saved_view", args=[project.uid, view.uid])).status_code == 404
        assert "我的私事" not in client.get(reverse("saved_views", args=[project.uid])).content.decode()
    assert not Event.objects.filter(project_id=project.pk, verb__startswith="view.").exists()  # nor in the project's log


def test_a_shared_view_is_opened_by_others_and_changed_by_owner_and_lead(
    people: People, project: Project, assignee: User
) -> None:
    view = kept(project, people["许知夏"], is_shared=True)
    with pytest.raises(PermissionDenied):
        change_view(actor=assignee, project_uid=project.uid, view_uid=view.uid, seen_version=1, name="别的")
    change_view(actor=people["许知夏"], project_uid=project.uid, view_uid=view.uid, seen_version=1, name="别的")
    changed = change_view(actor=people["周以宁"], project_uid=project.uid, view_uid=view.uid, seen_version=2, query="risk=1")
    assert (changed.name, changed.query, changed.version) == ("别的", "risk=1", 3)
    delete_view(actor=people["周以宁"], project_uid=project.uid, view_uid=view.uid)
    assert not SavedView.objects.exists()


def test_two_who_change_a_view_at_once_see_each_other(people: People, project: Project) -> None:
    view = kept(project, people["许知夏"], is_shared=True)
    change_view(actor=people["周以宁"], project_uid=project.uid, view_uid=view.uid, seen_version=1, name="先到")
    with pytest.raises(Conflict) as clash:
        change_view(actor=people["许知夏"], project_uid=project.uid, view_uid=view.uid, seen_version=1, name="后到")
    assert (clash.value.mine["name"], clash.value.theirs["name"]) == ("后到", "先到")


@pytest.mark.parametrize(
    ("said", "field"), [({"name": "  "}, "name"), ({"name": "长" * 61}, "name"), ({"layout": "tree"}, "layout"),
                        ({"query": "q=" + "a" * 2000}, "name")],
)  # fmt: skip
def test_what_is_no_view_is_refused_at_its_field(said: dict[str, str], field: str, people: People, project: Project) -> None:
    with pytest.raises(Refused) as refusal:
        kept(project, people["许知夏"], **said)
    assert refusal.value.field == field


def test_a_name_is_taken_once_per_person(people: People, project: Project) -> None:
    kept(project, people["许知夏"])
    with pytest.raises(Refused, match="of this name"):
        kept(project, people["许知夏"])
    assert kept(project, people["周以宁"]).name == "华北延期"


def test_nobody_heaps_up_views(people: People, project: Project) -> None:
    for n in range(MOST):
        SavedView.objects.create(project=project, owner=people["许知夏"], name=str(n), layout="board")
    with pytest.raises(Refused, match="delete one first"):
        kept(project, people["许知夏"])


def test_the_view_to_begin_with_opens_by_itself_until_everything_is_asked_for(
    people: People, project: Project, client: Client
) -> None:
    view = kept(project, people["许知夏"], is_usual=True)
    client.force_login(people["许知夏"])
    table = reverse("table", args=[project.uid])
    with clock.at(NOW):
        opened = client.get(table)
        assert opened.headers["Location"] == f"{table}?{view.query}&view={view.uid}"
        assert client.get(opened.headers["Location"]).status_code == 200
        assert client.get(table + "?all=1").status_code == 200
        choose_view(actor=people["许知夏"], project_uid=project.uid, view_uid=None)
        assert client.get(table).status_code == 200


def test_a_view_taken_back_from_sharing_no_longer_opens_for_others(people: People, project: Project, client: Client) -> None:
    view = kept(project, people["周以宁"], is_shared=True)
    choose_view(actor=people["许知夏"], project_uid=project.uid, view_uid=view.uid)
    change_view(actor=people["周以宁"], project_uid=project.uid, view_uid=view.uid, seen_version=1, is_shared=False)
    client.force_login(people["许知夏"])
    with clock.at(NOW):
        assert client.get(reverse("table", args=[project.uid])).status_code == 200
    delete_view(actor=people["周以宁"], project_uid=project.uid, view_uid=view.uid)
    assert Habit.objects.get(user=people["许知夏"]).view is None


def test_views_of_a_hidden_project_exist_for_nobody_outside(people: People, client: Client) -> None:
    hidden = project_in_execution(people, code="HID", name="鲸落行动", confidential=True)
    view = kept(hidden, people["周以宁"], name="鲸落", is_shared=True)
    outsider = next(user for user in people.values() if not Project.objects.visible_to(user).filter(pk=hidden.pk).exists())
    client.force_login(outsider)
    routes: list[tuple[str, list[UUID], Callable[..., Any]]] = [
        ("saved_views", [hidden.uid], client.get), ("saved_view", [hidden.uid, view.uid], client.get),
        ("change_view", [hidden.uid, view.uid], client.post), ("delete_view", [hidden.uid, view.uid], client.post),
        ("usual_view", [hidden.uid], client.post), ("saved_views", [hidden.uid], client.post),
    ]  # fmt: skip
    with clock.at(NOW):
        for name, args, ask in routes:
            answer = ask(reverse(name, args=args))
            assert answer.status_code == 404, name
            assert "鲸落" not in answer.content.decode()


def test_a_view_of_another_project_does_not_open_here(people: People, project: Project, client: Client) -> None:
    other = project_in_execution(people, code="OTH", name="别的项目")
    view = kept(other, people["周以宁"], is_shared=True)
    client.force_login(people["周以宁"])
    with clock.at(NOW):
        assert client.get(reverse("saved_view", args=[project.uid, view.uid])).status_code == 404


def test_kept_by_form_with_and_without_script(people: People, project: Project, client: Client) -> None:
    client.force_login(people["许知夏"])
    page = reverse("saved_views", args=[project.uid])
    with clock.at(NOW):
        said = {"name": "本周到期", "layout": "table", "query": "due_to=2026-07-24", "is_shared": "on"}
        plain = client.post(page, said)
        assert "due_to=2026-07-24" in plain.headers["Location"]
        script = client.post(page, said | {"name": "又一个"}, headers={"HX-Request": "true"})
        assert "due_to=2026-07-24" in script.headers["HX-Redirect"]
        again = client.post(page, said, headers={"HX-Request": "true"})
    assert again.status_code == 422
    assert "同名" in again.content.decode()
    assert 'value="本周到期"' in again.content.decode()
