"""An address that says nothing sensible leads nowhere; it never breaks a page."""

import pytest
from django.test import Client
from django.urls import reverse

from people.models import User
from projects.models import Project


@pytest.mark.parametrize("parent", ["nonsense", "00000000-0000-4000-8000-000000000000"])
def test_a_part_of_a_task_that_does_not_exist(people: dict[str, User], project: Project, parent: str) -> None:
    client = Client()
    client.force_login(people["周以宁"])
    assert client.get(reverse("add_task", args=[project.uid]), {"parent": parent}).status_code == 404
