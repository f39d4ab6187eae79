"""Whether the memorandum is ready to be signed: what it lacks, each with the place where it is mended (rules B7, C5)."""

from collections.abc import Iterator

from django.db.models import Prefetch, prefetch_related_objects
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common import ports
from common.ports import Missing
from common.vague import vague_words
from documents.models import Document, Slot
from people.calendar import within_calendar
from projects.models import Clause, ClauseRemark, Memorandum, Project, ResourceNeed
from projects.queries.memorandum import Source, living_memorandum


def missing_in_memorandum(memorandum: Memorandum, source: Source | None = None) -> Iterator[Missing]:
    """What a draft lacks: a promise per department, date and receiver per clause, a standard per key node, every answer."""
    source = source or Source(memorandum)
    page = reverse("memorandum", args=[memorandum.project.uid])
    if not source.clauses:
        yield Missing(_("The memorandum has no clause yet."), page + "#clauses", hard=True)
    yield from _of_parties(source, page)
    for clause in source.clauses:
        yield from _of_clause(clause, f"{page}?edit={clause.uid}#clause-form", source)
    yield from _of_nodes(source, page)
    yield from _of_needs(source, page)
    yield from _of_remarks(source, page)
    for ask in ports.gates.get("memorandum", ()):  # what floors above know of a draft
        yield from ask(memorandum.project)


def _of_parties(source: Source, page: str) -> Iterator[Missing]:
    promising = {clause.department_id for clause in source.clauses}
    for party in source.parties:
        if not party.duty.strip():
            place = reverse("project", args=[source.project.uid]) + f"#row-{party.uid}"
            yield Missing(_("The role of %s is not said.") % party.department, place)
        if source.clauses and party.department_id not in promising:
            place = f"{page}?add=1&department={party.department.uid}#clause-form"
            yield Missing(_("%s promises nothing yet.") % party.department, place)


def _of_clause(clause: Clause, place: str, source: Source) -> Iterator[Missing]:
    if clause.department_id not in {party.department_id for party in source.parties}:
        said = {"number": clause.number, "who": clause.department}
        yield Missing(_("Clause %(number)s: %(who)s does not take part in this project.") % said, place, hard=True)
    if clause.due_on is None:
        text = _("Clause %s has no date; a promise without a date cannot be signed.")
        yield Missing(text % clause.number, place, hard=True)
    for day in (clause.starts_on, clause.due_on):
        if not within_calendar(day):
            text = _("Clause %(number)s: the work calendar does not reach to %(day)s.")
            yield Missing(text % {"number": clause.number, "day": day}, place, hard=True)
    if clause.handed_to_id is None:
        yield Missing(_("Clause %s names nobody who receives the result.") % clause.number, place)
    if clause.node and clause.node.due_on and clause.due_on and clause.due_on > clause.node.due_on:
        said = {"number": clause.number, "node": clause.node.name}
        yield Missing(_("Clause %(number)s is due after its node “%(node)s”.") % said, place)
    words = vague_words(f"{clause.text} {clause.deliverable} {clause.standard}")
    if words:
        yield Missing(_("Clause %(number)s is vague: %(words)s") % {"number": clause.number, "words": "、".join(words)}, place)


def _of_nodes(source: Source, page: str) -> Iterator[Missing]:
    plan = reverse("project", args=[source.project.uid])
    taking_part = {party.department_id for party in source.parties}
    promised = {clause.node_id for clause in source.clauses}
    for node in source.nodes:
        if node.is_key and not node.standard:
            yield Missing(_("The key node “%s” has no delivery standard.") % node.name, f"{plan}#row-{node.uid}")
        if not node.output.strip() or node.pk in promised:
            continue
        if node.department_id in taking_part:
            text = _("Nobody promises what the node “%s” puts out.") % node.name
            yield Missing(text, f"{page}?add=1&node={node.uid}#clause-form")
        else:
            said = {"node": node.name, "who": node.department}
            yield Missing(_("The node “%(node)s” belongs to %(who)s, which does not take part.") % said, plan + "#parties")


def _of_needs(source: Source, page: str) -> Iterator[Missing]:
    plan = reverse("project", args=[source.project.uid])
    for need in source.needs:
        if need.from_dept is None:
            yield Missing(_("No department brings the resource “%s”.") % need.spec, f"{plan}#row-{need.uid}")
        elif need.state == ResourceNeed.State.ASKED:
            said = {"who": need.from_dept, "what": need.spec}
            yield Missing(_("%(who)s has not answered the request for “%(what)s”.") % said, f"{page}#need-{need.uid}")


def _of_remarks(source: Source, page: str) -> Iterator[Missing]:
    for remark in source.remarks:
        if remark.kind == ClauseRemark.Kind.COUNTER and remark.state == ClauseRemark.State.OPEN:
            said = {"who": remark.department, "number": remark.clause.number}
            text = _("The counter-text of %(who)s on clause %(number)s is not answered.") % said
            yield Missing(text, f"{page}#remark-{remark.uid}")


def _slots(document: Document) -> list[Slot]:
    """The places to sign; those that a page has read are not asked for again."""
    prefetch_related_objects([document], Prefetch("slots", Slot.objects.select_related("department")))
    return list(document.slots.all())


def missing_in_kickoff(project: Project) -> Iterator[Missing]:
    """What a project lacks to leave the kick-off: a memorandum in force, and what keeps it from that."""
    page = reverse("memorandum", args=[project.uid])
    known = Source.shared(project)
    memorandum = known.memorandum if known else living_memorandum(project)
    if memorandum is None:
        yield Missing(_("The memorandum has not been drafted."), page, hard=True)
        return
    if memorandum.state == Memorandum.State.DRAFT:
        yield Missing(_("The memorandum has not been opened for signature."), page, hard=True)
        for item in known.lacking if known else missing_in_memorandum(memorandum):
            yield Missing(item.text, item.url)
    elif memorandum.state == Memorandum.State.SIGNING and memorandum.document is not None:
        names = [slot.department.name for slot in _slots(memorandum.document) if slot.is_open]
        if names:
            text = ngettext("%(n)s signature is missing: %(who)s", "%(n)s signatures are missing: %(who)s", len(names))
            yield Missing(text % {"n": len(names), "who": "、".join(names)}, page, hard=True)
        else:
            yield Missing(_("All have signed; the memorandum comes into force in a moment."), page, hard=True)
