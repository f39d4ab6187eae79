"""An address that says nothing sensible leads nowhere; it never breaks a page."""

import pytest
from django.test import Client
from django.urls import reverse

from common import clock
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
