"""The errand of printing: HTML comes; a line of JSON that says how it went goes back, and behind it the PDF.

It knows WeasyPrint alone, which is slow to load, takes 200 MB while it prints, and needs system packages that may be missing.
"""

import ctypes.util
import gc
import json
import logging
import sys
from typing import Any

from common.errands import end_after

gc.disable()  # the process ends before there would be anything to collect
if sys.platform == "linux":  # the loader knows libraries by their names; to look for others starts compilers, fifty times
    ctypes.util.find_library = lambda name: None
try:
    import weasyprint
    from weasyprint.urls import FatalURLFetchingError, URLFetcher
except OSError as trouble:  # Pango or HarfBuzz is not installed on this machine
    LACKING = str(trouble) or "a library"
    URLFetcher, FatalURLFetchingError = object, OSError
else:
    LACKING = ""

SECONDS = 60  # as long as who sent it waits; forty clauses take two


class DataOnly(URLFetcher):  # type: ignore[misc,valid-type]
    """Anything but data: ends the printing, loudly."""

    def fetch(self, url: str, headers: Any = None) -> Any:
        if not url.lower().startswith("data:"):
            raise FatalURLFetchingError(f"a document may not fetch {url[:100]}")
        return super().fetch(url, headers)


class Listener(logging.Handler):
    """Hears of every character for which no font has a glyph."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.signs: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if str(record.msg).startswith(".notdef glyph") and isinstance(record.args, tuple):
            self.signs.append(str(record.args[0]))


def main() -> None:
    """Print what comes."""
    end_after(SECONDS)
    if LACKING:
        answer({"lacking": LACKING})
        return
    listener, logger = Listener(), logging.getLogger("weasyprint")
    logger.handlers, logger.propagate = [listener], False
    logger.setLevel(logging.WARNING)
    fetcher = DataOnly(allowed_protocols=("data",), allow_redirects=False, fail_on_errors=True)
    html = sys.stdin.buffer.read().decode()
    content: bytes = weasyprint.HTML(string=html, url_fetcher=fetcher).write_pdf()
    answer({"undrawn": "".join(dict.fromkeys(listener.signs))}, content)


def answer(said: dict[str, str], content: bytes = b"") -> None:
    sys.stdout.buffer.write(json.dumps(said).encode() + b"\n" + content)


if __name__ == "__main__":
    main()
