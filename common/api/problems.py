"""How the API says no: one shape for every refusal, in the reader's language.

{"code", "message"} always; "field" and "errors" where a value is wrong, "mine" and "theirs" where somebody saved in between,
"need" where the act is allowed once more is said.
"""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from rest_framework import exceptions, status
from rest_framework.response import Response

from common.refusals import Conflict, NeedsConfirmation, Refused


class Problem(Exception):
    """A refusal that only the API has (a header that is missing, a cursor that means nothing)."""

    def __init__(self, http: int, code: str, message: str | Promise, **more: Any) -> None:
        super().__init__(message)
        self.http, self.code, self.message, self.more = http, code, message, more


def answer(error: Exception, context: Mapping[str, Any]) -> Response | None:
    """The problem body of an error; None for what nobody foresaw."""
    match error:
        case Problem():
            return _said(error.http, error.code, error.message, error.more)
        case Conflict():
            values = {"mine": plain(error.mine), "theirs": plain(error.theirs)}
            return _said(error.status, error.code, error.message, values)
        case NeedsConfirmation():
            return _said(error.status, error.code, error.message, {"need": error.need, "field": error.field})
        case Refused():
            return _said(error.status, error.code, error.message, {"field": error.field})
        case Http404() | exceptions.NotFound():
            return _said(404, "not_found", _("There is nothing here, or nothing that you may see."), {})
        case exceptions.ValidationError():
            return _of_values(error.detail)
        case exceptions.APIException():
            return _of_framework(error)
        case PermissionDenied():
            return _said(403, "forbidden", _("You do not have the right to do this."), {})
    return None


def _said(http: int, code: str, message: object, more: Mapping[str, Any]) -> Response:
    kept = {key: value for key, value in more.items() if value is not None}
    return Response({"code": code, "message": str(message), **kept}, status=http)


def _of_values(detail: Any) -> Response:
    """Values that are wrong: the first field in "field", all of them in "errors"."""
    errors = _flat(detail)
    field, texts = next(iter(errors.items()))
    more: dict[str, Any] = {"errors": errors}
    if field:
        more["field"] = field
    message = f"{field}: {texts[0]}" if field else texts[0]
    return _said(status.HTTP_400_BAD_REQUEST, "invalid", message, more)


def _flat(detail: Any, at: str = "") -> dict[str, list[str]]:
    """Errors by the dotted name of their field."""
    if isinstance(detail, Mapping):
        found: dict[str, list[str]] = {}
        for key, value in detail.items():
            name = "" if key == "non_field_errors" else str(key)
            found |= _flat(value, ".".join(part for part in (at, name) if part))
        return found
    if isinstance(detail, list):
        nested: dict[str, list[str]] = {}
        for value in detail:
            for name, texts in _flat(value, at).items():
                nested.setdefault(name, []).extend(texts)
        return nested
    return {at: [str(detail)]}


def _of_framework(error: exceptions.APIException) -> Response:
    """What the framework refuses, in our words."""
    codes = error.get_codes()
    code = codes if isinstance(codes, str) else "error"
    match error:
        case exceptions.NotAuthenticated():
            message = _("Sign in, or send a token: “Authorization: Token …”.")
        case exceptions.Throttled():
            message = _("That was too often in a short time. Please wait.")
        case exceptions.ParseError():
            code, message = "malformed", _("The body is not JSON that can be read.")
        case exceptions.MethodNotAllowed():
            message = _("This address does not do that.")
        case exceptions.UnsupportedMediaType():
            message = _("Send the body as application/json.")
        case exceptions.NotAcceptable():
            message = _("Answers are given as application/json.")
        case exceptions.PermissionDenied() if str(error.detail).startswith("CSRF"):
            code, message = "csrf", _("Signed in by the browser, send its CSRF token too: “X-CSRFToken: …”.")
        case _:
            message = str(error.detail)
    answered = _said(error.status_code, code, message, {})
    if getattr(error, "auth_header", None):
        answered["WWW-Authenticate"] = error.auth_header  # type: ignore[attr-defined]
    if getattr(error, "wait", None):
        answered["Retry-After"] = str(max(1, int(error.wait)))  # type: ignore[attr-defined]
    return answered


def plain(value: Any) -> Any:
    """A value as JSON says it: rows by their uid and name, quantities as numbers, moments in ISO 8601."""
    match value:
        case None | bool() | int() | float() | str():
            return value
        case Decimal():
            return int(value) if value == value.to_integral_value() else float(value)
        case datetime() | date():
            return value.isoformat()
        case UUID() | Promise():
            return str(value)
        case Mapping():
            return {str(key): plain(one) for key, one in value.items()}
        case list() | tuple() | set():
            return [plain(one) for one in value]
    uid = getattr(value, "uid", None)
    return {"uid": str(uid), "name": str(value)} if uid is not None else str(value)
