"""The table of a project's tasks: the same list as the board's, a hundred rows a page."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_GET, require_POST

from people.requests import Request
from projects.access import project_for
from projects.models import Project
from projects.pages import frame_of
from tracking.access import Act, task_for
from tracking.cells import SIGNS, sprite
from tracking.models import SavedView, Task
from tracking.queries.filter_bar import address, choices_of, filter_bar, known
from tracking.queries.filters import read_filters
from tracking.queries.habits import chosen_by
from tracking.queries.table import COLUMNS, GROUPS, USUAL, Look, read_look
from tracking.queries.table_page import table_page, table_rows
from tracking.rows import Rows
from tracking.services.views import choose_columns
from tracking.views.saved import begin_with, kept_view, name_of_view, page_asking


@require_GET
def table(request: Request, uid: UUID) -> HttpResponse:
    """The tasks that are reported on, filtered, sorted and paged as the address says."""
    project = project_for(request.user, uid)
    chosen = chosen_by(request.user, project)
    usual = begin_with(request, project, chosen.view, SavedView.Layout.TABLE)
    if usual is not None:
        return usual
    context = _context(request, project, chosen.columns)
    if request.htmx:
        return render(request, "tracking/_table.html", context)
    return render(request, "tracking/table.html", frame_of(request, project, "tasks") | context)


def _context(request: Request, project: Project, columns: tuple[str, ...]) -> dict[str, Any]:
    look = read_look(request.GET, columns)
    choices = choices_of(project)
    filters = known(read_filters(request.GET), choices)
    filters = replace(filters, ignored=(*filters.ignored, *look.ignored))
    path = reverse("table", args=[project.uid])
    view = kept_view(request)
    bar = filter_bar(filters, choices, path, beside=[*look.pairs(), *view], target="task-list")
    page = table_page(project, request.user, filters, look)
    drawn = Rows(project, request.user, look, choices).draw(page.rows, page.groups)
    return {
        "project": project,
        "bar": bar,
        "page": page,
        "rows": mark_safe(drawn),  # every value in it was escaped where it was drawn
        "signs": sprite((*SIGNS, "progress-check")),
        "look": look,
        "view_name": name_of_view(request, project) if view else "",
        "heads": _heads(look, path, filters.pairs),
        "groups": _groups(look, path, filters.pairs),
        "columns": [(column.key, column.label, column.key in look.columns) for column in list(COLUMNS.values())[1:]],
        "query_words": bar.whole_query,
        "pages": _pages(page.number, page.pages, path, [*filters.pairs, *look.pairs(), *view]),
    }


def _heads(look: Look, path: str, pairs: list[tuple[str, str]]) -> list[dict[str, Any]]:
    """The heads of the columns: each a link that sorts by it, up, down, and not."""
    heads = []
    for column in (COLUMNS[key] for key in look.columns):
        turned = look.turned(column.key)
        sorted_ = replace(look, sort=turned.removeprefix("-") or "rank", descending=turned.startswith("-"))
        url = address(path, [*pairs, *sorted_.pairs()] or [("all", "1")])
        way = ("descending" if look.descending else "ascending") if look.sort == column.key else ""
        heads.append({"column": column, "url": url, "way": way})
    return heads


def _groups(look: Look, path: str, pairs: list[tuple[str, str]]) -> list[tuple[Any, str, bool]]:
    rows = [("", None), *((key, words) for key, (words, *_by) in GROUPS.items())]
    return [
        (words, address(path, [*pairs, *replace(look, group=key).pairs()] or [("all", "1")]), key == look.group)
        for key, words in rows
    ]


def _pages(number: int, pages: int, path: str, pairs: list[tuple[str, str]]) -> dict[str, Any]:
    def at(page: int) -> str:
        return address(path, [*pairs, ("page", str(page))]) if 1 <= page <= pages and page != number else ""

    return {"number": number, "of": pages, "earlier": at(number - 1), "later": at(number + 1)}


@require_POST
def columns(request: Request, uid: UUID) -> HttpResponse:
    """Choose the table's columns: remembered, and in the address from then on."""
    project = project_for(request.user, uid)
    chosen = [key for key in COLUMNS if key == "title" or key in request.POST.getlist("columns")]
    if "usual" in request.POST:
        chosen = list(USUAL)
    choose_columns(actor=request.user, project_uid=uid, columns=chosen)
    said = QueryDict(request.POST.get("query", ""), mutable=True)
    for key in ("columns", "page"):
        said.pop(key, None)
    said["columns"] = ",".join(chosen)
    return redirect(f"{reverse('table', args=[project.uid])}?{said.urlencode(safe=',')}")


def drawn_row(request: Request, task: Task, *, saved: bool = False) -> str:
    """One row anew, with the columns of the page that asks."""
    said = request.GET if request.GET.get("columns") else QueryDict(page_asking(request).query)
    look = read_look(said, chosen_by(request.user, task.project).columns)
    rows = table_rows(Task.objects.filter(pk=task.pk))
    choices = choices_of(task.project)
    return Rows(task.project, request.user, look, choices).draw(rows, saved=task.uid if saved else None)


@require_GET
def row(request: Request, uid: UUID) -> HttpResponse:
    """A task's row, as it is now."""
    task = task_for(request.user, uid, Act.VIEW)
    return HttpResponse(drawn_row(request, task))
