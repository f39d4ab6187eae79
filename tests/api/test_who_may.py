"""Every route of the API × the cast: the same doors as the pages, 401 before sign-in, hidden as if missing."""

from typing import Any
from uuid import UUID

import pytest
from django.db import transaction
from django.urls import reverse

from common import clock
from tests.api.routes import API, ApiRoute
from tests.house.test_permission_matrix import NOWHERE, SIGNS
from tests.house.test_permission_matrix import world as world
from tests.house.world import CAST, NOW, World


def answer(world: World, route: ApiRoute, person: str | None, args: list[Any] | None = None) -> Any:
    """What this person gets for the route; nothing of it stays."""
    url = reverse(route.name, args=route.args(world) if args is None else args)
    client, headers = world.browsers[person], {"If-Match": f'"{world.task.version}"'}
    with clock.at(NOW), transaction.atomic():
        if route.said is None:
            response = client.get(url)
        else:
            response = client.post(url, route.said(world), content_type="application/json", headers=headers)
        transaction.set_rollback(True)
    return response


@pytest.mark.parametrize("route", API, ids=str)
def test_who_passes(world: World, route: ApiRoute) -> None:
    answers = [answer(world, route, name) for name in CAST.values()]
    assert {one.status_code for one in answers} <= {200, 201, 403, 404, 409, 422}
    assert "".join(SIGNS.get(one.status_code, "✔") for one in answers) == route.cells, " ".join(CAST)


@pytest.mark.parametrize("route", API, ids=str)
def test_nobody_passes_before_sign_in(world: World, route: ApiRoute) -> None:
    response = answer(world, route, None)
    assert response.status_code == 401
    assert response.json()["code"] == "not_authenticated"
    assert response["WWW-Authenticate"] == "Token"


@pytest.mark.parametrize("route", [row for row in API if row.cells.endswith("∅∅")], ids=str)
def test_missing_and_hidden_give_the_same_answer(world: World, route: ApiRoute) -> None:
    args = [NOWHERE if isinstance(arg, UUID) else arg for arg in route.args(world)]
    hidden, missing = answer(world, route, CAST["OUT"]), answer(world, route, CAST["OUT"], args)
    assert hidden.status_code == missing.status_code == 404
    assert hidden.content == missing.content
