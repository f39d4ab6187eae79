"""Whoever changes an amendment says which version was seen: none is 428, an old one 412, and nothing is written or lost."""

from typing import Any

import pytest
from django.test import Client

from people.models import User
from projects.models import Amendment, ClauseChange
from tests.tracking.changing import approved, at, clause_of, in_force, opened

pytestmark = pytest.mark.django_db
People = dict[str, User]
ACTS = ["lines/", "end", "remove", "reason/", "update/", "drop/", "open/"]


@pytest.fixture
def amendment(people: People) -> Any:
    project = in_force(people)
    with at(days=1):
        yield approved(people, project, clause_of(project, "销售部"))


def sent(amendment: Amendment, act: str, version: str) -> tuple[str, dict[str, str]]:
    """Where an act is sent, and what its form says."""
    url, line = amendment.get_absolute_url(), amendment.changes.get()
    assert line.clause is not None
    clause = {"clause": str(line.clause.uid)}
    whole = {"department": str(line.clause.department.uid), "text": "我打的字", "deliverable": "签收单", "due_on": "2026-08-09"}
    said: dict[str, dict[str, str]] = {
        "lines/": clause | whole | {"handed_to": str(line.clause.department.uid)},
        "end": clause | {"end": "1"},
        "reason/": {"reason": "我打的字"},
        "drop/": {"reason": "我打的字"},
        "open/": {"sign_days": "3"},
    }
    path = {"end": "lines/", "remove": f"lines/{line.uid}/remove/"}.get(act, act)
    return url + path, said.get(act, {}) | ({"seen_version": version} if version else {})


def written(amendment: Amendment) -> list[Any]:
    rows = ClauseChange.objects.filter(amendment=amendment).values_list("kind", "after")
    return [list(Amendment.objects.filter(pk=amendment.pk).values_list("state", "reason", "version", "base")), list(rows)]


@pytest.mark.parametrize("act", ACTS)
def test_what_says_no_version_or_an_old_one_changes_nothing(
    act: str, amendment: Amendment, people: People, client: Client
) -> None:
    client.force_login(people["林书瑶"])
    before = written(amendment)
    for version, status in (("", 428), (str(amendment.version - 1), 412)):
        answer = client.post(*sent(amendment, act, version))
        assert answer.status_code == status
        page = answer.content.decode()
        assert ("无法判断您修改的" in page) == (status == 428)
        assert ("我打的字" in page) == (act in ("lines/", "reason/", "drop/"))  # nothing typed is lost
        assert written(amendment) == before
    assert client.post(*sent(amendment, act, str(amendment.version))).status_code == 302


def test_what_is_sent_again_over_both_values_is_a_decision(amendment: Amendment, people: People, client: Client) -> None:
    client.force_login(people["林书瑶"])
    url, said = sent(amendment, "reason/", str(amendment.version - 1))
    answer = client.post(url, said)
    form = answer.context["reason_form"]
    assert amendment.reason in answer.content.decode()
    again = {"reason": form["reason"].value(), "seen_version": form["seen_version"].value()}
    assert client.post(url, again).status_code == 302
    amendment.refresh_from_db()
    assert amendment.reason == "我打的字"


def test_taking_back_says_the_version_too(amendment: Amendment, people: People, client: Client) -> None:
    opened(people, amendment)
    client.force_login(people["林书瑶"])
    amendment.refresh_from_db()
    url = f"{amendment.get_absolute_url()}take-back/"
    for version, status in (("", 428), ("²", 422), (str(amendment.version - 1), 412), (str(amendment.version), 302)):
        assert client.post(url, {"seen_version": version, "reason": "数字写错"}).status_code == status
    amendment.refresh_from_db()
    assert amendment.state == Amendment.State.DRAFT


def test_what_others_change_of_it_is_read_anew_and_what_was_refused_is_not(
    amendment: Amendment, people: People, client: Client
) -> None:
    client.force_login(people["林书瑶"])
    url = amendment.get_absolute_url()
    part = client.get(f"{url}?add=1", headers={"HX-Request": "true"}).content.decode()
    assert part.startswith('<div class="memorandum" id="amendment"')
    assert f'data-live="projects.amendment:{amendment.uid}"' in part
    assert f'data-live-src="{url}?add=1"' in part
    change = amendment.requests.get()
    part = client.get(change.get_absolute_url(), headers={"HX-Request": "true"}).content.decode()
    assert f'id="change" data-live="tracking.changerequest:{change.uid}" data-live-src="{change.get_absolute_url()}"' in part
    refused = client.post(f"{url}reason/", {"seen_version": amendment.version, "reason": ""})
    assert "data-live-src" not in refused.content.decode().split('id="amendment"')[1].split(">")[0]
    document = opened(people, amendment)
    assert f"documents.document:{document.uid}" in client.get(url).content.decode()
