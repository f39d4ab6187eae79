"""The weekly card: all numbers due from me on one sheet, each line an act of its own, saved at once."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from common.fields import retype
from common.refusals import Refused
from people.requests import Request
from projects.access import project_for
from projects.models import Project
from projects.pages import frame_of
from tracking.access import tasks_visible_to
from tracking.forms import ReportForm
from tracking.models import Report, Task
from tracking.queries.card import SHOWN, due_from, expected, points_asked, rows_of
from tracking.services.card import Line, Outcome, note_of, report_sheet


@dataclass
class Row:
    """A line of the sheet: what stands there, what was typed, and what became of it."""

    task: Task
    form: ReportForm
    asked: list[tuple[str, str, str]] = field(default_factory=list)  # point of the template, its field, what was typed
    report: Report | None = None
    left: bool = False  # the other's figure was chosen
    seen_version: str = ""  # what this sheet was drawn with; kept until one of two values is chosen
    seen_done: str = ""

    @property
    def expected(self) -> Decimal | None:
        return expected(self.task)

    @property
    def is_typed(self) -> bool:
        return bool(self.form.typed.strip() or self.form.typed_note.strip() or any(said for _n, _f, said in self.asked))

    @property
    def is_answered(self) -> bool:
        """Points of the template that were answered stay open."""
        return any(said for _name, _field, said in self.asked)


@require_http_methods(["GET", "POST"])
def weekly_card(request: Request) -> HttpResponse:
    """The numbers due from me in all my projects."""
    return _card(request, None)


@require_http_methods(["GET", "POST"])
def project_card(request: Request, uid: UUID) -> HttpResponse:
    """The numbers due from me in one project."""
    return _card(request, project_for(request.user, uid))


def _card(request: Request, project: Project | None) -> HttpResponse:
    due = due_from(request.user, project)
    sent = request.method == "POST"
    rows = _rows(_sent_tasks(request) if sent else due.tasks, request.POST if sent else None)
    if sent:
        _save(request, rows)
        due = due_from(request.user, project)
    context = _context(rows, due, project, sent=sent)
    status = 422 if context["troubled"] else 200
    if request.htmx and sent:
        return render(request, "tracking/_weekly_sheet.html", context, status=status)
    if project is not None:
        frame = frame_of(request, project, "tasks")
        return render(request, "tracking/weekly_card_project.html", frame | context, status=status)
    return render(request, "tracking/weekly_card.html", context, status=status)


def _context(rows: list[Row], due: Any, project: Project | None, *, sent: bool) -> dict[str, Any]:
    troubled = [row for row in rows if row.form.errors or row.form.theirs]
    if sent and not troubled:  # what came after the sheet was drawn is asked next
        saved = {row.task.pk for row in rows}
        rows = rows + _rows([task for task in due.tasks if task.pk not in saved], None)
    return {
        "rows": rows,
        "due": due,
        "project": project,
        "open": [row for row in rows if row.report is None and not row.left],
        "saved": [row for row in rows if row.report is not None],
        "troubled": troubled,
        "sent": sent,
        "evening": next((figures.day for row in rows if (figures := getattr(row.task, "figures", None))), None),
    }


def _sent_tasks(request: Request) -> list[Task]:
    uids = []
    for said in request.POST.getlist("row")[: SHOWN * 2]:
        try:
            uids.append(UUID(said))
        except ValueError:
            continue
    return rows_of(tasks_visible_to(request.user), uids)


def _rows(tasks: list[Task], data: Mapping[str, str] | None) -> list[Row]:
    rows = []
    for task in tasks:
        typed = data is not None and any(name.startswith(f"{task.uid}-") for name in data)
        form = ReportForm(task, data if typed else None, prefix=str(task.uid))
        points = [
            (point, f"{task.uid}-point{n}", (data or {}).get(f"{task.uid}-point{n}", "").strip())
            for n, point in enumerate(points_asked(task))
        ]
        rows.append(Row(task, form, points, seen_version=str(form.version), seen_done=form.seen))
    return rows


def _save(request: Request, rows: list[Row]) -> None:
    """What was typed is reported, line by line; a line that was left empty says nothing."""
    lines = {row.task.uid: row for row in rows if _is_said(request, row)}
    said = [Line(uid, _said(row)) for uid, row in lines.items()]
    for uid, outcome in report_sheet(actor=request.user, lines=said).items():
        _take(lines[uid], outcome)
    fresh = {task.pk: task for task in rows_of(tasks_visible_to(request.user), [row.task.uid for row in rows])}
    for row in rows:
        row.task = fresh.get(row.task.pk, row.task)


def _is_said(request: Request, row: Row) -> bool:
    choice, _colon, seen = request.POST.get(f"{row.task.uid}-choice", "").partition(":")
    if not row.is_typed:
        row.form = ReportForm(row.task, prefix=str(row.task.uid))
        return False
    if choice == "theirs":
        row.left = True
        row.form = ReportForm(row.task, prefix=str(row.task.uid))
        return False
    if choice == "mine":
        version, _colon, done = seen.partition(":")
        retype(row.form, {"seen_version": version, "seen_done": done})
    if not row.form.typed.strip():
        row.form.errors.clear()
        row.form.add_error("done", _("Type the total as well; “=” says that it has not changed."))
        return False
    return row.form.is_valid()


def _said(row: Row) -> dict[str, Any]:
    said = row.form.said() | {"seen_version": row.form.cleaned_data["seen_version"]}
    return said | {"note": note_of(said["note"], [(name, typed) for name, _field, typed in row.asked])}


def _take(row: Row, outcome: Outcome) -> None:
    match outcome:
        case Report():
            row.report = outcome
        case Refused():
            row.form.take(outcome)
        case Http404():
            row.form.add_error(None, _("This task is no longer open to you."))
        case _:
            row.form.add_error(None, _("You may not report on this task."))
