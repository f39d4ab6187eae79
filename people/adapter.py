"""How accounts behave here: made by the administrator, never by signing up; mails in the reader's language."""

import logging
import smtplib
from typing import Any, ClassVar
from urllib.parse import quote

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from common.refusals import Refused
from people.backends import people_named

log = logging.getLogger(__name__)
UNSAID = {"account/messages/logged_in.txt", "account/messages/logged_out.txt"}


class Accounts(DefaultAccountAdapter):
    """No sign-up; one answer for a wrong name and a wrong password; links by the address set, never by the request's."""

    error_messages: ClassVar[dict[str, Any]] = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": _("Name and password do not belong together. Please check both."),
        "too_many_login_attempts": _("Too many failed attempts. Please wait five minutes, or set a new password by mail."),
        "enter_current_password": _("This is not your present password."),
        "rate_limited": _("That was too often in a short time. Please wait a minute."),
        "invalid_password_reset": _("This link has been used or is too old."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Failed attempts count per person, by whichever of the four names; per name where nobody is meant."""
        said = str(credentials.get("email") or credentials.get("username") or "").strip()
        found = people_named(said) if said else []
        key: str = super()._get_login_attempts_cache_key(request, username=found[0].username if len(found) == 1 else said)
        return key

    def add_message(self, request: HttpRequest, level: int, message_template: str | None = None, *args: Any, **kw: Any) -> None:
        if message_template not in UNSAID:
            super().add_message(request, level, message_template, *args, **kw)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("me")

    def get_reset_password_from_key_url(self, key: str) -> str:
        path = reverse("account_reset_password_from_key", kwargs={"uidb36": "UID", "key": "KEY"})
        return settings.BASE_URL + path.replace("UID-KEY", quote(key))

    def format_email_subject(self, subject: str) -> str:
        return subject

    def send_mail(self, template_prefix: str, email: str, context: dict) -> None:
        user = context.get("user")
        try:
            with translation.override(user.language if user is not None else None):
                super().send_mail(template_prefix, email, context)
        except (OSError, smtplib.SMTPException) as trouble:
            log.exception("no mail to %s", email)
            raise Refused(_t("The mail server cannot be reached just now. Please try again later.")) from trouble
