"""Forms of accounts."""

from typing import Any

from allauth.account.forms import ChangePasswordForm, LoginForm, ResetPasswordForm, ResetPasswordKeyForm
from django import forms
from django.utils.translation import gettext_lazy as _

from people.models import User
from people.tokens import DAYS, MOST_DAYS


class SignInForm(LoginForm):
    """Any name and the password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name, password = self.fields["login"], self.fields["password"]
        name.label = _("User name, mail, phone or staff number")
        name.widget.attrs = {"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false", "autofocus": True}
        password.label, password.help_text = _("Password"), ""
        password.widget.attrs = {"autocomplete": "current-password"}


class ResetForm(ResetPasswordForm):
    """A new password by mail, to whoever has this address and an active account."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = _("Your mail address")
        self.fields["email"].widget.attrs = {"autocomplete": "email", "autofocus": True}

    def clean_email(self) -> str:
        said = self.cleaned_data["email"]
        self.users = list(User.objects.filter(email__iexact=said, is_active=True))
        return said


RULE = _("At least 10 characters, and not one that everybody uses.")


class ResetKeyForm(ResetPasswordKeyForm):
    """The new password, twice."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _new_password(self)


class ChangeForm(ChangePasswordForm):
    """The present password, and the new one twice."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["oldpassword"].label = _("Present password")
        self.fields["oldpassword"].help_text = ""
        self.fields["oldpassword"].widget.attrs = {"autocomplete": "current-password"}
        _new_password(self)


def _new_password(form: Any) -> None:
    for name, label, hint in (("password1", _("New password"), RULE), ("password2", _("New password, again"), "")):
        field = form.fields[name]
        field.label, field.help_text = label, hint
        field.widget.attrs = {"autocomplete": "new-password"}


class TokenForm(forms.Form):
    """What a token is for, and how long it lasts."""

    name = forms.CharField(label=_("What it is for"), max_length=60, required=False)
    days = forms.IntegerField(label=_("Valid for how many days"), min_value=1, max_value=MOST_DAYS, initial=DAYS)
