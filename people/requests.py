"""A request as views know it: somebody is signed in (pages are closed by default), and htmx may have sent it."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from people.models import User


class Request(HttpRequest):
    """For annotations; what is public without sign-in takes HttpRequest."""

    user: User
    htmx: HtmxDetails
