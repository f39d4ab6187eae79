"""Who sees a project: open, confidential, draft × the people of the sample (rule A3)."""

import pytest
from django.http import Http404
from django.test import Client
from django.urls import reverse

from common.rights import Role
from people.models import User
from projects.access import project_for, standing
from projects.models import Project
from projects.services.project import edit_project, name_viewer, note_assignee, remove_viewer
from tests import build

pytestmark = pytest.mark.django_db

# draft, open, confidential; then as a named viewer of a confidential one
SEES = {
    "林书瑶": (True, True, True),  # head of the initiating and lead department
    "周以宁": (True, True, True),  # drafted it; its liaison
    "米小禾": (False, True, False),  # another member of the initiating department
    "顾承泽": (False, True, True),  # head of a cooperating department
    "沈嘉禾": (False, True, True),  # its liaison
    "单𠮷安": (False, False, False),  # a colleague of a cooperating department
    "郭砚秋": (False, False, False),  # not yet assigned anything
    "邵云舟": (False, False, False),  # head elsewhere
    "陆景行": (False, True, False),  # senior management
    "钟鉴明": (False, True, True),  # auditor
    "毕以恒": (False, False, False),  # administrator
}


def seen(user: User, project: Project) -> bool:
    try:
        project_for(User.objects.get(pk=user.pk), project.uid)
    except Http404:
        return False
    return True


@pytest.mark.parametrize("name", SEES)
def test_who_sees_it(people: dict[str, User], name: str) -> None:
    draft, project = build.draft(people), build.with_departments(people)
    open_ = seen(people[name], project)
    edit_project(actor=people["林书瑶"], project_uid=project.uid, seen_version=None, confidential=True)
    assert (seen(people[name], draft), open_, seen(people[name], project)) == SEES[name]
    listed = set(Project.objects.visible_to(people[name]).values_list("pk", flat=True))
    assert listed == {row.pk for row, shown in ((draft, SEES[name][0]), (project, SEES[name][2])) if shown}


def test_a_named_reader_sees_a_confidential_project_until_that_ends(people: dict[str, User]) -> None:
    project = build.with_departments(people, confidential=True)
    reader = people["陆景行"]
    name_viewer(actor=people["林书瑶"], project_uid=project.uid, viewer=reader)
    assert seen(reader, project)
    remove_viewer(actor=people["林书瑶"], project_uid=project.uid, viewer=reader)
    assert not seen(reader, project)


def test_an_assignee_sees_it(people: dict[str, User]) -> None:
    project = build.with_departments(people, confidential=True)
    note_assignee(project, people["郭砚秋"])
    assert seen(people["郭砚秋"], project)


@pytest.mark.parametrize(
    ("name", "roles"),
    [
        ("林书瑶", {Role.IH, Role.MB}),
        ("周以宁", {Role.IL, Role.MB}),
        ("米小禾", {Role.MB}),
        ("顾承泽", {Role.PH}),
        ("沈嘉禾", {Role.PL}),
        ("陆景行", {Role.EX}),
        ("钟鉴明", {Role.AU}),
        ("毕以恒", set()),
    ],
)
def test_roles(people: dict[str, User], name: str, roles: set[Role]) -> None:
    project = build.with_departments(people)
    assert standing(people[name], Project.objects.get(pk=project.pk)).roles == roles


def test_while_the_work_runs_the_lead_department_steers(people: dict[str, User]) -> None:
    project = build.with_departments(people)
    edit_project(actor=people["林书瑶"], project_uid=project.uid, seen_version=None, lead_dept=build.departments()["销售部"])
    running = Project.objects.get(pk=project.pk)
    running.state = Project.State.EXECUTION  # as the memorandum in force would have it
    assert Role.IH in standing(people["蒋明远"], running).roles
    assert standing(people["林书瑶"], running).roles == {Role.PH, Role.MB}


def test_a_reader_is_named_by_name_and_an_unknown_name_comes_back(client: Client, people: dict[str, User]) -> None:
    project = build.with_departments(people)
    client.force_login(people["林书瑶"])
    url = reverse("add_viewer", args=[project.uid])
    page = client.post(url, {"viewer": "谁谁"}, headers={"HX-Request": "true"})
    assert page.status_code == 422
    assert 'value="谁谁"' in page.content.decode()
    assert client.post(url, {"viewer": "祁若谷"}).status_code == 302
    assert seen(people["祁若谷"], project)
