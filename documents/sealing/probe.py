"""At the start: a probe is signed and verified, so that trouble is known before the first document waits."""

import json

from common import clock, errands
from documents.sealing import asking
from documents.sealing.keys import KeyLacking, roots, to_seal_by

ERRAND = "documents.sealing.errand"
SECONDS = 40
PROBE = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]>>endobj\nxref\n0 4\n0000000000 65535 f \n0000000009 00000 n \n"
    b"0000000052 00000 n \n0000000101 00000 n \ntrailer<</Size 4/Root 1 0 R>>\nstartxref\n161\n%%EOF\n"
)


def try_seal() -> str:
    """Seal a page and judge it as anybody would; what went wrong, in words ("" when it holds)."""
    try:
        key, private = to_seal_by()
    except KeyLacking as lacking:
        return str(lacking)
    said = {
        "do": "seal",
        "key": private,
        "certificate": key.certificate,
        "chain": key.chain,
        "roots": roots(),
        "reason": "probe",
        "name": "",
        "at": clock.now().isoformat(),
    }
    try:
        sealed = errands.run(ERRAND, json.dumps(said).encode() + b"\n" + PROBE, seconds=SECONDS).partition(b"\n")[2]
        found = asking.examine(sealed)
    except errands.ErrandFailed as failed:
        return str(failed).strip().splitlines()[-1]
    return "" if found.is_valid else found.reason.value
