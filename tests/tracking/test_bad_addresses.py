"""An address that says nothing sensible leads nowhere; it never breaks a page."""

import pytest
from django.test import Client
from django.urls import reverse

from common import clock
from common.typed import whole_number
from people.models import User
from projects.models import Project
from tests.tracking.build import july, quantified
from tracking.models import Task


@pytest.mark.parametrize("parent", ["nonsense", "00000000-0000-4000-8000-000000000000"])
def test_a_part_of_a_task_that_does_not_exist(people: dict[str, User], project: Project, parent: str) -> None:
    client = Client()
    client.force_login(people["周以宁"])
    assert client.get(reverse("add_task", args=[project.uid]), {"parent": parent}).status_code == 404


NUL = "%00"


@pytest.mark.parametrize(
    ("name", "query"),
    [
        ("board", f"?q=a{NUL}b"), ("table", f"?q={NUL}&sort={NUL}"), ("project_tasks", f"?at={NUL}&under={NUL}"),
        ("saved_views", f"?view={NUL}"),
    ],
)  # fmt: skip
def test_a_character_that_no_database_holds_breaks_no_page(
    people: dict[str, User], project: Project, name: str, query: str
) -> None:
    client = Client()
    client.force_login(people["许知夏"])
    assert client.get(reverse(name, args=[project.uid]) + query).status_code == 200


def test_nor_does_it_reach_what_is_kept(people: dict[str, User], project: Project) -> None:
    row = quantified(people, project)
    client = Client()
    client.force_login(people["许知夏"])
    for name, query in (("task_plan", f"?edit=needs&q=a{NUL}"), ("move_task", f"?find={NUL}")):
        assert client.get(reverse(name, args=[row.uid]) + query, headers={"HX-Request": "true"}).status_code == 200
    with clock.at(july(2, 10)):
        added = client.post(reverse("add_task", args=[project.uid]), {"said": "布\x00展"}, headers={"HX-Request": "true"})
        sheet = {"row": str(row.uid), f"{row.uid}-done": "5", f"{row.uid}-note": "", f"{row.uid}-point0": "a\x00b"}
        version = {f"{row.uid}-seen_version": str(row.version), f"{row.uid}-seen_done": "0"}
        said = client.post(reverse("weekly_card"), sheet | version, headers={"HX-Request": "true"})
    assert (added.status_code, said.status_code) == (200, 200)
    assert Task.objects.filter(title="布展").exists()


@pytest.mark.parametrize("said", ["²", "９", "-1", "9" * 10, "9" * 5000, ""])
def test_what_is_no_number_of_ours_says_none(said: str) -> None:
    assert whole_number(said) is None


def test_a_plain_number_is_read() -> None:
    assert (whole_number("0"), whole_number("20"), whole_number("9" * 9)) == (0, 20, 999_999_999)


@pytest.mark.parametrize("said", ["²", "9" * 5000])
def test_a_number_that_was_made_up_breaks_no_page(people: dict[str, User], project: Project, said: str) -> None:
    row = quantified(people, project)
    client = Client()
    client.force_login(people["许知夏"])
    for query in (
        {"in_lane": "", "lanes": "department", "lane": said, "start": said},
        {"column": "in_progress", "after": said, "sort": "due"},
    ):
        assert client.get(reverse("board", args=[project.uid]), query).status_code == 200
    assert client.get(reverse("change_impact", args=[project.uid]), {"count": said}).status_code == 200
    assert client.get("/api/v1/projects/", {"limit": "0" * 8 + "1" + said}).status_code == 400
    for name in ("confirm_task", "undo_move"):
        assert client.post(reverse(name, args=[row.uid]), {"seen_version": said}).status_code < 500
