"""Whether sealing gets stuck: shown on the document, told after ten minutes, and part of the server's health."""

from datetime import timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from common import clock, ports
from documents.access import project_of
from documents.models import Document, Sealing
from documents.queries import all_signed
from documents.sealing.keys import ending_soon, in_use, is_at_hand
from people.models import User

STUCK = timedelta(minutes=10)


def stuck() -> QuerySet[Sealing]:
    """Sealings that are not done ten minutes after they could have begun."""
    late = Sealing.objects.filter(began_at__lte=clock.now() - STUCK)
    return late.filter(document__sealed_pdf__isnull=True) | late.filter(document__proof__isnull=True)


@transaction.atomic
def begin_waiting() -> int:
    """From the moment that the sweep first sees a completed document its waiting counts; how many are new."""
    rows = all_signed(Document.objects.all()).filter(sealing__isnull=True, sealed_pdf__isnull=True)
    return sum(Sealing.objects.get_or_create(document=document)[1] for document in rows)


@transaction.atomic
def tell_stuck() -> int:
    """Tell the heads who steer, of each document once; and administrators, who see no content, how many wait and why."""
    rows = list(stuck().filter(told_at__isnull=True).select_for_update(of=("self",)).select_related("document").order_by("pk"))
    for sealing in rows:
        sealing.told_at = clock.now()
        sealing.save(update_fields=["told_at"])
        project = project_of(sealing.document)
        ports.record(
            actor=None,
            verb="document.seal_late",
            subject=sealing.document,
            project=project,
            facts={"why": why(sealing)},
            tell=ports.projects().steers(project),
        )
    if rows:
        ports.record(
            actor=None,
            verb="seal.stuck",
            subject=rows[0],
            project=None,
            facts={"count": len(rows), "why": why(rows[0])},
            tell=User.objects.filter(is_administrator=True, is_active=True),
        )
    return len(rows)


def why(sealing: Sealing) -> str:
    """What keeps a document from its seal, as far as it is known."""
    return sealing.trouble or sealing.document.pdf_trouble or _("no worker has come to it yet")


def trouble() -> str:
    """What is wrong with the seal of this server, in a word for machines ("" when nothing): light enough for every look."""
    key, now = in_use(), clock.now()
    if key is None:
        return "no key"
    if not is_at_hand(key) or not key.not_before <= now <= key.not_after:
        return "key cannot be used"
    if ending_soon():
        return "certificate ends soon"
    return "stuck" if stuck().exists() else ""
