"""Writes on documents: freeze, sign, object, note, pass on, chase, withdraw, supersede, finish."""

from documents.services.chasing import extend_signing, nudge
from documents.services.filing import close_signing, file_document
from documents.services.finishing import finish_document, print_document
from documents.services.freezing import freeze, object_anew, supersede, withdraw
from documents.services.many import sign_many
from documents.services.objecting import note_document, object_to
from documents.services.scans import hand_in_scan, judge_scan
from documents.services.signing import sign, sign_replayed, statement_for
from documents.services.slots import add_signer, pass_on, pass_on_slots

__all__ = [
    "add_signer",
    "close_signing",
    "extend_signing",
    "file_document",
    "finish_document",
    "freeze",
    "hand_in_scan",
    "judge_scan",
    "note_document",
    "nudge",
    "object_anew",
    "object_to",
    "pass_on",
    "pass_on_slots",
    "print_document",
    "sign",
    "sign_many",
    "sign_replayed",
    "statement_for",
    "supersede",
    "withdraw",
]
