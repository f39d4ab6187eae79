"""The frame of a project's pages."""

import pytest
from django.test import Client

from people.models import User
from tests import build

pytestmark = pytest.mark.django_db


def test_the_frame_says_how_the_project_stands(client: Client, people: dict[str, User]) -> None:
    with build.launch_time():
        project = build.prepared(people)
        client.force_login(people["林书瑶"])
        page = client.get(project.get_absolute_url())
    assert page.status_code == 200
    assert "新品上市" in page.content.decode()
