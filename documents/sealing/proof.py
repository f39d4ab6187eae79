"""The proof file: all that speaks for a sealed document as canonical JSON, signed by the key of the seal.

`{"proof": {…}, "signature": {"algorithm", "certificate", "chain", "value"}}`; the signature (base64) is over the canonical
JSON of "proof" (RSA PKCS#1 v1.5 or ECDSA, SHA-256). Read by `manage.py verify_document`, without a database as well.
"""

import json
from typing import Any

from django.contrib.contenttypes.models import ContentType

from activity.models import Event, LedgerEntry
from common import errands
from common.canonical import canonical
from documents.canonical import signature_digest
from documents.levels import level_of
from documents.models import Document, PaperCopy, SealKey, Signature, Slot

FORMAT = "collab-proof/1"
ERRAND = "documents.sealing.errand"
SECONDS = 40


def proof_of(document: Document, key: SealKey, private: str) -> bytes:
    """The proof file of a document that has been sealed."""
    facts = facts_of(document)
    said = {"do": "sign", "key": private}
    answer = errands.run(ERRAND, json.dumps(said).encode() + b"\n" + canonical(facts), seconds=SECONDS)
    signature = {
        "algorithm": "SHA-256",
        "certificate": key.certificate,
        "chain": key.chain,
        "value": json.loads(answer.partition(b"\n")[0])["signature"],
    }
    return canonical({"proof": facts, "signature": signature})


def facts_of(document: Document) -> dict[str, Any]:
    """What the file says: the document and its hash, who stood where and signed how, the seal, the ledger's digests."""
    slots = document.slots.select_related(
        "department", "signer", "signature__signer", "signature__on_behalf_of", "signature__paper__uploaded_by",
        "signature__paper__judged_by",
    )  # fmt: skip
    return {
        "format": FORMAT,
        "document": _document(document),
        "slots": [_slot(slot) for slot in slots],
        "seal": _seal(document),
        "ledger": _ledger(document),
    }


def _document(document: Document) -> dict[str, Any]:
    return {
        "uid": document.uid,
        "kind": document.kind,
        "number": document.number,
        "title": document.title,
        "version": document.version,
        "code": document.code,
        "sha256": document.sha256,
        "content": document.snapshot,
        "amends": document.amends.sha256 if document.amends else None,
        "frozen_at": document.created_at,
        "signed_by_all_at": document.completed_at,
    }


def _slot(slot: Slot) -> dict[str, Any]:
    signature = getattr(slot, "signature", None)
    return {
        "uid": slot.uid,
        "department": slot.department.name,
        "signer": slot.signer.name,
        "role": slot.role,
        "stage": slot.stage,
        "state": slot.state,
        "noted_at": slot.noted_at,
        "signature": _signature(signature) if signature else None,
    }


def _signature(signature: Signature) -> dict[str, Any]:
    return {
        "uid": signature.uid,
        "signer": signature.signer.name,
        "signer_title": signature.signer.title,
        "on_behalf_of": signature.on_behalf_of.name if signature.on_behalf_of else None,
        "mandate": signature.mandate,
        "method": signature.method,
        "level": level_of(signature.method),
        "evidence": signature.evidence,
        "statement": signature.statement,
        "remark": signature.remark,
        "drawing": signature.drawing_id,
        "paper": _paper(signature.paper) if signature.paper else None,
        "document_sha256": signature.document_sha256,
        "signed_at": signature.signed_at,
        "address": signature.address,
        "agent": signature.agent,
        "digest": signature_digest(signature),
    }


def _paper(copy: PaperCopy) -> dict[str, Any]:
    return {
        "scan": copy.blob_id,
        "signed_on": copy.signed_on,
        "uploaded_by": copy.uploaded_by.name,
        "uploaded_at": copy.uploaded_at,
        "compared_by": copy.judged_by.name if copy.judged_by else None,
        "compared_at": copy.judged_at,
    }


def _seal(document: Document) -> dict[str, Any]:
    sealing = document.sealing
    return {
        "sha256": document.sealed_pdf_id,
        "final_sha256": document.final_pdf_id,
        "fingerprint": sealing.key.fingerprint if sealing.key else None,
        "certificate": sealing.key.certificate if sealing.key else None,
        "sealed_at": sealing.sealed_at,
        "is_timestamped": sealing.is_timestamped,
        "note": sealing.trouble,
    }


def _ledger(document: Document) -> list[dict[str, Any]]:
    """The acts on this document, each with its place in the ledger where it has one by now."""
    kind = ContentType.objects.get_for_model(Document)
    events = Event.objects.filter(content_type=kind, object_id=document.pk).order_by("pk")
    entries = {entry.event_id: entry for entry in LedgerEntry.objects.filter(event__in=events)}
    said = []
    for event in events:
        entry = entries.get(event.pk)
        said.append(
            {
                "event": event.uid,
                "verb": event.verb,
                "at": event.at,
                "number": entry.number if entry else None,
                "digest": entry.digest if entry else None,
            }
        )
    return said
