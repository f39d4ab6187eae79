"""The work calendar: a year at a glance; the administrator decides days and the week, the auditor reads."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy
from django.views.decorators.http import require_GET, require_POST

from common.fields import retype
from common.refusals import Conflict, Refused
from common.typed import whole_number
from people import working_days
from people.forms_calendar import DaysForm, WeekForm, refuse
from people.organisation import may_see
from people.queries import organisation
from people.requests import Request
from people.year import nearest_year, year_of

WEEKDAYS = [
    (pgettext_lazy("letter", "M"), gettext_lazy("Monday")),
    (pgettext_lazy("letter", "T"), gettext_lazy("Tuesday")),
    (pgettext_lazy("letter", "W"), gettext_lazy("Wednesday")),
    (pgettext_lazy("letter of Thursday", "T"), gettext_lazy("Thursday")),
    (pgettext_lazy("letter", "F"), gettext_lazy("Friday")),
    (pgettext_lazy("letter", "S"), gettext_lazy("Saturday")),
    (pgettext_lazy("letter of Sunday", "S"), gettext_lazy("Sunday")),
]


@require_GET
def work_calendar(request: Request) -> HttpResponse:
    """Twelve months, what is off or worked out of turn, what the house decided, its week."""
    if not may_see(request.user):
        raise PermissionDenied
    return _page(request)


def _page(request: Request, status: int = 200, **given: Any) -> HttpResponse:
    row = organisation()
    context = {
        "year": year_of(nearest_year(whole_number(request.GET.get("year", ""))), row),
        "organisation": row,
        "may_change": request.user.is_administrator,
        "weekdays": WEEKDAYS,
        "days_form": DaysForm(),
        "week_form": WeekForm(row),
        **given,
    }
    return render(request, "people/calendar.html", context, status=status)


def _administrator(request: Request) -> None:
    if not request.user.is_administrator:
        raise PermissionDenied


def _to_year(number: int) -> HttpResponseRedirect:
    return HttpResponseRedirect(f"{reverse('work_calendar')}?year={number}")


@require_POST
def set_days(request: Request) -> HttpResponse:
    """A day, or several in a row, decided by the house."""
    _administrator(request)
    form = DaysForm(request.POST)
    if form.is_valid():
        try:
            rows = working_days.set_days(actor=request.user, **form.cleaned_data)
        except Refused as refusal:
            refuse(form, refusal)
        else:
            told = ngettext("One day is set; planned meetings follow within a minute.",
                            "%d days are set; planned meetings follow within a minute.", len(rows))  # fmt: skip
            messages.success(request, told % len(rows) if "%d" in told else told)
            return _to_year(rows[0].day.year)
    return _page(request, 422, days_form=form)


@require_POST
def reset_days(request: Request, uid: UUID) -> HttpResponse:
    """A day is again as the official calendar and the week have it."""
    seen = whole_number(request.POST.get("seen_version", ""))
    row = working_days.reset_days(actor=request.user, override_uid=uid, seen_version=seen)
    messages.success(request, _("Taken back; planned meetings follow within a minute."))
    return _to_year(row.day.year)


@require_POST
def choose_week(request: Request) -> HttpResponse:
    """The working week of the house; of two who choose at once, the second sees what the first chose."""
    _administrator(request)
    row, status = organisation(), 422
    form = WeekForm(row, request.POST)
    if form.is_valid():
        try:
            working_days.choose_week(actor=request.user, **form.cleaned_data)
        except Refused as refusal:
            refuse(form, refusal)
            status = refusal.status if refusal.status != Refused.status else 422
            if isinstance(refusal, Conflict):
                retype(form, {"seen_version": row.version})
        else:
            messages.success(request, _("The week is set; planned meetings follow within a minute."))
            return HttpResponseRedirect(reverse("work_calendar"))
    return _page(request, status, week_form=form, week_conflict=status == Conflict.status)
