"""What the API reads: bodies whose every field is known, versions in If-Match."""

import re
from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.request import Request

from common.api.problems import Problem

VERSION = re.compile(r'\s*(?:W/)?"(\d{1,9})"\s*')


class Body(serializers.Serializer):
    """The shape of a body; a field that it does not have is refused by name."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, dict):
            unknown = [str(name)[:60] for name in data if name not in self.fields]
            if unknown:
                raise serializers.ValidationError({name: [_("There is no such field here.")] for name in unknown})
        return super().to_internal_value(data)

    @classmethod
    def read(cls, request: Request, **context: Any) -> dict[str, Any]:
        """The values of a request's body. Errors: ValidationError by field."""
        body = cls(data=request.data, context=context)
        body.is_valid(raise_exception=True)
        return dict(body.validated_data)


def seen_version(request: Request) -> int:
    """The version that the caller saw: the number in If-Match. Errors: 428 without one, 400 when it is none of ours."""
    said = request.headers.get("If-Match")
    if said is None:
        raise Problem(428, "version_required", _('Send the version that you saw: “If-Match: "7"”, the ETag of the row.'))
    found = VERSION.fullmatch(said)
    if found is None:
        raise Problem(400, "bad_version", _('If-Match holds one version as the ETag says it, such as “"7"”.'), field="If-Match")
    return int(found[1])


def etag(version: int) -> str:
    """A row's version as its ETag."""
    return f'"{version}"'


class Scoped(serializers.UUIDField):
    """A row named by its uid, looked for only among those that belong here: `among(context)` says which."""

    def __init__(self, among: Callable[[dict[str, Any]], QuerySet[Any]], **options: Any) -> None:
        super().__init__(**options)
        self.among = among

    def to_internal_value(self, data: Any) -> Any:
        row = self.among(self.context).filter(uid=super().to_internal_value(data)).first()
        if row is None:
            raise serializers.ValidationError(_("There is none of this uid here."))
        return row
