"""The own page, which several acts show again when something typed does not do."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from common import clock
from people import leaves
from people.forms import TokenForm
from people.forms_leave import LeaveForm
from people.forms_signing import PasswordForm, PinForm
from people.models import SecondFactor, SigningPin, User
from people.passkeys import are_possible
from people.proving import demands
from people.queries import factors_of, leaves_of, tokens_of
from people.requests import Request


def own_page(request: Request, *, status: int = 200, **more: Any) -> HttpResponse:
    """What the application knows of me, and what I may choose."""
    user = request.user
    context = {
        "person": user,
        "headed": user.heads.filter(is_active=True),
        "languages": User.Language.choices,
        "tokens": tokens_of(user),
        "now": clock.now(),
        "today": leaves.today(),
        "token_form": TokenForm(),
        "pin": SigningPin.objects.filter(user=user).first(),
        "pin_form": PinForm(),
        "remove_form": PasswordForm(auto_id="id_remove_%s"),
        "factors": factors_of(user),
        "kinds": SecondFactor.Kind,
        "demands": demands(user),
        "passkeys_possible": are_possible(),
        **leaves_of(user),
        "may_take_leave": leaves.may_name_for(user, user),
        "leave_form": LeaveForm(user),
    }
    return render(request, "people/me.html", context | more, status=status)
