"""Handing a deliverable over, accepting it, returning it with a reason: from wherever the task stands."""

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from common.refusals import Conflict, Refused
from people.requests import Request
from projects.pages import frame_of
from tracking.access import Act, task_for
from tracking.forms import ServiceForm
from tracking.models import Review, Task
from tracking.queries.board import card_of
from tracking.queries.reviews import review_line
from tracking.services import accept_task, return_task, submit_task
from tracking.services.handing import Service, as_reviewed
from tracking.views.place import finished


class ReviewForm(ServiceForm):
    """What the page had seen, and the words that go with it."""

    seen_review = forms.IntegerField(widget=forms.HiddenInput, required=False)
    note = forms.CharField(label=gettext_lazy("Note"), max_length=1000, required=False)
    reason = forms.CharField(label=gettext_lazy("What is missing"), max_length=500, required=False)


@require_GET
def review(request: Request, uid: UUID) -> HttpResponse:
    """Where the acceptance of a task stands, with what one may do about it; `?return=1` asks for the reason."""
    row = task_for(request.user, uid)
    if not request.htmx:
        return redirect(f"{row.get_absolute_url()}#review-{row.uid}")
    return _fragment(request, row, returning="return" in request.GET)


@require_POST
def submit(request: Request, uid: UUID) -> HttpResponse:
    """The owner hands the deliverable over."""
    row = task_for(request.user, uid, Act.SUBMIT)
    return _review(request, row, submit_task, Review.Kind.SUBMITTED, "note", _("Handed over."))


@require_POST
def accept(request: Request, uid: UUID) -> HttpResponse:
    """The receiving department's yes, in one click."""
    row = task_for(request.user, uid, Act.ACCEPT)
    return _review(request, row, accept_task, Review.Kind.ACCEPTED, "", _("Accepted."))


@require_http_methods(["GET", "POST"])
def give_back(request: Request, uid: UUID) -> HttpResponse:
    """The receiving department's no, with what is missing."""
    row = task_for(request.user, uid, Act.ACCEPT)
    if request.method == "GET":
        return _fragment(request, row, returning=True)
    return _review(request, row, return_task, Review.Kind.RETURNED, "reason", _("Returned."))


def _review(request: Request, row: Task, service: Service, kind: str, word: str, done: str) -> HttpResponse:
    """One of the three acts, and where it ends."""
    form = ReviewForm(request.POST)
    returning = kind == Review.Kind.RETURNED
    if not form.is_valid():
        return _fragment(request, row, form=form, returning=returning, status=422)
    said = {word: form.cleaned_data[word]} if word else {}
    seen = {"seen_version": form.cleaned_data["seen_version"], "seen_review": form.cleaned_data["seen_review"] or 0}
    try:
        as_reviewed(service, kind, actor=request.user, task_uid=row.uid, **seen, **said)
    except Refused as refusal:
        form.take(refusal)
        status = refusal.status if isinstance(refusal, Conflict) else 422
        return _fragment(request, row, form=form, returning=returning, status=status)
    return finished(request, row, message=done)


def _fragment(
    request: Request, row: Task, *, form: ReviewForm | None = None, returning: bool = False, status: int = 200
) -> HttpResponse:
    task = card_of(row.pk, row.project, request.user)
    place = request.POST.get("place") or request.GET.get("place", "page")
    context: dict[str, Any] = {
        "task": task, "line": review_line(task, request.user), "review": form, "returning": returning, "place": place,
        "project": row.project,
    }  # fmt: skip
    if request.htmx:
        return render(request, "tracking/_review.html", context, status=status)
    return render(request, "tracking/review.html", frame_of(request, row.project, "tasks") | context, status=status)
