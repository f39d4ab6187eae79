"""Numbers, never used again: of memoranda by the organisation's rule, of clauses as they stand on the paper (rule C5)."""

import re

from django.db.models import Min
from django.utils.translation import gettext as _

from common.refusals import Refused
from people.queries import organisation
from projects.models import Clause, Memorandum, Project
from projects.queries.memorandum import clauses_of

SECTION = 2  # the memorandum's section in which the departments promise
LONGEST = 80
_PLACE = re.compile(rf"{SECTION}\.(\d+)")


def next_number(project: Project) -> str:
    """By the organisation's rule (市协〔2026〕3号), with one more than the highest ever used where the rule counts."""
    rule = organisation().number_rule
    known = {"dept": short_name(project.initiating_dept.name), "year": str(project.today.year), "project": project.code}
    for name, value in known.items():
        rule = rule.replace(f"{{{name}}}", value)
    before, counted, after = rule.partition("{n}")
    if len(rule) + 4 > LONGEST:
        raise Refused(_("By the organisation's rule the number would be too long; give one by hand."), field="number")
    if not counted:
        return rule
    used = Memorandum.history.filter(number__startswith=before).values_list("number", flat=True).distinct()
    shape = re.compile(re.escape(before) + r"(\d{1,9})" + re.escape(after))
    found = [int(match[1]) for number in used if (match := shape.fullmatch(number))]
    return f"{before}{max(found, default=0) + 1}{after}"


def short_name(department: str) -> str:
    """How a department is called in document numbers: 市场部 → 市, Marketing → MAR."""
    first = department.strip()[:1]
    return first if first >= "\u2e80" else department.strip()[:3].upper()


def was_used(number: str, memorandum: Memorandum | None = None) -> bool:
    """Whether another memorandum has, or once had, this number."""
    rows = Memorandum.history.filter(number=number)
    return rows.exclude(id=memorandum.pk).exists() if memorandum is not None else rows.exists()


def follows_paper(memorandum: Memorandum) -> bool:
    """Nothing of it has been out: the clauses are numbered as they stand. Afterwards a number stays with its clause."""
    return memorandum.edition == 1 and memorandum.state == Memorandum.State.DRAFT


def free_clause_numbers(memorandum: Memorandum, count: int = 1) -> list[str]:
    """The numbers after the highest that stands in it or, since its first version was out, ever stood in it."""
    used = set(memorandum.clauses.values_list("number", flat=True))
    first = Memorandum.history.filter(id=memorandum.pk).aggregate(out=Min("opened_at"))["out"]
    if first is not None:
        past = Clause.history.filter(memorandum=memorandum.pk, history_date__gte=first)
        used |= set(past.values_list("number", flat=True))
    places = [int(match[1]) for number in used if (match := _PLACE.fullmatch(number))]
    last = max(places, default=0)
    return [f"{SECTION}.{last + step}" for step in range(1, count + 1)]


def number_anew(memorandum: Memorandum) -> None:
    """Number and order follow the paper; only rows that differ are written, first aside, then for good."""
    wanted = {row.pk: (f"{SECTION}.{place}", place) for place, row in enumerate(clauses_of(memorandum), 1)}
    rows = memorandum.clauses.select_for_update().order_by("pk")
    moving = [row for row in rows if (row.number, row.order) != wanted[row.pk]]
    for row in moving:
        row.number = f"~{row.pk}"[-12:]
        row.skip_history_when_saving = True
        row.save(update_fields=["number"])
        del row.skip_history_when_saving
    for row in moving:
        row.number, row.order = wanted[row.pk]
        row.save(update_fields=["number", "order"])
