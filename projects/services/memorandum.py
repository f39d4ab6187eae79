"""Drafting the memorandum: its number, its terms (rule C5)."""

import re
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
from projects.services.clauses import draft_for, prefill
from projects.services.rows import changed, check_known, check_version

TRIES = 20
FIELDS = {"number", "sign_days", "slip_days"}


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
        try:
            with transaction.atomic():
                return Memorandum.objects.create(project=project, number=number)
        except IntegrityError as error:
            raise Refused(_("The number %s is taken; numbers are never used twice.") % number, field="number") from error
    for _turn in range(TRIES):
        try:
            with transaction.atomic():
                return Memorandum.objects.create(project=project, number=next_number(project))
        except IntegrityError:
            continue
    raise Refused(_("No free number could be found; please try again."), field="number")


def next_number(project: Project) -> str:
    """市协〔2026〕3号: the initiating department's short name, the year, and one more than the highest ever used."""
    stem = f"{short_name(project.initiating_dept.name)}协〔{project.today.year}〕"
    used = Memorandum.history.filter(number__startswith=stem).values_list("number", flat=True)
    found = [int(match[1]) for number in used if (match := re.fullmatch(r"(\d+)号", number[len(stem) :]))]
    return f"{stem}{max(found, default=0) + 1}号"


def short_name(department: str) -> str:
    """How a department is called in document numbers: 市场部 → 市, Marketing → MAR."""
    first = department.strip()[:1]
    return first if first >= "\u2e80" else department.strip()[:3].upper()


@act
def edit_memorandum(*, actor: User, project_uid: UUID, seen_version: int | None, **fields: Any) -> Memorandum:
    """Number, days for signing, tolerance of a short slip: while it is a draft."""
    check_known(fields, FIELDS)
    memorandum = draft_for(actor, project_uid)
    check_version(memorandum, seen_version, fields)
    if "number" in fields and memorandum.edition > 1 and fields["number"] != memorandum.number:
        raise Refused(_("The number stays: an earlier version has been out under it."), field="number")
    names = changed(memorandum, fields)
    if not names:
        return memorandum
    try:
        with transaction.atomic():
            memorandum.bump(*names)
    except IntegrityError as error:
        raise Refused(_("The number %s is taken; numbers are never used twice.") % memorandum.number, field="number") from error
    record(
        actor=actor,
        verb="memorandum.edited",
        subject=memorandum,
        project=memorandum.project,
        facts={"fields": names, "number": memorandum.number},
    )
    return memorandum
