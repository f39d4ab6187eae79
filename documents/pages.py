"""What the pages of a document show: the paper, its slots with what may be done at each, and what is new in it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.shortcuts import get_object_or_404

from common import clock, ports
from common.rights import may
from documents import changes, queries
from documents.access import RULES, Act, mandates, may_have_proof, project_of, slots_of, visible_to
from documents.forms_slots import AddSignerForm, ExtendForm, JudgeForm, ScanForm
from documents.models import Document, PaperCopy, Slot
from documents.paper import body_html
from documents.services.signing import mandate_words
from people.calendar import workdays_between
from people.models import Leave, User
from people.requests import Request


@dataclass
class SlotRow:
    """A slot as it is listed: how long it waits, how often it was nudged, who may sign it in whose place."""

    slot: Slot
    in_turn: bool = True
    waits: int = 0  # workdays since it could be signed
    nudges: list[datetime] = field(default_factory=list)
    deputies: list[User] = field(default_factory=list)
    scan: PaperCopy | None = None  # handed in, to be compared
    refused: PaperCopy | None = None  # the last scan, when it was not accepted
    form: Any = None  # of a scan or its comparison

    @property
    def deputy(self) -> User | None:
        """Who signs in the signer's place first."""
        return self.deputies[0] if self.deputies else None

    @property
    def signed_by(self) -> set[int]:
        """The keys of those who may sign it today."""
        return {self.slot.signer_id, *(deputy.pk for deputy in self.deputies)}

    @property
    def handing_in(self) -> ScanForm:
        return self.form if isinstance(self.form, ScanForm) else ScanForm(self.slot)

    @property
    def judging(self) -> JudgeForm:
        return self.form if isinstance(self.form, JudgeForm) else JudgeForm(self.slot)


def document_page(request: Request, found: Document, **given: Any) -> dict[str, Any]:
    """What every page of a document shows; `given` are forms that came back with their errors."""
    document = get_object_or_404(queries.with_slots(visible_to(request.user)), pk=found.pk)
    slots = list(document.slots.all())
    project = project_of(document)
    leaves = mandates(request.user)
    mine = [slot for slot in slots if slot.signer_id == request.user.pk or slot.signer_id in leaves]
    versions = queries.versions_of(document)
    before = queries.read_before(request.user, document, versions) if document.amends_id is None else None
    is_open = document.state == Document.State.SIGNING
    acts = acts_of(request.user, project) if is_open and not project.is_frozen else set()
    return {
        "document": document,
        "project": project,
        "sealing": queries.sealing_of(document),
        "body": body_html(document),
        "rows": slot_rows(document, slots, project, given),
        **_forms(document, acts, given),
        "slots": slots,
        "mine": mine,
        "leaves": leaves,
        "can_sign": is_open and any(slot.is_open for slot in mine),
        "may": acts,
        "may_have_proof": document.proof_id is not None and may_have_proof(request.user, document),
        "signed": sum(slot.state == Slot.State.SIGNED for slot in slots),
        "signers": sum(slot.signs for slot in slots),
        "clock": queries.clocks_of([document]).get(document.pk),
        "versions": versions,
        "newer": versions[0] if versions[0].version > document.version else None,
        "before": before,
        "changes": new_in(document, before),
    }


def new_in(document: Document, before: Document | None) -> list[changes.Change]:
    """What is new: in an amendment what it changes, else what differs from the version before."""
    if before is None:
        return changes.stated(document.snapshot)
    return changes.changes(before.snapshot, document.snapshot)


def _forms(document: Document, acts: set[str], given: dict[str, Any]) -> dict[str, Any]:
    """The forms beside the slots, for whom the table allows them."""
    adding = AddSignerForm(document) if Act.ADD_SIGNER in acts else None
    extending = ExtendForm(auto_id="extend-%s") if Act.EXTEND in acts else None
    return {"adding": given.get("adding", adding), "extending": given.get("extending", extending)}


def acts_of(user: User, project: Any) -> set[str]:
    """The acts that the table gives this person by role, for the controls on the page."""
    roles = ports.projects().roles(user, project)
    return {act.value for act in Act if may(RULES, act, roles)}


def slot_rows(document: Document, slots: list[Slot], project: Any, given: dict[str, Any]) -> list[SlotRow]:
    """The slots in the order of the paper; a form that came back with its errors stands at its slot."""
    forms = {slot.pk: form for slot, form in (given[name] for name in ("scanning", "judging") if name in given)}
    stage = queries.current_stage(slots)
    nudges, asked = queries.nudged_and_asked(document)
    deputies = queries.deputies_by_person(slot.signer_id for slot in slots if slot.is_open)
    rows = []
    for slot in slots:
        scans = list(slot.paper_copies.all())
        last = scans[-1] if scans else None
        rows.append(
            SlotRow(
                slot,
                in_turn=not slot.signs or slot.stage == stage,
                waits=_workdays_waited(document, slots, slot, asked.get(str(slot.uid), []), project.time_zone)
                if slot.is_open
                else 0,
                nudges=nudges.get(str(slot.uid), []),
                deputies=deputies.get(slot.signer_id, []) if slot.is_open else [],
                scan=last if last is not None and last.state == PaperCopy.State.WAITING else None,
                refused=last if last is not None and slot.is_open and last.state == PaperCopy.State.REFUSED else None,
                form=forms.get(slot.pk),
            )
        )
    return rows


def _workdays_waited(document: Document, slots: list[Slot], slot: Slot, asked: list[datetime], zone: str) -> int:
    """Since the document was opened, the last of those before has signed, or this person was asked by name."""
    earlier = [row.signature.signed_at for row in slots if row.signs and row.stage < slot.stage and hasattr(row, "signature")]
    since = max([document.created_at, *earlier, *asked])
    return max(workdays_between(since.astimezone(ZoneInfo(zone)).date(), clock.today(zone)), 0)


def in_place_of(user: User, slots: list[Slot], leaves: Mapping[int, Leave]) -> list[tuple[User, str]]:
    """In whose place one signs these slots, and by what mandate."""
    heads = {slot.signer_id: slot.signer for slot in slots if slot.signer_id != user.pk and slot.signer_id in leaves}
    return [(head, mandate_words(user, leaves[pk])) for pk, head in heads.items()]


def turn_of(rows: list[SlotRow], mine: set[int]) -> dict[str, Any]:
    """What a signer is to do now: sign, only note, or wait for those before."""
    own = [row for row in rows if row.slot.pk in mine and row.slot.is_open]
    signs = [row for row in own if row.slot.signs]
    before = [row.slot for row in rows if row.slot.signs and row.slot.is_open and row.in_turn]
    return {
        "my_turn": any(row.in_turn for row in signs),
        "only_informed": bool(own) and not signs,
        "before_me": before if signs and not any(row.in_turn for row in signs) else [],
    }


@dataclass
class Paper:
    """A paper that waits for a signature, as the page of several shows it."""

    document: Document
    departments: list[str]
    places: list[tuple[User, str]]
    before: Document | None  # the version to which it is compared
    was_signed: bool  # that version by this person
    mine_changed: list[changes.Change]
    elsewhere: int
    promises: dict[str, list[dict[str, Any]]]
    project_name: str = ""
    clock: Any = None

    @property
    def value(self) -> str:
        """What a tick sends: which paper, and what was read of it."""
        return f"{self.document.uid}:{self.document.sha256}"

    @property
    def is_known(self) -> bool:
        """Signed before, and since then nothing changed that concerns the own departments."""
        return self.was_signed and not self.mine_changed


def papers_of(user: User, documents: list[Document]) -> list[Paper]:
    """The papers with what is new in each for this person; as many queries for fifty as for one."""
    clocks = queries.clocks_of(documents)
    names = ports.projects().names({row.project_id for row in documents if row.project_id})
    leaves = mandates(user)
    mine: dict[int, list[Slot]] = {row.pk: [] for row in documents}
    for slot in slots_of(user).filter(document__in=documents).select_related("department", "signer"):
        if slot.is_open and slot.signs:
            mine[slot.document_id].append(slot)
    before, signed = queries.read_before_of(user, [row for row in documents if row.amends_id is None])
    made = []
    for row in documents:
        paper = _paper(user, row, mine[row.pk], leaves, before.get(row.pk), signed)
        paper.clock, paper.project_name = clocks.get(row.pk), names.get(row.project_id or 0, "")
        made.append(paper)
    return made


def _paper(
    user: User, document: Document, slots: list[Slot], leaves: Mapping[int, Leave], before: Document | None, signed: set[int]
) -> Paper:
    departments = [slot.department.name for slot in slots]
    found = new_in(document, before)
    mine = [change for change in found if changes.touches(change, set(departments))]
    return Paper(
        document=document,
        departments=departments,
        places=in_place_of(user, slots, leaves),
        before=before,
        was_signed=before is not None and before.pk in signed,
        mine_changed=mine,
        elsewhere=len(found) - len(mine),
        promises=queries.promises_of(document, set(departments)),
    )
