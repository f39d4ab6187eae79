"""Pages of people: sign-in with the sample people, language, oneself, rights."""

from typing import Any
from uuid import UUID

from allauth.account import views as account
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from common.refusals import Refused
from people.forms import TokenForm
from people.models import User
from people.pages import own_page
from people.queries import drawn_rights, sample_people
from people.requests import Request
from people.services import set_language
from people.tokens import make_token, revoke_token


class SignIn(account.LoginView):
    """Any name and the password; the sample people stand beside the form while there are any."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        people = list(sample_people())
        return super().get_context_data(
            **kwargs, sample_people=people, sample_password=settings.SAMPLE_PASSWORD if people else ""
        )

    def get_initial(self) -> dict[str, Any]:
        return {"login": self.request.GET.get("who", "")[:60]}

    def form_invalid(self, form: Any) -> HttpResponse:
        response = super().form_invalid(form)
        response.status_code = 422
        return response


class ChangePassword(account.PasswordChangeView):
    """A new password for oneself; other sessions end."""

    def form_invalid(self, form: Any) -> HttpResponse:
        response = super().form_invalid(form)
        response.status_code = 422
        return response


@method_decorator(login_not_required, name="dispatch")
class ResetPassword(account.PasswordResetView):
    """A link by mail; says so where there is no mail server."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs, mail_configured=settings.MAIL_CONFIGURED)

    def post(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        if not settings.MAIL_CONFIGURED:
            raise Refused(_("No mail server is set up here. Your administrator can set a new password."))
        return super().post(request, *args, **kwargs)


sign_in = SignIn.as_view()
change_password = ChangePassword.as_view()
reset_password = ResetPassword.as_view()


@login_not_required
@require_POST
def sign_out(request: Request) -> HttpResponse:
    """Ends the session; only ever by POST, so that no link does it."""
    return account.logout(request)


@login_not_required
@require_POST
def choose_language(request: Request) -> HttpResponse:
    """The language of the pages: kept with the person, and in a cookie for the pages before sign-in."""
    language = request.POST.get("language", "")
    back = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure()):
        back = "/"
    response = HttpResponseRedirect(back)
    if language in User.Language.values:
        if request.user.is_authenticated:
            set_language(actor=request.user, language=language)
        translation.activate(language)
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME, language, max_age=31_536_000, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE
        )
    return response


@require_GET
def me(request: Request) -> HttpResponse:
    """What the application knows of me, and what I may choose."""
    return own_page(request)


@require_POST
def add_token(request: Request) -> HttpResponse:
    """A key to the API for oneself; this one answer shows it, and no page ever again."""
    form = TokenForm(request.POST)
    if not form.is_valid():
        return own_page(request, status=422, token_form=form)
    try:
        token, said = make_token(actor=request.user, user_uid=request.user.uid, **form.cleaned_data)
    except Refused as refusal:
        form.add_error(refusal.field, str(refusal))
        return own_page(request, status=refusal.status, token_form=form)
    response = own_page(request, made=token, said=said)
    response["Cache-Control"] = "no-store"
    return response


@require_POST
def end_token(request: Request, uid: UUID) -> HttpResponse:
    """A token of one's own ends now."""
    revoke_token(actor=request.user, token_uid=uid)
    messages.success(request, _("The token is revoked. Programs that use it are shut out at once."))
    return HttpResponseRedirect(reverse("me") + "#tokens")


@require_GET
def rights(request: Request) -> HttpResponse:
    """Who may do what: drawn from the tables that decide (rule A5)."""
    return render(request, "people/rights.html", {"tables": drawn_rights()})
