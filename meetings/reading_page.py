"""What the page of distributed minutes shows: the paper, who answered how, what holds up which resolution, other versions."""

from dataclasses import dataclass, field
from typing import Any

from django.contrib.contenttypes.models import ContentType

from common import clock
from documents.access import mandates
from documents.models import Document, Slot
from meetings import objections, queries
from meetings.access import Act, may_at, persons_for
from meetings.asking import asked_words
from meetings.chat import chat_text, nudge_text
from meetings.desk import clocks_of
from meetings.differences import differences
from meetings.forms_minutes import AnswerForm, ObjectionForm, RevisionForm
from meetings.models import Meeting, Minutes, Resolution, ResolutionObjection
from meetings.readers import answer_by
from meetings.writing_page import actions_out
from people.models import User


@dataclass
class ResolutionRow:
    """A resolution of the paper, what holds it up, and the form by which this reader objects."""

    text: str
    row: Resolution
    item: int | None = None
    held: list[ResolutionObjection] = field(default_factory=list)
    form: ObjectionForm | None = None


def versions_of(meeting: Meeting) -> list[Minutes]:
    """All versions of a meeting's minutes, the newest first."""
    rows = list(meeting.minutes_versions.select_related("document", "event__actor").order_by("-edition"))
    for row in rows:
        row.meeting = meeting
    return rows


def reading_page(user: User, row: Minutes, *, versions: list[Minutes] | None = None, **given: Any) -> dict[str, Any]:
    """The context; `given` are forms that came back with their errors: `objecting`, `answering` (uid, form), `revising`."""
    versions = versions or versions_of(row.meeting)
    newest, out = versions[0], next(one for one in versions if one.state != Minutes.State.DRAFT)
    signers = {user.pk, *(mandates(user) if row.document else ())}
    slots = list(row.document.slots.select_related("department", "signer")) if row.document else []
    said = objections.of_meeting(row.meeting)
    lines = queries.readers_for(user, row, objecting=objections.objectors_in(said, row))
    own = next((line for line in lines if line.reader.user_id == user.pk), None)
    mine = _answered_by(user, row, lines)
    may_write = may_at(user, row.meeting, Act.WRITE) and not row.meeting.project.is_frozen
    is_open = row.state == Minutes.State.DISTRIBUTED and not row.meeting.project.is_frozen
    answers = bool(mine) and is_open and out.pk == row.pk
    held = objections.held_by(said) if out.pk == row.pk else {}
    shown = objections.lines_for(user, row, said, {line.reader.user_id: line.department for line in lines})
    before = next((one for one in versions if one.edition == row.edition - 1), None)
    waiting = [line for line in lines if line.is_waited_for]
    until = answer_by(row)
    keeps = may_write and is_open and newest.pk == row.pk
    asks = is_open and newest.pk == row.pk  # while a new version is written, nothing follows from silence
    asked = asked_words(row, held_up=any(one.state == objections.OPEN for one in said)) if asks else ""
    return {
        "meeting": row.meeting,
        "minutes": row,
        "content": row.content,
        "versions": [one for one in versions if one.state != Minutes.State.DRAFT],
        "newer": out if out.pk != row.pk else None,
        "draft": newest if newest.state == Minutes.State.DRAFT else None,
        "clock": clocks_of([row]).get(row.pk),
        "lines": lines,
        "reader": own.reader if own else None,
        "own": own,
        "waiting": waiting,
        "silent": waiting if row.state == Minutes.State.ARCHIVED else [],
        "resolutions": _resolutions(row, held, answers, given.get("objecting")),
        "objections": shown,
        "open_objections": sum(line.is_open for line in shown),
        "signs": is_open and any(slot.signer_id in signers and slot.is_open for slot in slots),
        "to_confirm": [line for line in mine if answers and newest.pk == row.pk and _may_confirm(line, slots)],
        "answers": answers,
        "answered": mine,
        "may_write": may_write,
        "keeps": keeps,
        "chat": chat_text(row, asked) if out.pk == row.pk else "",
        "chat_nudge": nudge_text(row, asked, [line.reader.user.name for line in waiting]) if keeps and waiting else "",
        "may_certify": may_at(user, row.meeting, Act.CERTIFICATE),
        "may_resend": not row.meeting.project.is_frozen and may_at(user, row.meeting, Act.RESEND),
        "asked": asked,
        "may_archive": may_write
        and is_open
        and newest.pk == row.pk
        and (not waiting or (until is not None and until <= clock.now())),
        "slots": slots,
        "sheet": _sheet_of(row),
        "unsigned": [slot for slot in slots if slot.state in ("open", "silent")],
        "answer_by": until,
        **actions_out(row),
        "revision_form": given.get("revising") or RevisionForm(),
        "answering": given.get("answering"),
        "answer_form": AnswerForm,
        "before": before,
        "differences": _differences(row, before),
    }


def _answered_by(user: User, row: Minutes, lines: list["queries.ReaderLine"]) -> list["queries.ReaderLine"]:
    """The lines that this person answers: the own first, and those of whom the person works in place today."""
    persons = persons_for(user, row.meeting.project, Act.CONFIRM)
    found = [line for line in lines if line.reader.user_id in persons and not line.reader.in_copy]
    return sorted(found, key=lambda line: line.reader.user_id != user.pk)


def _sheet_of(row: Minutes) -> Document | None:
    """Of archived minutes that were signed, the sheet beside them that says how everybody answered."""
    if row.state != Minutes.State.ARCHIVED or row.document is None or row.document.kind == Document.Kind.MINUTES:
        return None
    sheets = Document.objects.filter(
        content_type=ContentType.objects.get_for_model(Meeting), object_id=row.meeting_id, kind=Document.Kind.MINUTES
    )
    return sheets.filter(version=row.edition).first()


def _may_confirm(line: "queries.ReaderLine", slots: list[Slot]) -> bool:
    signs = any(slot.signer_id == line.reader.user_id and slot.state != "signed" for slot in slots)
    return line.reader.confirmed_at is None and not signs


def _resolutions(
    row: Minutes, held: dict[Any, list[ResolutionObjection]], answers: bool, objecting: tuple[Any, ObjectionForm] | None
) -> list[ResolutionRow]:
    """The resolutions as they were frozen, each beside its row: neither comes or goes once they are out."""
    said = (row.content or {})["resolutions"]
    found = []
    for frozen, one in zip(said, row.resolutions.all(), strict=True):
        form = ObjectionForm(auto_id=f"object-{one.uid}-%s") if answers else None
        if objecting is not None and objecting[0] == one.uid:
            form = objecting[1]
        found.append(ResolutionRow(frozen["text"], one, frozen.get("item"), held.get(one.lineage, []), form))
    return found


def _differences(row: Minutes, before: Minutes | None) -> list[Any]:
    return differences(before.content or {}, row.content or {}) if before is not None else []
