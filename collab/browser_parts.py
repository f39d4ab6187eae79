"""Which files of the browser packages are served: only those that pages load."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.contrib.staticfiles.finders import AppDirectoriesFinder, FileSystemFinder
from whitenoise.compress import Compressor
from whitenoise.storage import CompressedManifestStaticFilesStorage

SERVED = {
    "tabler/css/tabler.min.css",
    "tabler/css/tabler.min.css.map",
    "tabler/js/tabler.min.js",
    "tabler/js/tabler.min.js.map",
    "signature_pad/signature_pad.min.js",
    "signature_pad/signature_pad.min.js.map",
    "fullcalendar/index.global.min.js",
    "fullcalendar_locales/zh-cn.global.min.js",
}
SWAGGER = "drf_spectacular_sidecar/swagger-ui-dist/"
OF_APPS = {
    SWAGGER + name for name in ("swagger-ui.css", "swagger-ui.css.map", "swagger-ui-bundle.js", "swagger-ui-bundle.js.map")
}
LEFT_OUT = ("rest_framework/", "drf_spectacular_sidecar/")


class WhatPagesUse(FileSystemFinder):
    """All files of our own; of the packages those named above, since collecting a thousand others would slow every start."""

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, Any]]:
        for path, storage in super().list(ignore_patterns):
            prefix = getattr(storage, "prefix", None)
            if not prefix or f"{prefix}/{path}" in SERVED:
                yield path, storage


class WhatAppsBring(AppDirectoriesFinder):
    """The files of apps; of those made for the API's description only what its page loads."""

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, Any]]:
        for path, storage in super().list(ignore_patterns):
            if path in OF_APPS or not path.startswith(LEFT_OUT):
                yield path, storage


class Compressed(CompressedManifestStaticFilesStorage):
    """Names that change with the content; compressed by gzip alone, since brotli takes ten times as long at first start."""

    # our modules name each other, there too by the names that change; what packages bring is left as it is
    patterns = (
        *CompressedManifestStaticFilesStorage.patterns,
        (
            "js/*.js",
            ((r"""(?P<matched>import (?P<what>{[^}]*}) from "(?P<url>[./][^"]+)";)""", """import %(what)s from "%(url)s";"""),),
        ),
    )

    def create_compressor(self, **options: Any) -> Compressor:
        return super().create_compressor(use_brotli=False, **options)
