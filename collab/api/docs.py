"""The description of the API: as OpenAPI for programs, as a page for people."""

from functools import lru_cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.http import require_GET
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.renderers import OpenApiJsonRenderer, OpenApiYamlRenderer
from rest_framework.request import Request

from common.api.problems import Problem
from common.api.views import ApiView

KINDS: dict[str, tuple[Any, str]] = {
    "json": (OpenApiJsonRenderer, "application/vnd.oai.openapi+json"),
    "yaml": (OpenApiYamlRenderer, "application/yaml"),
}


class TokenDescribed(OpenApiAuthenticationExtension):
    """How the description of the API says it."""

    target_class = "people.api.TokenOfPerson"
    name = "token"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, Any]:
        return {"type": "apiKey", "in": "header", "name": "Authorization"}


@lru_cache(maxsize=2)
def schema_as(kind: str) -> bytes:
    """The description; made once per process, since nothing in it depends on who asks."""
    with translation.override("en"):
        found: Any = SchemaGenerator().get_schema(request=None, public=True)
        for name, shape in found["components"]["schemas"].items():
            if name.endswith("Body"):
                shape["additionalProperties"] = False
        for path in found["paths"].values():
            for operation in path.values():
                operation["summary"] = operation["description"].partition(". ")[0].rstrip(".")
        return KINDS[kind][0]().render(found, renderer_context={})


class Schema(ApiView):
    """The description for programs."""

    schema = None
    query = ("format",)

    def get(self, request: Request) -> HttpResponse:
        """OpenAPI 3 as YAML, or as JSON by `?format=json`."""
        kind = request.query_params.get("format", "yaml")
        if kind not in KINDS:
            raise Problem(400, "invalid", "format: json, yaml", field="format")
        return HttpResponse(schema_as(kind), content_type=f"{KINDS[kind][1]}; charset=utf-8")


@require_GET
def docs(request: HttpRequest) -> HttpResponse:
    """The description for people; calls can be tried on it as whom one is signed in."""
    return render(request, "collab/api_docs.html")
