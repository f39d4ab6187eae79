"""How accounts behave here: made by the administrator, never by signing up."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class Accounts(DefaultAccountAdapter):
    """No sign-up."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
