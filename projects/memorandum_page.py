"""The memorandum's page in each of its states: what it shows, read in a bounded number of queries."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from common.canonical import plain, sha256_of
from documents import queries as papers
from documents.models import Document, Slot
from documents.pages import slot_rows, turn_of
from documents.paper import body_html
from people.models import User
from people.requests import Request
from projects.access import RULES, Act, Standing, standing
from projects.forms.clauses import AnswerForm, ClauseForm, DeclineForm, RemarkForm, as_typed
from projects.forms.memorandum import DraftForm, OpenForm, TakeBackForm, TermsForm
from projects.models import Clause, ClauseRemark, Memorandum, Project, ResourceNeed
from projects.pages import project_page
from projects.queries.memorandum import Source, living_memorandum, snapshot_in_force, snapshot_of
from projects.queries.readiness import missing_in_memorandum
from projects.services.prefilling import clause_of_node

Given = dict[str, Any]


@dataclass
class Line:
    """A clause of the draft with what departments say of it, and the objection that it met in the version before."""

    clause: Clause
    remarks: list[ClauseRemark] = field(default_factory=list)
    objection: Any = None

    @property
    def waits(self) -> bool:
        """Whether a counter-text on it is open."""
        return any(remark.kind == "counter" and remark.state == "open" for remark in self.remarks)


@dataclass
class NeedLine:
    """A resource request, and whether this reader answers for the department that is asked."""

    need: ResourceNeed
    may_answer: bool
    form: AnswerForm | None = None


def memorandum_page(request: Request, project: Project, *, status: int = 200, **given: Any) -> HttpResponse:
    """The whole page, or its fragment when a part of it asked."""
    memorandum = living_memorandum(project)
    context = _context(request, project, memorandum, given) | given
    if request.htmx:
        return render(request, "projects/_memorandum.html", {"project": project} | context, status=status)
    return project_page(request, project, "projects/memorandum.html", "kickoff", context, status=status)


def _context(request: Request, project: Project, memorandum: Memorandum | None, given: Mapping[str, Any]) -> Given:
    stands = standing(request.user, project)
    live = not project.is_frozen
    rights = {
        "can_draft": stands.may(RULES, Act.DRAFT_MEMORANDUM) and live,
        "can_open": stands.may(RULES, Act.OPEN_FOR_SIGNATURE) and live,
        "can_comment": stands.may(RULES, Act.COMMENT_CLAUSE) and live,
        "memorandum": memorandum,
    }
    if memorandum is None:
        return rights | {"draft_form": DraftForm()}
    if memorandum.state == Memorandum.State.DRAFT:
        return rights | _of_draft(request, stands, Source(memorandum).share(), rights, given)
    return rights | _of_document(request, memorandum)


def _of_draft(request: Request, stands: Standing, source: Source, rights: Given, given: Mapping[str, Any]) -> Given:
    """The clauses with what is said of them, what it lacks, its requests and terms."""
    memorandum = source.memorandum
    earlier = _earlier(memorandum)
    lines = _lines(source, earlier.get("objections", []))
    source.lacking = list(missing_in_memorandum(memorandum, source))
    return {
        "groups": [(name, list(rows)) for name, rows in groupby(lines, key=lambda line: line.clause.department.name)],
        "clauses": source.clauses,
        "needs": _needs(source, stands, request, given),
        "terms_form": TermsForm(memorandum),
        **earlier,
        **readiness_of(source),
        **_asked(request, source, rights, given),
    }


def _earlier(memorandum: Memorandum) -> Given:
    """The versions that have been out, and what was objected to in them; the first draft has none."""
    if memorandum.edition == 1:
        return {"editions": [], "objections": []}
    kind = ContentType.objects.get_for_model(Memorandum)
    editions = Document.objects.filter(content_type=kind, object_id=memorandum.pk).order_by("-version")
    found = list(papers.with_objections(editions))
    return {"editions": found, "objections": papers.objections_in(found)}


def _lines(source: Source, objections: list[Any]) -> list[Line]:
    remarks: dict[int, list[ClauseRemark]] = defaultdict(list)
    for remark in source.remarks:
        remarks[remark.clause_id].append(remark)
    met = dict(_objected(objections, source.memorandum.edition))
    return [Line(row, remarks[row.pk], met.get(str(row.uid))) for row in source.clauses]


def _objected(objections: list[Any], edition: int) -> Iterator[tuple[str, Any]]:
    """The objections to the edition before, by the uid of the clause that they name."""
    for objection in objections:
        document = objection.slot.document
        if document.version == edition - 1 and objection.clause:
            yield from ((row["uid"], objection) for row in document.snapshot["clauses"] if row["number"] == objection.clause)


def _needs(source: Source, stands: Standing, request: Request, given: Mapping[str, Any]) -> list[NeedLine]:
    """The resource requests; the one that this reader is answering has its form open."""
    lines = []
    opened = request.GET.get("answer", "") or str(given.get("answering", ""))
    for need in source.needs:
        may = need.from_dept_id is not None and stands.may(RULES, Act.ANSWER_RESOURCE, department=need.from_dept_id)
        line = NeedLine(need, may and not source.project.is_frozen)
        if line.may_answer and opened == str(need.uid):
            line.form = given.get("answer_form") or AnswerForm(need)
        lines.append(line)
    return lines


def readiness_of(source: Source) -> Given:
    """What it lacks, and whether that keeps it from being opened."""
    hard = sum(item.hard for item in source.lacking)
    return {"lacking": source.lacking, "blocked": hard > 0, "soft": len(source.lacking) - hard}


def opening_of(memorandum: Memorandum) -> Given:
    """What the one who opens it reads and sends along: what is open still, the version, the fingerprint of what stands here."""
    source = Source(memorandum).share()
    source.lacking = list(missing_in_memorandum(memorandum, source))
    seen = sha256_of(snapshot_of(memorandum, source))
    initial = {"seen_version": memorandum.version, "seen_sha256": seen, "sign_days": memorandum.sign_days}
    return readiness_of(source) | {"memorandum": memorandum, "open_form": OpenForm(initial=initial)}


def _asked(request: Request, source: Source, rights: Given, given: Mapping[str, Any]) -> Given:
    """The form that the address asks for: a clause to edit or to add, a remark to make."""
    found: Given = {"decline_form": DeclineForm(auto_id="decline-%s")}
    named = {str(row.uid): row for row in source.clauses}
    editing, remarked = named.get(request.GET.get("edit", "")), named.get(request.GET.get("remark", ""))
    if rights["can_draft"] and editing is not None:
        found |= {"editing": editing, "clause_form": ClauseForm(source.project, clause=editing)}
    elif rights["can_draft"] and request.GET.get("add"):
        found["clause_form"] = ClauseForm(source.project, initial=_suggested(request, source))
    elif rights["can_comment"] and remarked is not None:
        found |= {"remarking": remarked, "remark_form": RemarkForm(remarked)}
    form = given.get("clause_form") or found.get("clause_form")
    if form is not None:
        form.offer([party.department for party in source.parties], source.nodes)
    return found


def _suggested(request: Request, source: Source) -> Given:
    """What stands in the form of a new clause: what its node puts out, or what the address says."""
    names = [*ClauseForm.terms(), "origin"]
    node = next((row for row in source.nodes if str(row.uid) == request.GET.get("node", "")), None)
    if node is not None:
        return as_typed(clause_of_node(source.memorandum, node), ClauseForm.terms())
    return {name: request.GET[name] for name in names if name in request.GET}


def _of_document(request: Request, memorandum: Memorandum) -> Given:
    """What the page shows once a version is frozen: the paper, who has signed, until when, and whether it is one's own turn."""
    kind = ContentType.objects.get_for_model(Memorandum)
    documents = Document.objects.filter(content_type=kind, object_id=memorandum.pk).order_by("-version")
    editions = list(papers.with_slots(documents))
    document = next(row for row in editions if row.pk == memorandum.document_id)
    memorandum.document = document
    Source(memorandum).share()
    return {
        "document": document,
        "body": paper_of(memorandum, document),
        "amended": is_amended(memorandum, document),
        "editions": editions,
        "objections": papers.objections_in(editions),
        **signatures_of(request.user, document, memorandum.project),
        "take_back_form": TakeBackForm(initial={"seen_version": memorandum.version}, auto_id="back-%s"),
    }


def signatures_of(user: User, document: Document, project: Project) -> Given:
    """Who has signed a version, whose turn it is, until when; the acts at each slot stand on the document's own page."""
    slots = list(document.slots.all())
    rows = slot_rows(document, slots, project, {})
    is_open = document.state == Document.State.SIGNING
    mine = {row.slot.pk for row in rows if user.pk in row.signed_by}
    return {
        "slots": slots,
        "rows": rows,
        "signed": sum(slot.state == Slot.State.SIGNED for slot in slots),
        "signers": sum(slot.signs for slot in slots),
        "my_turn": is_open and turn_of(rows, mine)["my_turn"],
        "clock": papers.clocks_of([document]).get(document.pk) if is_open else None,
    }


def is_amended(memorandum: Memorandum, document: Document) -> bool:
    """Whether amendments have changed what its document says."""
    return memorandum.state == Memorandum.State.IN_FORCE and memorandum.edition != document.version


def paper_of(memorandum: Memorandum, document: Document) -> SafeString:
    """The text that binds: the signed document itself, or, once amended, the whole as it reads now."""
    if is_amended(memorandum, document):
        return _laid_out(snapshot_in_force(memorandum, Source.shared(memorandum.project)))
    return body_html(document, get_language() or settings.LANGUAGE_CODE)


def preview_of(memorandum: Memorandum) -> SafeString:
    """The draft laid out as paper; its rows keep the anchors of the page."""
    return _laid_out(snapshot_of(memorandum), without_anchors=True)


def _laid_out(snapshot: Mapping[str, Any], *, without_anchors: bool = False) -> SafeString:
    return render_to_string("documents/pdf/memorandum.html", {"s": plain(snapshot), "without_anchors": without_anchors})


def find_clause(project: Project, uid: UUID) -> Clause | None:
    """A clause of the project's memorandum."""
    found = Clause.objects.filter(memorandum__project=project, uid=uid)
    return found.select_related("memorandum", "department", "handed_to", "node").first()
