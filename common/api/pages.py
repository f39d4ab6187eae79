"""Lists come in pages behind an opaque cursor: what is added meanwhile shifts nothing, and nothing is counted."""

import base64
import re
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils.translation import gettext as _
from rest_framework.request import Request

from common.api.problems import Problem
from common.api.rows import dumps
from common.typed import whole_number

USUAL, MOST = 50, 200
PAGING = ("limit", "cursor")
CURSOR = re.compile(r"[A-Za-z0-9_-]{21}[AQgw]")


def limit_of(request: Request) -> int:
    """How many rows are asked for. Errors: 400."""
    limit = whole_number(request.query_params.get("limit", str(USUAL)))
    if limit is None or not 1 <= limit <= MOST:
        raise Problem(400, "invalid", _("A page has from 1 to %d rows.") % MOST, field="limit")
    return limit


def page_of(
    request: Request, rows: QuerySet[Any], read: Callable[[QuerySet[Any]], list[dict[str, Any]]], *, scope: QuerySet[Any],
    newest_first: bool = False,
) -> HttpResponse:  # fmt: skip
    """One page of `rows` in the order in which they were made, and the cursor of the next.

    `scope` is where the cursor's row is looked for: what one may see, whether or not it (still) matches the filters.
    """
    limit = limit_of(request)
    after = _row_before(request, scope)
    if after is not None:
        rows = rows.filter(pk__lt=after) if newest_first else rows.filter(pk__gt=after)
    found = read(rows.order_by("-pk" if newest_first else "pk")[: limit + 1])
    more = len(found) > limit
    page = found[:limit]
    body = {"results": page, "next": _cursor(page[-1]["uid"]) if more else None}
    return HttpResponse(dumps(body), content_type="application/json")


def _cursor(uid: str) -> str:
    return base64.urlsafe_b64encode(UUID(uid).bytes).decode().rstrip("=")


def _row_before(request: Request, scope: QuerySet[Any]) -> int | None:
    said = request.query_params.get("cursor", "")
    if not said:
        return None
    if not CURSOR.fullmatch(said):
        raise Problem(400, "bad_cursor", _("This cursor leads nowhere. Take the one that the page before gave."), field="cursor")
    uid = UUID(bytes=base64.urlsafe_b64decode(said + "=="))
    key = scope.order_by().filter(uid=uid).values_list("pk", flat=True).first()
    if key is None:
        raise Problem(404, "bad_cursor", _("This cursor leads nowhere. Take the one that the page before gave."), field="cursor")
    return int(key)
