"""What the API reads: bodies whose every field is known, versions in If-Match."""

import re
from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request

from common.api.problems import Problem
from common.refusals import Refused

LONGEST = 2_000
VERSION = re.compile(r'"([0-9]{1,9})"')
DIGITS = re.compile(r"[0-9]{1,12}(\.[0-9]{1,2})?")
UID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


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
    found = VERSION.fullmatch(said.strip())
    if found is None:
        raise Problem(400, "bad_version", _('If-Match holds one version as the ETag says it, such as “"7"”.'), field="If-Match")
    return int(found[1])


def etag(version: int) -> str:
    """A row's version as its ETag."""
    return f'"{version}"'


@extend_schema_field({"type": "string", "maxLength": LONGEST})
class Text(serializers.CharField):
    """A text that may be left out, or be empty; never a number."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"required": False, "allow_blank": True, "max_length": LONGEST} | options)

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return str(super().to_internal_value(data))


@extend_schema_field({"type": "string", "maxLength": LONGEST, "pattern": r"\S"})
class Words(Text):
    """A text that has to say something."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"required": True, "allow_blank": False} | options)


@extend_schema_field({"type": "boolean", "default": False})
class Flag(serializers.BooleanField):
    """True or false, nothing that looks like it."""

    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool):
            self.fail("invalid", input=data)
        return data


@extend_schema_field(
    {
        "anyOf": [
            {"type": "number", "minimum": 0, "maximum": 999_999_999_999, "multipleOf": 0.01},
            {"type": "string", "pattern": r"^[0-9]{1,12}(\.[0-9]{1,2})?$"},
        ]
    }
)
class Quantity(serializers.DecimalField):
    """A quantity or a percentage with at most two decimals, as a number or in digits."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"max_digits": 14, "decimal_places": 2, "min_value": 0} | options)

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, bool) or (isinstance(data, str) and not DIGITS.fullmatch(data)):
            self.fail("invalid")
        return super().to_internal_value(data)


class Scoped(serializers.UUIDField):
    """A row named by its uid, looked for only among those that belong here: `among(context)` says which. Errors: 409."""

    def __init__(self, among: Callable[[dict[str, Any]], QuerySet[Any]], **options: Any) -> None:
        super().__init__(**options)
        self.among = among

    def to_internal_value(self, data: Any) -> Any:
        if not (isinstance(data, str) and UID.fullmatch(data)):
            self.fail("invalid", value=data)
        row = self.among(self.context).filter(uid=data).first()
        if row is None:
            raise Refused(_("There is none of this uid here."), field=self.field_name, code="not_here")
        return row
