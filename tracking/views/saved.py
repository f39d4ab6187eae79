"""Saved views of board and table: keep, open, share, change, delete, begin with."""

from typing import Any
from urllib.parse import SplitResult, urlsplit
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from common.refusals import Refused
from people.requests import Request
from projects.access import project_for
from projects.models import Project
from projects.pages import frame_of
from tracking.cell_forms import ChangeViewForm, ViewForm
from tracking.models import SavedView
from tracking.queries.habits import chosen_by
from tracking.services.views import change_view, choose_view, delete_view, save_view, tidy
from tracking.view_access import ViewAct, check_view, may_change, may_share, view_for, views_of

LAYOUTS = {SavedView.Layout.BOARD: "board", SavedView.Layout.TABLE: "table"}


def address_of(view: SavedView, project: Project) -> str:
    """Where a view leads: board or table with its filters, and which view it is."""
    path = reverse(LAYOUTS[SavedView.Layout(view.layout)], args=[project.uid])
    return f"{path}?{view.query}{'&' if view.query else ''}view={view.uid}"


def begin_with(request: Request, project: Project, view: SavedView | None, layout: str) -> HttpResponse | None:
    """Where a board or table without any filter leads for somebody who has a view to begin with."""
    if request.GET or request.htmx or view is None or view.layout != layout:
        return None
    return redirect(address_of(view, project))


def opens_with(request: Request, project: Project, layout: str) -> HttpResponse | None:
    """The same, where nothing else of what the person chose is needed."""
    if request.GET or request.htmx:
        return None
    return begin_with(request, project, chosen_by(request.user, project).view, layout)


def kept_view(request: Request) -> list[tuple[str, str]]:
    """Which view the address names, so that its links go on naming it."""
    return [("view", request.GET["view"][:40])] if request.GET.get("view") else []


def name_of_view(request: Request, project: Project) -> str:
    """The name of the view that the address names, where it exists for this person."""
    try:
        uid = UUID(request.GET.get("view", ""))
    except ValueError:
        return ""
    return views_of(request.user, project).filter(uid=uid).values_list("name", flat=True).first() or ""


@require_http_methods(["GET", "POST"])
def saved_views(request: Request, uid: UUID) -> HttpResponse:
    """One's own and the shared views, and keeping the present one."""
    project = project_for(request.user, uid)
    if request.method == "GET":
        return _show(request, project)
    check_view(request.user, project, ViewAct.KEEP)
    form = ViewForm(request.POST, auto_id="view-%s")
    if not form.is_valid():
        return _show(request, project, form, status=422)
    try:
        view = save_view(actor=request.user, project_uid=uid, **form.cleaned_data)
    except Refused as refusal:
        form.add_error(refusal.field if refusal.field == "name" else None, str(refusal))
        return _show(request, project, form, status=422)
    return _gone_to(request, address_of(view, project), _("The view is kept."))


@require_GET
def saved_view(request: Request, uid: UUID, view_uid: UUID) -> HttpResponse:
    """A view's own address leads to what it shows."""
    project = project_for(request.user, uid)
    return redirect(address_of(view_for(request.user, project, view_uid), project))


@require_POST
def change(request: Request, uid: UUID, view_uid: UUID) -> HttpResponse:
    """Another name, shared or not, other filters."""
    project = project_for(request.user, uid)
    view = view_for(request.user, project, view_uid, ViewAct.CHANGE)
    form = ChangeViewForm(request.POST, auto_id=f"view-{view.uid}-%s")
    if not form.is_valid():
        return _show(request, project, changing=(view, form), status=422)
    seen = form.cleaned_data["seen_version"]
    try:
        view = change_view(actor=request.user, project_uid=uid, view_uid=view_uid, seen_version=seen, **form.said())
    except Refused as refusal:
        form.take(refusal)
        return _show(request, project, changing=(view, form), status=form.status)
    return _gone_to(request, address_of(view, project), _("The view is changed."))


@require_POST
def delete(request: Request, uid: UUID, view_uid: UUID) -> HttpResponse:
    """The view is no more; what it showed stays where it is."""
    delete_view(actor=request.user, project_uid=uid, view_uid=view_uid)
    return _again(request, project_for(request.user, uid), _("The view is deleted."))


@require_POST
def usual(request: Request, uid: UUID) -> HttpResponse:
    """With which view board or table open for me; none: with everything."""
    said = request.POST.get("view", "")
    try:
        view_uid = UUID(said) if said else None
    except ValueError as error:
        raise Http404 from error
    choose_view(actor=request.user, project_uid=uid, view_uid=view_uid)
    return _again(request, project_for(request.user, uid), _("Saved."))


def _again(request: Request, project: Project, message: str) -> HttpResponse:
    if request.htmx:
        return _show(request, project)
    messages.success(request, message)
    return redirect(reverse("saved_views", args=[project.uid]))


def _gone_to(request: Request, url: str, message: str) -> HttpResponse:
    messages.success(request, message)
    if request.htmx:
        answer = HttpResponse(status=204)
        answer["HX-Redirect"] = url
        return answer
    return redirect(url)


def _show(
    request: Request, project: Project, form: ViewForm | None = None, *, changing: Any = (None, None), status: int = 200
) -> HttpResponse:
    layout, query, here = _present(request, project)
    views = list(views_of(request.user, project))
    for view in views:
        view.project = project
    first = {"layout": layout, "query": query}
    context = {
        "project": project,
        "views": [(view, address_of(view, project), may_change(request.user, view)) for view in views],
        "usual": chosen_by(request.user, project).view,
        "form": form or ViewForm(initial=first, auto_id="view-%s"),
        "present": first,
        "here": here,
        "changing": changing[0],
        "change_form": changing[1],
        "may_share": may_share(request.user, project),
    }
    if request.htmx:
        return render(request, "tracking/_saved_views.html", context, status=status)
    return render(request, "tracking/saved_views.html", frame_of(request, project, "tasks") | context, status=status)


def page_asking(request: Request) -> SplitResult:
    """The address of the page that asks for a part of itself; nonsense is no address."""
    try:
        return urlsplit(request.headers.get("HX-Current-URL", ""))
    except ValueError:
        return urlsplit("")


def _present(request: Request, project: Project) -> tuple[str, str, str]:
    """The layout and filters of the page that asks, and which view it shows."""
    said = request.POST if request.method == "POST" else request.GET
    if request.htmx and request.headers.get("HX-Current-URL"):
        at = page_asking(request)
        layout = "board" if at.path == reverse("board", args=[project.uid]) else "table"
        query = at.query
    else:
        layout, query = said.get("layout", "table"), said.get("query", "")
    here = dict(pair.partition("=")[::2] for pair in query.split("&")).get("view", "")
    return layout if layout in SavedView.Layout.values else "table", tidy(query), here
