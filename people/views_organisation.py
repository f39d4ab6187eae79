"""The page of what the organisation chose: the administrator changes it, the auditor reads it."""

from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods

from common.refusals import Refused
from people import passkeys
from people.forms_organisation import OrganisationForm
from people.models import Organisation
from people.organisation import check_rule, example_number, may_see, ready_heads, set_organisation
from people.queries import organisation
from people.requests import Request

Demand = Organisation.Demand


@dataclass(frozen=True)
class Level:
    """One way to prove who signs, as the page explains it."""

    value: str
    label: str | Promise
    means: str | Promise
    leaves_out: str | Promise


LEVELS = (
    Level(
        Demand.PASSWORD,
        Demand.PASSWORD.label,
        _("Each signer types the password or the signing PIN again. Works at once, on every device."),
        _("Who knows somebody’s password can sign as that person."),
    ),
    Level(
        Demand.TOTP,
        Demand.TOTP.label,
        _("Besides, the six digits that an app on the phone shows. A password that became known is not enough."),
        _("Each signer sets up an app once, on the page “Me”; without it nobody signs."),
    ),
    Level(
        Demand.PASSKEY,
        Demand.PASSKEY.label,
        _("The signer’s own device checks fingerprint, face or PIN and signs the document itself: the strongest proof."),
        _("Needs https. Does not work in the browsers inside WeCom, DingTalk and Feishu, nor on a borrowed device."),
    ),
    Level(
        Demand.BOTH,
        Demand.BOTH.label,
        _("The device signs the document, and the code comes from a second one."),
        _("Needs https and two devices at hand; for few papers of great weight."),
    ),
)


@require_http_methods(["GET", "POST"])
def organisation_page(request: Request) -> HttpResponse:
    """Name, numbers, proof when signing."""
    user, row = request.user, organisation()
    if not may_see(user):
        raise PermissionDenied
    form = OrganisationForm(row, request.POST or None)
    if request.method == "POST":
        if not user.is_administrator:
            raise PermissionDenied
        if form.is_valid() and _saved(request, form):
            return redirect("organisation")
    rule = str(form["number_rule"].value() or "")
    ready = ready_heads()
    context = {
        "form": form, "organisation": row, "may_change": user.is_administrator, "rule": rule, "example": _example(rule),
        "levels": [(level, *ready[level.value]) for level in LEVELS], "chosen": form["signing_demand"].value(),
        "passkeys_possible": passkeys.are_possible(),
    }  # fmt: skip
    return render(request, "people/organisation.html", context, status=422 if form.errors else 200)


def _saved(request: Request, form: OrganisationForm) -> bool:
    try:
        set_organisation(actor=request.user, **form.cleaned_data)
    except Refused as refusal:
        form.add_error(refusal.field, str(refusal))
        return False
    messages.success(request, _("Saved. It applies from now on."))
    return True


def _example(rule: str) -> str:
    try:
        return example_number(check_rule(rule))
    except Refused:
        return ""


@require_GET
def number_example(request: Request) -> HttpResponse:
    """How the next memoranda would be numbered, while the rule is typed."""
    if not may_see(request.user):
        raise PermissionDenied
    rule = request.GET.get("number_rule", "")[:80]
    return render(request, "people/_number_example.html", {"rule": rule, "example": _example(rule)})
