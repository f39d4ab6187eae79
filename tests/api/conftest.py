"""A project with tasks, and people who call the API by their tokens."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from people.models import User
from people.tokens import make_token
from projects.models import Project
from tests.tracking.build import rollout
from tests.tracking.conftest import departments as departments
from tests.tracking.conftest import project as project
from tracking.models import Task

JULY = datetime(2026, 7, 20, 2, 0, tzinfo=UTC)
Call = Callable[..., Any]


class Api:
    """Calls the API in one person's name."""

    def __init__(self, token: str, **headers: str) -> None:
        self.client = Client(headers={"Authorization": f"Token {token}", "Accept-Language": "en", **headers})

    def get(self, path: str, **headers: str) -> Any:
        return self.client.get(f"/api/v1/{path}", headers=headers)

    def post(self, path: str, said: Any, version: int | None = None, **headers: str) -> Any:
        if version is not None:
            headers["If-Match"] = f'"{version}"'
        return self.client.post(f"/api/v1/{path}", said, content_type="application/json", headers=headers)


@pytest.fixture
def api(people: dict[str, User]) -> Callable[[str], Api]:
    """`api("许知夏")` calls in her name."""
    return lambda name: Api(make_token(actor=None, user_uid=people[name].uid)[1])


@pytest.fixture
def tasks(people: dict[str, User], project: Project) -> dict[str, Task]:
    """铺货100家门店 with its three regions."""
    return rollout(people, project)
