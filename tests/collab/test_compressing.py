"""What goes out compressed, what does not, and what is drawn once for all."""

import gzip
from collections.abc import Iterator
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.template import Context, Template
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils.translation import override

from common.compressing import Compress
from people.models import User

LONG = "一千项工作如期完成。" * 400


def sent(answer: HttpResponseBase, accept: str = "gzip, deflate, br") -> Any:
    """An answer as it leaves for a browser that accepts this."""

    def view(_request: HttpRequest) -> HttpResponse:
        return answer  # type: ignore[return-value]

    return Compress(view)(RequestFactory().get("/", headers={"Accept-Encoding": accept}))


@pytest.mark.parametrize("accept", ["gzip", "gzip, deflate, br", "br;q=1.0, gzip;q=0.8", "*", "deflate, gzip;q=1.0, *;q=0.5"])
def test_a_page_goes_out_compressed_to_whoever_accepts_it(accept: str) -> None:
    answer = sent(HttpResponse(LONG), accept)
    assert answer["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in answer["Vary"]
    assert int(answer["Content-Length"]) == len(answer.content) < len(LONG.encode()) / 5
    assert gzip.decompress(answer.content).decode() == LONG


@pytest.mark.parametrize("accept", ["", "identity", "br", "gzip;q=0", "gzip;q=0.0, br"])
def test_it_goes_out_plain_to_others_and_caches_keep_the_two_apart(accept: str) -> None:
    answer = sent(HttpResponse(LONG), accept)
    assert "Content-Encoding" not in answer
    assert "Accept-Encoding" in answer["Vary"]
    assert answer.content.decode() == LONG


def test_streams_files_short_answers_and_rows_with_an_etag_go_out_as_they_are() -> None:
    def stream() -> Iterator[str]:
        yield LONG

    for answer in (
        StreamingHttpResponse(stream()),
        HttpResponse(LONG, content_type="image/png"),
        HttpResponse("short"),
        HttpResponse(LONG, headers={"ETag": '"7"'}),
        HttpResponse(LONG, headers={"Content-Encoding": "br"}),
    ):
        before = answer.get("Content-Encoding")
        assert sent(answer).get("Content-Encoding") == before


def test_how_long_a_compressed_page_is_does_not_tell_what_stands_in_it() -> None:
    lengths = {len(sent(HttpResponse(LONG)).content) for _ in range(30)}
    assert len(lengths) > 5


@pytest.mark.django_db
def test_a_page_of_the_product_is_compressed(client: Client, people: dict[str, User]) -> None:
    client.force_login(people["林书瑶"])
    answer = client.get(reverse("desk"), headers={"Accept-Encoding": "gzip"})
    assert answer["Content-Encoding"] == "gzip"
    assert "林书瑶" in gzip.decompress(answer.content).decode()


def test_what_is_the_same_on_every_page_knows_nobody_and_speaks_each_language() -> None:
    template = Template('{% load i18n same %}{% same %}{{ name }}{% translate "Close" %}{% url "desk" %}{% endsame %}{{ name }}')
    drawn = {}
    for language in ("en", "zh-hans", "en"):
        with override(language):
            drawn[language] = template.render(Context({"name": "<林>"}))
    assert drawn == {"en": f"Close{reverse('desk')}&lt;林&gt;", "zh-hans": f"关闭{reverse('desk')}&lt;林&gt;"}
