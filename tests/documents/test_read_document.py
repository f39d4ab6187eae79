"""Who reads a document: signed minutes are read by those who may read minutes, on paper as on their page."""

import pytest
from django.test import Client
from django.urls import reverse

from common import clock
from documents.models import Signature
from meetings.models import Meeting
from people.models import User
from tests.documents import build
from tests.meetings.conftest import kickoff, project
from tests.meetings.test_reach_everybody import OUT, out

__all__ = ["kickoff", "project"]
People = dict[str, User]
PAGES = ("document", "document_pdf", "document_proof")


def seen_by(people: People, name: str) -> Client:
    client = Client()
    client.force_login(people[name])
    return client


@pytest.mark.parametrize("page", PAGES)
def test_a_member_who_may_not_read_minutes_does_not_read_them_as_a_document(kickoff: Meeting, people: People, page: str) -> None:
    minutes = out(kickoff, people)
    assert minutes.document is not None
    member = next(user for user in people.values() if user.name not in {a.user.name for a in kickoff.attendees.all()}
                  and user.department == people["周以宁"].department and not user.is_executive)  # fmt: skip
    with clock.at(OUT):
        assert seen_by(people, member.name).get(reverse("project", args=[kickoff.project.uid])).status_code == 200
        assert seen_by(people, member.name).get(reverse("minutes", args=[kickoff.uid])).status_code == 403
        assert seen_by(people, member.name).get(reverse(page, args=[minutes.document.uid])).status_code == 403
        reader = "顾承泽" if page == "document_proof" else "沈嘉禾"  # who signs has the proof file
        assert seen_by(people, reader).get(reverse(page, args=[minutes.document.uid])).status_code in (200, 503)


@pytest.mark.django_db
def test_behind_a_proxy_the_signers_own_address_is_kept(people: People, settings: object) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1  # type: ignore[attr-defined]
    with build.at():
        document = build.opened(people)
        said = {"seen_sha256": document.sha256, "password": "collab-2026"}
        answer = seen_by(people, "贺立川").post(
            reverse("sign_document", args=[document.uid]), said, headers={"x-forwarded-for": "203.0.113.7"}
        )
    assert answer.status_code == 302
    assert Signature.objects.get().address == "203.0.113.7"
