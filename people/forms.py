"""Forms of accounts."""

from allauth.account.forms import LoginForm, ResetPasswordForm


class SignInForm(LoginForm):
    """Any name and the password."""


class ResetForm(ResetPasswordForm):
    """A new password by mail."""
