"""The third of the three noes: you may, but not now; its text is for the person."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Refused(Exception):
    """What is asked cannot be done now. `field` names the form field at which the error belongs."""

    status = 409

    def __init__(self, message: str | Promise, *, field: str | None = None, code: str = "refused") -> None:
        super().__init__(message)
        self.message = message
        self.field = field
        self.code = code

    def __str__(self) -> str:
        return str(self.message)


class Conflict(Refused):
    """Somebody saved in between: both values are shown and the person chooses (412 in the API)."""

    status = 412

    def __init__(self, message: str | Promise, *, mine: Mapping[str, object], theirs: Mapping[str, object]) -> None:
        super().__init__(message, code="conflict")
        self.mine = mine
        self.theirs = theirs


class Unseen(Refused):
    """What is sent does not say which version it changes, so nobody knows whether the person saw what stands there now."""

    status = 428

    def __init__(self) -> None:
        super().__init__(_("This form does not say which version it changes; reload the page."), code="unseen")


class NeedsConfirmation(Refused):
    """Allowed once the person says so: `need` is what must be sent along ("confirm" or "reason")."""

    status = 422

    def __init__(self, message: str | Promise, *, need: str, field: str | None = None) -> None:
        super().__init__(message, field=field, code="needs_" + need)
        self.need = need
