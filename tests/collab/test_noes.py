"""The noes a person may meet, on a page and in a fragment: nothing typed is swapped away."""

from typing import Any

import pytest
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path, reverse, reverse_lazy

from collab.urls import handler400 as handler400
from collab.urls import handler403 as handler403
from collab.urls import urlpatterns as real
from common.refusals import Refused
from people.models import User

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]
People = dict[str, User]
NOBODY = "00000000-0000-4000-8000-000000000000"
FRAGMENT = {"hx-request": "true"}


def refuse(request: HttpRequest) -> HttpResponse:
    raise Refused("not before the kickoff")


def forbid(request: HttpRequest) -> HttpResponse:
    raise PermissionDenied


def say(request: HttpRequest) -> HttpResponse:
    messages.success(request, "已保存")
    return HttpResponse("row")


urlpatterns = [path("refuse/", refuse), path("forbid/", forbid), path("say/", say), *real]


@pytest.fixture
def client(people: People) -> Client:
    client = Client()
    client.force_login(people["林书瑶"])
    return client


def beside(answer: Any) -> bool:
    return answer.headers.get("HX-Retarget") == "#messages" and "<html" not in answer.content.decode()


def test_a_refusal_comes_back_to_the_page_it_was_tried_on(client: Client) -> None:
    answer = client.post("/refuse/", headers={"referer": "http://testserver/me/"}, follow=True)
    assert answer.redirect_chain == [("http://testserver/me/", 302)]
    assert "not before the kickoff" in answer.content.decode()


def test_a_refusal_never_leads_to_another_site(client: Client) -> None:
    answer = client.post("/refuse/", headers={"referer": "http://evil.example/"})
    assert answer.status_code == 409
    assert "not before the kickoff" in answer.content.decode()


def test_a_fragments_refusal_stands_beside_the_work(client: Client) -> None:
    answer = client.post("/refuse/", headers=FRAGMENT)
    assert answer.status_code == 409
    assert beside(answer)


def test_forbidden_is_a_page_or_a_line_beside_the_work(client: Client) -> None:
    assert "您没有这项操作的权限" in client.get("/forbid/").content.decode()
    answer = client.get("/forbid/", headers=FRAGMENT)
    assert answer.status_code == 403
    assert beside(answer)


def test_a_message_said_with_a_fragment_travels_in_a_header(client: Client) -> None:
    answer = client.post("/say/", headers=FRAGMENT)
    assert '"level": "success"' in answer.headers["HX-Trigger"]
    assert "row" in answer.content.decode()
    client.post("/say/")
    assert "已保存" in client.get(reverse("me")).content.decode()


def test_a_fragment_asked_for_after_the_session_ended_keeps_the_page(client: Client) -> None:
    client.logout()
    answer = client.post(reverse("notices_seen"), headers=FRAGMENT)
    assert answer.status_code == 403
    assert beside(answer)
    assert "登录已失效" in answer.content.decode()
    assert client.get(reverse("notices")).status_code == 302


@pytest.mark.parametrize(
    ("act", "page"),
    [
        (reverse_lazy("notices_seen"), reverse_lazy("notices")),
        (reverse_lazy("clause_remove", args=[NOBODY, NOBODY]), reverse_lazy("memorandum", args=[NOBODY])),
    ],
)
def test_after_signing_in_again_one_stands_on_the_page_of_the_act(client: Client, act: str, page: str) -> None:
    person = User.objects.get(name="林书瑶")
    client.logout()
    sent = client.post(act)
    assert sent.status_code == 302
    client.force_login(person)
    came = client.get(str(act), headers={"accept": "text/html"}, follow=True)
    assert came.redirect_chain[-1][0] == page
    assert client.get(str(act)).status_code == 405


def test_a_page_that_was_open_too_long_says_so(people: People) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(people["林书瑶"])
    assert "页面打开时间过长" in strict.post(reverse("notices_seen")).content.decode()
    assert beside(strict.post(reverse("notices_seen"), headers=FRAGMENT))


def test_more_than_is_read_at_once_is_said_in_the_readers_words(client: Client) -> None:
    much = {f"field{number}": "1" for number in range(1001)}
    page = client.post("/say/", much)
    assert page.status_code == 413
    assert "一次发送的内容太多" in page.content.decode()
    fragment = client.post("/say/", much, headers=FRAGMENT)
    assert fragment.status_code == 422
    assert beside(fragment)
