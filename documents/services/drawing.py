"""A signature drawn by hand: optional, beside the proof, a small PNG and nothing else."""

import base64
import binascii
from io import BytesIO

from django.utils.translation import gettext as _
from PIL import Image

from common.refusals import Refused
from documents.blobs import keep
from documents.models import Blob

LIMIT = 100 * 1024  # bytes
SIDE = 2400  # points
SIGN = b"\x89PNG\r\n\x1a\n"
PREFIX = "data:image/png;base64,"


def drawing_from(address: str) -> bytes:
    """The bytes of a data: address as the page sends it; nothing where nothing was drawn. Refused at the field."""
    if not address:
        return b""
    if not address.startswith(PREFIX) or len(address) > LIMIT * 2:
        raise _no_drawing()
    try:
        return base64.b64decode(address.removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError) as wrong:
        raise _no_drawing() from wrong


def check_drawing(content: bytes) -> None:
    """Refused unless it is a PNG by its bytes, small enough, and can be read to its end."""
    if len(content) > LIMIT:
        raise Refused(_("The drawn signature is too large (at most 100 kB)."), field="drawing", code="drawing")
    if not content.startswith(SIGN):
        raise _no_drawing()
    try:
        with Image.open(BytesIO(content), formats=["PNG"]) as picture:
            small = max(picture.size) <= SIDE
            picture.load() if small else None
    except Exception as wrong:  # whatever the decoder stumbles over, it is no picture
        raise _no_drawing() from wrong
    if not small:
        raise _no_drawing()


def keep_drawing(content: bytes) -> Blob | None:
    """The drawing as it is kept; None where nothing was drawn."""
    if not content:
        return None
    check_drawing(content)
    return keep(content, "image/png")


def _no_drawing() -> Refused:
    return Refused(_("The drawn signature could not be read; draw it again or leave it out."), field="drawing", code="drawing")
