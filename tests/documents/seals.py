"""Keys and PDFs for the tests of the seal, made once in this process."""

import json
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from shutil import copytree
from tempfile import mkdtemp
from typing import Any

from pyhanko.sign import SimpleSigner

from common import clock, errands
from documents import pdf
from documents.sealing.asking import ERRAND
from documents.sealing.certificates import Pair, make_authority, make_seal
from documents.sealing.errand import Asked

MOMENT = datetime(2026, 4, 14, 2, 0, tzinfo=UTC)  # the morning of the kick-off
HOUSE, OTHERS = "示例公司", "别的公司"


@cache
def authority(name: str) -> Pair:
    """An authority of its own."""
    with clock.at(MOMENT):
        return make_authority(name)


@cache
def key(name: str) -> Pair:
    """A key to seal by under it."""
    with clock.at(MOMENT):
        return make_seal(authority(name), name)


@cache
def printed() -> bytes:
    """Two pages of Chinese."""
    return pdf.print_html('<meta charset="utf-8"><p>协作备忘录</p><p style="break-before:page">单𠮷安</p>')


def seal(content: bytes, pair: Pair | None = None, **more: Any) -> tuple[dict[str, Any], bytes]:
    """What the errand answers, and the sealed PDF."""
    pair = pair or key(HOUSE)
    said = {"do": "seal", "key": pair.key, "certificate": pair.certificate, "chain": pair.chain, "roots": [pair.chain]}
    said |= {"reason": "全部签署完毕", "name": HOUSE, "at": MOMENT.isoformat()} | more
    answer = errands.run(ERRAND, json.dumps(said).encode() + b"\n" + content, seconds=60)
    head, _line, made = answer.partition(b"\n")
    return json.loads(head), made


@cache
def sealed() -> bytes:
    """The two pages, sealed."""
    return seal(printed())[1]


def signer(pair: Pair) -> SimpleSigner:
    """The same key in pyHanko's own hands, for what somebody else might do with it."""
    return Asked({"key": pair.key, "certificate": pair.certificate, "chain": pair.chain}, b"").signer()


@cache
def _kept() -> Path:
    """A directory of keys as the first start makes it."""
    folder = Path(mkdtemp(prefix="collab-keys-"))
    for name, text in (
        ("authority.key", authority(HOUSE).key),
        ("authority.pem", authority(HOUSE).certificate),
        (f"seal-{key(HOUSE).fingerprint[:32]}.key", key(HOUSE).key),
        (f"seal-{key(HOUSE).fingerprint[:32]}.pem", key(HOUSE).certificate),
    ):
        (folder / name).write_text(text, "ascii")
    return folder


def keys_in(folder: Path) -> Path:
    """The same keys for one test; to make new ones takes a second."""
    return Path(copytree(_kept(), folder))
