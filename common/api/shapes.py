"""Shapes that several apps' addresses share, and how an address is described."""

from collections.abc import Callable
from typing import Any, TypeVar

from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema, inline_serializer
from rest_framework import serializers

from common.api.pages import MOST, USUAL

F = TypeVar("F", bound=Callable[..., Any])


class Named(serializers.Serializer):
    """A row by its uid and its name."""

    uid = serializers.UUIDField()
    name = serializers.CharField()


class ProblemShape(serializers.Serializer):
    """A refusal."""

    code = serializers.CharField(help_text="stable, for programs")
    message = serializers.CharField(help_text="for people, in their language")
    field = serializers.CharField(required=False, help_text="which value is meant")
    errors = serializers.DictField(child=serializers.ListField(child=serializers.CharField()), required=False)
    need = serializers.CharField(required=False, help_text="what must be sent along: confirm or reason")
    mine = serializers.DictField(required=False, help_text="what you sent")
    theirs = serializers.DictField(required=False, help_text="what somebody saved in between")


def page_shape(of: type[serializers.Serializer]) -> type[serializers.Serializer]:
    """A page of rows."""
    name = f"{of.__name__.removesuffix('Shape')}Page"
    said: dict[str, Any] = {
        "results": of(many=True),
        "next": serializers.CharField(allow_null=True, help_text="the cursor of the next page"),
    }
    return type(inline_serializer(name, said))


PAGING = [
    OpenApiParameter("limit", {"type": "integer", "minimum": 1, "maximum": MOST, "default": USUAL}, description="rows of a page"),
    OpenApiParameter(
        "cursor", {"type": "string", "pattern": "^[A-Za-z0-9_-]{21}[AQgw]$"}, description="as `next` of the page before said it"
    ),
]
IF_MATCH = OpenApiParameter(
    "If-Match", {"type": "string", "pattern": '^"[0-9]{1,9}"$', "example": '"7"'}, OpenApiParameter.HEADER, required=True,
    description="the version that was seen, as its ETag: `\"7\"`",
)  # fmt: skip
ONCE = OpenApiParameter(
    "Idempotency-Key", {"type": "string", "pattern": "^[!-~]{1,100}$"}, OpenApiParameter.HEADER,
    description="the same key with the same request does nothing twice",
)  # fmt: skip
REFUSALS = {
    400: "A value is wrong, unknown or missing.", 401: "Nobody is signed in, or the token does not hold.",
    403: "You see it, but may not.", 404: "It does not exist, or not for you.",
}  # fmt: skip
OF_ACTS = {
    409: "You may, but not now.",
    422: "It needs a confirmation or a reason, or the key was used otherwise.",
    429: "Too often.",
}
OF_VERSIONS = {412: "Somebody saved in between: both values.", 428: "The version that was seen is missing."}


def reads(shape: Any, *parameters: OpenApiParameter, **said: Any) -> Callable[[F], F]:
    """This address reads, and answers in this shape."""
    answers = {200: shape} | _problems(REFUSALS)
    return extend_schema(parameters=list(parameters), responses=answers, **said)


def acts(body: Any, shape: Any, *, status: int = 200, versioned: bool = True, **said: Any) -> Callable[[F], F]:
    """This address does something: with the version that was seen, once per key."""
    refusals = REFUSALS | OF_ACTS | (OF_VERSIONS if versioned else {})
    return extend_schema(
        request={"application/json": body}, responses={status: shape} | _problems(refusals),
        parameters=[IF_MATCH, ONCE] if versioned else [ONCE], **said,
    )  # fmt: skip


def _problems(texts: dict[int, str]) -> dict[int, Any]:
    return {status: OpenApiResponse(ProblemShape, text) for status, text in texts.items()}
