"""Vague words that promise nothing: pointed out where they are typed, never refused (rule B2)."""

import re

CHINESE = (
    "尽快|尽早|尽量|尽可能|大概|大约|大致|左右|差不多|基本上|基本完成|适当|适时|若干|相关部门|有关部门|进一步|争取|力争|原则上|近期|不久|抓紧|"
    "及时|合理|较好|较快|较高|显著|明显|良好|视情况|待定|等等|上下"
)
ENGLISH = (
    r"as soon as possible|asap|about|around|approximately|roughly|more or less|soon|shortly|in due course|timely|promptly|"
    r"as appropriate|if possible|where possible|reasonable|reasonably|adequate|significantly|substantially|improve|better|"
    r"some|several|etc\.?|and so on|tbd|to be determined"
)
_WORDS = re.compile(rf"(?:{CHINESE})|\b(?:{ENGLISH})(?!\w)", re.I)


def vague_words(text: str) -> list[str]:
    """The vague words in a text, each once, in order."""
    return list(dict.fromkeys(found.group(0) for found in _WORDS.finditer(text or "")))
