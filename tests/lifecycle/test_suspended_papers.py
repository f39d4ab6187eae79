"""While a project is read only nothing comes into force in it, and nobody loses the time to object (rules B7, C9)."""

from datetime import timedelta

import pytest

from activity.models import Clock
from activity.ticking import run_due_clocks
from common import clock
from common.refusals import Refused
from documents.beat import finish_documents
from documents.models import Document
from documents.services import finish_document, note_document, object_to
from lifecycle.services import cancel_project, resume_project, suspend_project
from people.models import User
from projects.models import Amendment, Project
from tests.tracking.changing import approved, at, clause_of, in_force, opened, pass_time_to_object, sign_all

pytestmark = pytest.mark.django_db
People = dict[str, User]


def signed(people: People) -> tuple[Project, Document]:
    """An amendment that all whom it binds have signed; others are informed and may still object."""
    project = in_force(people)
    with at(days=1):
        document = sign_all(people, opened(people, approved(people, project, clause_of(project, "销售部"))))
    assert document.state == Document.State.SIGNING
    return project, document


@pytest.mark.parametrize("hold", [suspend_project, cancel_project])
def test_silence_means_nothing_while_nobody_can_object(people: People, hold: object) -> None:
    project, document = signed(people)
    head = people["林书瑶"]
    with at(days=1, hours=1):
        hold(actor=head, project_uid=project.uid, reason="预算冻结")  # type: ignore[operator]
    before = document.object_by
    assert before is not None
    pass_time_to_object(document)
    assert document.state == Document.State.SIGNING
    assert not Clock.objects.filter(kind="objecting", breached_at__isnull=False).exists()
    with clock.at(before + timedelta(days=7)):
        resume_project(actor=head, project_uid=project.uid, reason="预算已批")
        document.refresh_from_db()
        assert document.object_by is not None
        assert document.object_by > clock.now()
        informed = document.slots.filter(role="informed").select_related("signer").order_by("pk")
        object_to(actor=informed[0].signer, document_uid=document.uid, reason="影响铺货")
    assert Amendment.objects.get().state == Amendment.State.DRAFT


def test_once_resumed_the_new_period_passes_as_any_other(people: People) -> None:
    project, document = signed(people)
    head = people["林书瑶"]
    with at(days=1, hours=1):
        suspend_project(actor=head, project_uid=project.uid, reason="预算冻结")
    pass_time_to_object(document)
    with at(days=20):
        resume_project(actor=head, project_uid=project.uid, reason="预算已批")
        run_due_clocks()
    document.refresh_from_db()
    assert document.state == Document.State.SIGNING
    pass_time_to_object(document)
    assert Amendment.objects.get().state == Amendment.State.IN_FORCE


def test_what_all_have_signed_comes_into_force_when_the_project_goes_on(people: People) -> None:
    project, document = signed(people)
    head = people["林书瑶"]
    with at(days=1, hours=1):
        for slot in document.slots.filter(role="informed").select_related("signer"):
            note_document(actor=slot.signer, document_uid=document.uid)
        suspend_project(actor=head, project_uid=project.uid, reason="预算冻结")
        assert finish_document(document.pk) is False
        assert Amendment.objects.get().state == Amendment.State.SIGNING
        with pytest.raises(Refused):
            suspend_project(actor=head, project_uid=project.uid, reason="再次")
        resume_project(actor=head, project_uid=project.uid, reason="预算已批")
        finish_documents()
    assert Amendment.objects.get().state == Amendment.State.IN_FORCE
