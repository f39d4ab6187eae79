"""Drafting the memorandum: its number, its terms (rule C5)."""

from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from common.acts import act
from common.ports import record
from common.refusals import Refused
from people.models import User
from projects.access import Act, heads_and_liaisons, project_for
from projects.models import Memorandum, Project
from projects.queries.memorandum import living_memorandum
from projects.services.clauses import draft_for
from projects.services.numbering import next_number, was_used
from projects.services.prefilling import prefill
from projects.services.rows import changed, check_known, check_version

TRIES = 20
FIELDS = {"number", "sign_days", "sign_order", "slip_days", "object_days"}


@act
def draft_memorandum(*, actor: User, project_uid: UUID, number: str = "", prefilled: bool = True) -> Memorandum:
    """Begin the project's memorandum, its clauses prefilled from the nodes; the number by the rule, or as given."""
    project = project_for(actor, project_uid, Act.DRAFT_MEMORANDUM, lock=True)
    if project.is_draft:
        raise Refused(_("The project has not been started yet."), code="draft")
    if living_memorandum(project) is not None:
        raise Refused(_("This project has its memorandum already."), code="exists")
    memorandum = _create(project, number.strip())
    memorandum.project = project
    clauses = prefill(memorandum) if prefilled else []
    facts = {"number": memorandum.number, "clauses": len(clauses)}
    record(
        actor=actor,
        verb="memorandum.drafted",
        subject=memorandum,
        project=project,
        facts=facts,
        tell=heads_and_liaisons(project),
    )
    return memorandum


def _create(project: Project, number: str) -> Memorandum:
    """The number is the law of its constraint: one given twice is refused, one of the rule is tried anew."""
    if number:
        _refuse_used(number)
        try:
            with transaction.atomic():
                return Memorandum.objects.create(project=project, number=number)
        except IntegrityError as error:
            raise _taken(number) from error
    for _turn in range(TRIES):
        try:
            with transaction.atomic():
                return Memorandum.objects.create(project=project, number=next_number(project))
        except IntegrityError:
            continue
    raise Refused(_("No free number could be found; please try again."), field="number")


def _refuse_used(number: str, memorandum: Memorandum | None = None) -> None:
    """A number that another memorandum once had is not given again, even where it has another now."""
    if was_used(number, memorandum):
        raise _taken(number)


def _taken(number: str) -> Refused:
    return Refused(_("The number %s is taken; numbers are never used twice.") % number, field="number")


@act
def edit_memorandum(*, actor: User, project_uid: UUID, seen_version: int | None, **fields: Any) -> Memorandum:
    """Number, days and order of signing, tolerance of a short slip, days to object: while it is a draft."""
    check_known(fields, FIELDS)
    memorandum = draft_for(actor, project_uid)
    check_version(memorandum, seen_version, fields)
    if "number" in fields and memorandum.edition > 1 and fields["number"] != memorandum.number:
        raise Refused(_("The number stays: an earlier version has been out under it."), field="number")
    names = changed(memorandum, fields)
    if not names:
        return memorandum
    if "number" in names:
        _refuse_used(memorandum.number, memorandum)
    try:
        with transaction.atomic():
            memorandum.bump(*names)
    except IntegrityError as error:
        raise _taken(memorandum.number) from error
    record(
        actor=actor,
        verb="memorandum.edited",
        subject=memorandum,
        project=memorandum.project,
        facts={"fields": names, "number": memorandum.number},
    )
    return memorandum
