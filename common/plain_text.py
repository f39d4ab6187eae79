"""Text that people typed and that is signed or printed: it reads as it is written, from one end to the other."""

import unicodedata

from django.utils.translation import gettext as _

from common.refusals import Refused

TURNING = dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A)))  # they let a line read otherwise than it is written
LINES = "\n\r\t"


def plain_text(text: str, field: str) -> str:
    """Without space around it and without signs that turn its direction; Refused where it holds what is no character."""
    said = text.translate(TURNING).strip()
    if any(_is_none(sign) for sign in said):
        raise Refused(_("It contains a sign that is no character; please type it anew."), field=field, code="no_character")
    return said


def _is_none(sign: str) -> bool:
    """Control characters, halves of characters, and the places that Unicode leaves empty for good."""
    code = ord(sign)
    if unicodedata.category(sign) in ("Cc", "Cs"):
        return sign not in LINES
    return code & 0xFFFE == 0xFFFE or 0xFDD0 <= code <= 0xFDEF
