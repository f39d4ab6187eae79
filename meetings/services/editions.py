"""One version of minutes, opened for an act on it."""

from uuid import UUID

from django.utils.translation import gettext as _

from common.refusals import Refused
from documents.models import Document
from meetings.access import Act, meeting_for
from meetings.models import Minutes
from people.models import User


def edition_for(actor: User, minutes_uid: UUID, act: Act, *, with_document: bool = False) -> Minutes:
    """This edition, locked, through the door of its meeting; Refused when a newer one is being written or has taken its place.

    Whoever ends its signing locks the document first, as those do who sign it or object: so nobody waits for one another.
    """
    if with_document:
        _lock_document(minutes_uid)
    found = Minutes.objects.filter(uid=minutes_uid).values_list("meeting__uid", flat=True).first()
    meeting = meeting_for(actor, found or minutes_uid, act, lock=True)
    newest = meeting.minutes_versions.select_for_update(of=("self",)).order_by("-edition")[0]
    if newest.uid != minutes_uid:
        raise Refused(_("A newer version takes the place of these minutes; wait for it, or read it."), code="superseded")
    newest.meeting = meeting
    return newest


def _lock_document(minutes_uid: UUID) -> None:
    known = Minutes.objects.filter(uid=minutes_uid, document__isnull=False).values("document")
    list(Document.objects.select_for_update(of=("self",)).filter(pk__in=known).values_list("pk"))
