"""Whoever is asked by name to sign reads the project as long as there is something of theirs to sign, or signed (rule A3)."""

from documents.models import Slot
from projects.models import Participant

GONE = (Slot.State.VOID, Slot.State.OBJECTED)


def name_signer(project_id: int, user_id: int) -> None:
    """This person was asked by name, and sees the project from now on; inside the act that asked."""
    rows = Participant.objects.select_for_update()  # whoever takes a place away at this moment looks again after this act
    rows.get_or_create(project_id=project_id, user_id=user_id, kind=Participant.Kind.SIGNER)


def end_signers(project_id: int) -> None:
    """Who was named and has no place left in any document of the project does not see it any more; inside that act."""
    named = Participant.objects.select_for_update().filter(project_id=project_id, kind=Participant.Kind.SIGNER).order_by("pk")
    users = {row.user_id: row.pk for row in named}
    places = Slot.objects.filter(document__project_id=project_id, signer__in=users).exclude(state__in=GONE)
    stay = set(places.order_by().values_list("signer", flat=True))
    Participant.objects.filter(pk__in=[pk for user, pk in users.items() if user not in stay]).delete()
