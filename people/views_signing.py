"""Pages of what proves a signer: the signing PIN, devices for one-time codes, passkeys."""

from uuid import UUID

import segno
from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from common.refusals import Refused
from people import codes, factors, passkeys, proving
from people.forms_signing import CodeForm, PasskeyForm, PasswordForm, PinForm
from people.pages import own_page
from people.queries import organisation
from people.requests import Request


def _done(request: Request, said: str) -> HttpResponse:
    """Back to the place on the own page; what was proved before counts no more."""
    proving.forget(request)
    messages.success(request, said)
    return HttpResponseRedirect(reverse("me") + "#signing")


def _take(form: forms.Form, refusal: Refused) -> None:
    """A refusal stands at its field, or over the form that lacks it."""
    form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))


@require_POST
def set_pin(request: Request) -> HttpResponse:
    """A signing PIN for oneself."""
    form = PinForm(request.POST)
    if form.is_valid():
        try:
            proving.count_try(request)
            factors.set_pin(actor=request.user, pin=form.cleaned_data["pin"], password=form.cleaned_data["password"])
        except Refused as refusal:
            _take(form, refusal)
        else:
            return _done(request, _("Your signing PIN is set. It proves that it is you who signs, and nothing else."))
    return own_page(request, status=422, pin_form=form)


@require_POST
def remove_pin(request: Request) -> HttpResponse:
    """One signs by password again."""
    form = PasswordForm(request.POST, auto_id="id_remove_%s")
    if form.is_valid():
        try:
            proving.count_try(request)
            factors.remove_pin(actor=request.user, password=form.cleaned_data["password"])
        except Refused as refusal:
            _take(form, refusal)
        else:
            return _done(request, _("The signing PIN is removed. You sign by your password."))
    return own_page(request, status=422, remove_form=form, removing="pin")


@require_POST
def end_factor(request: Request, uid: UUID) -> HttpResponse:
    """A device of one's own proves nothing from now on."""
    form = PasswordForm(request.POST, auto_id="id_remove_%s")
    if form.is_valid():
        try:
            proving.count_try(request)
            factors.end_factor(actor=request.user, factor_uid=uid, password=form.cleaned_data["password"])
        except Refused as refusal:
            _take(form, refusal)
        else:
            return _done(request, _("The device is removed. Papers that were signed with it stay signed."))
    return own_page(request, status=422, remove_form=form, removing=str(uid))


@require_http_methods(["GET", "POST"])
def add_code_device(request: Request) -> HttpResponse:
    """The secret as a picture and as text; the device is set up once a code of it was right."""
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            proving.count_try(request)
            factors.confirm_code(actor=request.user, **form.cleaned_data)
        except Refused as refusal:
            _take(form, refusal)
        else:
            return _done(request, _("The device is set up. Its codes prove that it is you who signs."))
    secret = codes.secret_of(factors.begin_code(actor=request.user)) or b""
    name = organisation().name or _("Collab")
    drawn = segno.make(codes.address(secret, issuer=name, account=request.user.username), micro=False)
    picture = drawn.svg_inline(scale=5, border=3, omitsize=True, svgclass="qr", lineclass=None, light="#fff")
    context = {"form": form, "secret": codes.spoken(secret), "picture": mark_safe(picture)}
    response = render(request, "people/code_device.html", context, status=422 if form.errors else 200)
    response["Cache-Control"] = "no-store"
    return response


@require_http_methods(["GET", "POST"])
def add_passkey(request: Request) -> HttpResponse:
    """The browser asks the device; where it cannot, the page says why."""
    form = PasskeyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            proving.count_try(request)
            asked = proving.spend_challenge(request)
            factors.add_passkey(
                actor=request.user, answer=said["passkey"], challenge=asked, password=said["password"], name=said["name"]
            )
        except Refused as refusal:
            _take(form, refusal)
        else:
            return _done(request, _("The passkey is set up. It signs each paper by itself, and never leaves your device."))
    options = passkeys.registration_options(request.user, proving.challenge(request, ()))
    context = {"form": form, "options": options, "possible": passkeys.are_possible()}
    return render(request, "people/passkey.html", context, status=422 if form.errors else 200)
