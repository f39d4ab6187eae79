"""Pages of leave: a deputy for oneself, stand-ins for own people, and what ends a leave."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from common.refusals import Refused
from people import leaves
from people.forms_leave import LeaveForm, LeaveOfOthersForm
from people.models import User
from people.pages import own_page
from people.queries import leaves_named_by
from people.requests import Request


def _named(request: Request, form: forms.Form, person: User) -> bool:
    """Whether the deputy is named; what is refused stands at its field."""
    said = {**form.cleaned_data, "person_uid": person.uid, "deputy_uid": form.cleaned_data["deputy"].uid}
    said = {name: value for name, value in said.items() if name not in ("deputy", "person")}
    try:
        leave = leaves.name_deputy(actor=request.user, **said)
    except Refused as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        return False
    names = {"deputy": leave.deputy.name, "person": leave.person.name}
    messages.success(request, _("%(deputy)s stands in for %(person)s; both are told.") % names)
    return True


@require_POST
def name_deputy(request: Request) -> HttpResponse:
    """A deputy for oneself."""
    form = LeaveForm(request.user, request.POST)
    if not leaves.may_name_for(request.user, request.user):
        raise PermissionDenied
    if form.is_valid() and _named(request, form, request.user):
        return HttpResponseRedirect(reverse("me") + "#leave")
    return own_page(request, status=422, leave_form=form)


@require_http_methods(["GET", "POST"])
def stand_ins(request: Request) -> HttpResponse:
    """A head sees and names the stand-ins of own people; an administrator those of everybody, with a reason."""
    user = request.user
    if not user.is_administrator and not user.heads.filter(is_active=True).exists():
        raise PermissionDenied
    form = LeaveOfOthersForm(user, request.POST or None)
    if request.method == "POST" and form.is_valid() and _named(request, form, form.cleaned_data["person"]):
        return HttpResponseRedirect(reverse("stand_ins"))
    context = {"form": form, "leaves": leaves_named_by(user), "today": leaves.today(), "everybody": user.is_administrator}
    return render(request, "people/stand_ins.html", context, status=422 if form.errors else 200)


@require_POST
def end_leave(request: Request, uid: UUID) -> HttpResponse:
    """Back earlier, given back, or ended by who may name."""
    leave = leaves.end_leave(actor=request.user, leave_uid=uid, reason=request.POST.get("reason", "")[:200])
    messages.success(request, _("The leave is ended; both are told."))
    mine = request.user in (leave.person, leave.deputy)
    return HttpResponseRedirect(reverse("me") + "#leave" if mine else reverse("stand_ins"))
