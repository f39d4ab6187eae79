"""Verification codes (验真码): 140 random bits that people can read out and type (rule C7)."""

import secrets
import unicodedata

SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's: no I, L, O, U, which are taken for 1, 1, 0, V
LENGTH = 28
GROUP = 4
TAKEN_FOR = str.maketrans("OIL", "011")
SPOKEN = frozenset(SIGNS)
LONGEST = 200  # characters typed or pasted that are looked at
PLACES = ("/verify/", "/check/")  # where a pasted address has its code


def new_code() -> str:
    """A code that nobody can guess, for one document."""
    return "".join(secrets.choice(SIGNS) for _ in range(LENGTH))


def in_groups(code: str) -> str:
    """As it is printed, in groups of four; codes of older documents as they are."""
    if len(code) != LENGTH or not SPOKEN.issuperset(code):
        return code
    return "-".join(code[at : at + GROUP] for at in range(0, LENGTH, GROUP))


def readings(said: str) -> list[str]:
    """What may be meant by what was typed: the code of an older document, and the new spelling, whatever its case and groups."""
    said = unicodedata.normalize("NFKC", said[:LONGEST]).strip()
    for place in PLACES:
        said = said.rpartition(place)[2].strip("/") if place in said else said
    old = "".join(said.split())
    new = "".join(one for one in old.upper().translate(TAKEN_FOR) if one in SPOKEN)
    return sorted({old, new} - {""})
