"""The project's own pages: goal with editing in place, and the log."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST
from django_htmx.http import trigger_client_event

from activity.ledger import sealed_until
from activity.queries import kinds_of_acts, timeline
from common.pages import paged
from common.vague import vague_words
from people.models import User
from people.requests import Request
from projects.access import RULES, Act, project_for, see_log, standing
from projects.forms.project import ViewerForm
from projects.models import Project
from projects.pages import project_page
from projects.queries.goal import GoalPage
from projects.services.goal import remove_row
from projects.services.project import name_viewer, remove_viewer, start_project
from projects.views.editing import PARTS, Editing, open_editing

SECTIONS = ("goal", "kpi", "scope", "parties", "resource", "node", "communication", "contingency", "viewers")
KINDS = {
    "project": _("Project"),
    "document": _("Documents"),
    "meeting": _("Meetings"),
    "task": _("Tasks"),
    "risk": _("Risks"),
    "people": _("People"),
    "talk": _("Comments and files"),
}


@require_GET
def goal_page(request: Request, uid: UUID) -> HttpResponse:
    """Step 1 on one page; `?open=kpi&row=…` opens a form in its place."""
    kind, row = request.GET.get("open", ""), request.GET.get("row", "")
    if kind not in PARTS:
        project = project_for(request.user, uid)
        return _answer(request, GoalPage(project, request.user), None, request.GET.get("section", ""))
    project = project_for(request.user, uid, PARTS[kind].act)
    page = GoalPage(project, request.user)
    editing = open_editing(page, kind, _uid(row))
    return _answer(request, page, editing, editing.part.section)


def _uid(said: str) -> UUID | None:
    try:
        return UUID(said) if said else None
    except ValueError as error:
        raise Http404 from error


@require_POST
def save_part(request: Request, uid: UUID, kind: str, row: UUID | None = None) -> HttpResponse:
    """Save the form of one part; a mistake brings it back as typed."""
    project = project_for(request.user, uid, PARTS[kind].act if kind in PARTS else Act.VIEW)
    page = GoalPage(project, request.user)
    editing = open_editing(page, kind, row, request.POST)
    if editing.save(request.user):
        return _done(request, uid, editing.part.section)
    return _answer(request, page, editing, editing.part.section)


@require_POST
def remove_part(request: Request, uid: UUID, kind: str, row: UUID) -> HttpResponse:
    """Take one row out."""
    remove_row(actor=request.user, project_uid=uid, kind=kind, row_uid=row)
    return _done(request, uid, kind)


def _answer(
    request: Request, page: GoalPage, editing: Editing | None, section: str, viewer_form: ViewerForm | None = None
) -> HttpResponse:
    context = {"page": page, "editing": editing, "viewer_form": viewer_form or ViewerForm()}
    status = editing.status if editing else 422 if viewer_form else 200
    if request.htmx and section in SECTIONS:
        return render(request, f"projects/_{section}.html", {"project": page.project, **context}, status=status)
    return project_page(request, page.project, "projects/goal.html", "goal", context, status=status)


def _done(request: Request, uid: UUID, section: str) -> HttpResponse:
    """The part as it stands now, and word to the checklist that something changed."""
    if not request.htmx:
        return redirect(f"{Project(uid=uid).get_absolute_url()}#{section}")
    page = GoalPage(project_for(request.user, uid), request.user)
    return trigger_client_event(_answer(request, page, None, section), "goal-changed")


@require_POST
def start(request: Request, uid: UUID) -> HttpResponse:
    """The head starts a draft."""
    return redirect(start_project(actor=request.user, project_uid=uid))


@require_POST
def add_viewer(request: Request, uid: UUID) -> HttpResponse:
    """Name a reader."""
    project = project_for(request.user, uid, Act.SET_CONFIDENTIAL)
    form = ViewerForm(request.POST)
    if not form.is_valid():
        return _answer(request, GoalPage(project, request.user), None, "viewers", form)
    name_viewer(actor=request.user, project_uid=uid, viewer=form.cleaned_data["viewer"])
    return _done(request, uid, "viewers")


@require_POST
def drop_viewer(request: Request, uid: UUID, person: UUID) -> HttpResponse:
    """End a person's reading."""
    project_for(request.user, uid, Act.SET_CONFIDENTIAL)
    viewer = User.objects.filter(uid=person).first()
    if viewer is not None:
        remove_viewer(actor=request.user, project_uid=uid, viewer=viewer)
    return _done(request, uid, "viewers")


@require_POST
def vague_hints(request: Request) -> HttpResponse:
    """The vague words in what is being typed."""
    said = " ".join(str(value) for name, value in request.POST.items() if name != "csrfmiddlewaretoken")
    return render(request, "projects/_vague.html", {"words": vague_words(said)})


@require_GET
def log_page(request: Request, uid: UUID) -> HttpResponse:
    """Who did what when; an assignee sees the own acts."""
    project = see_log(request.user, uid)
    kind = request.GET.get("kind", "")
    events = timeline(project.pk, kind if kind in KINDS else "")
    if not standing(request.user, project).may(RULES, Act.SEE_LOG):
        events = events.filter(actor=request.user)
    kinds = [(key, KINDS[key]) for key in kinds_of_acts() if key in KINDS]
    context = {"events": paged(request, events, 40), "kinds": kinds, "kind": kind, "sealed": sealed_until(project.pk)}
    return project_page(request, project, "projects/log.html", "log", context)
