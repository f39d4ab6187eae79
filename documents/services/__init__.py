"""Writes on documents: freeze, sign, object, note, withdraw, supersede, finish."""

from documents.services.finishing import finish_document, print_document
from documents.services.freezing import freeze, supersede, withdraw
from documents.services.objecting import note_document, object_to
from documents.services.signing import sign, sign_replayed, statement_for
from documents.services.slots import pass_on_slots

__all__ = [
    "finish_document",
    "freeze",
    "note_document",
    "object_to",
    "pass_on_slots",
    "print_document",
    "sign",
    "sign_replayed",
    "statement_for",
    "supersede",
    "withdraw",
]
