"""A sealed PDF is judged by its bytes: genuine, altered, cut off, added to, sealed by somebody else."""

import random
import re
import subprocess
from io import BytesIO
from pathlib import Path

import pytest
from pyhanko.pdf_utils.generic import TextStringObject
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import PdfSignatureMetadata, sign_pdf
from pyhanko.sign.general import SigningError

from documents.sealing.checks import check_pdf
from documents.sealing.findings import Findings, Reason
from tests.documents import seals

ROOTS = [seals.authority(seals.HOUSE).certificate]
CHANGES = 200


def padding(content: bytes) -> range:
    """Where the room lies that was reserved for the seal and is not filled by it: zeros, as hexadecimal figures."""
    room = re.search(rb"/Contents\s*<([0-9a-fA-F]+)>", content)
    assert room is not None
    return range(room.start(1) + len(room[1].rstrip(b"0")) + 1, room.end(1))


def pdfsig(content: bytes, folder: Path) -> str:
    """What poppler says of the seal."""
    file = folder / "sealed.pdf"
    file.write_bytes(content)
    return subprocess.run(["pdfsig", "-nocert", str(file)], capture_output=True, check=True, text=True).stdout


def test_what_was_sealed_is_valid_and_says_by_whom_and_when(tmp_path: Path) -> None:
    found = check_pdf(seals.sealed(), ROOTS)
    assert found.reason == Reason.VALID
    assert found.fingerprint == seals.key(seals.HOUSE).fingerprint
    assert found.sealed_at == seals.MOMENT
    assert seals.HOUSE in found.sealed_by
    assert found.timed_by == ""
    assert Findings.read(found.plain()) == found
    said = pdfsig(seals.sealed(), tmp_path)
    assert "Signature Validation: Signature is Valid." in said
    assert "Total document signed" in said
    assert "ETSI.CAdES.detached" in said
    assert said.count("Signature #") == 1


def test_the_seal_certifies_and_allows_no_change() -> None:
    seal = PdfFileReader(BytesIO(seals.sealed())).embedded_signatures[0]
    assert seal.docmdp_level is not None
    assert seal.docmdp_level.name == "NO_CHANGES"


def test_a_single_byte_changed_anywhere_is_found() -> None:
    content, chance = seals.sealed(), random.Random(20260415)
    free = padding(content)
    places = [place for place in chance.sample(range(len(content)), CHANGES * 3) if place not in free][:CHANGES]
    assert len(places) == CHANGES
    for place in places:
        other = bytes([content[place] ^ (1 << chance.randrange(8))])
        found = check_pdf(content[:place] + other + content[place + 1 :], ROOTS)
        same_figure = other.lower() == content[place : place + 1].lower()
        assert found.reason in {Reason.ALTERED, Reason.FOREIGN} or same_figure, (
            place,
            content[place - 30 : place + 30],
            other,
            found,
        )


def test_padding_within_the_seal_is_told_by_the_hash_of_the_whole_file() -> None:
    content = seals.sealed()
    place = padding(content)[-10]
    other = content[:place] + b"7" + content[place + 1 :]
    assert check_pdf(other, ROOTS).sha256 != check_pdf(content, ROOTS).sha256


def test_a_file_that_is_cut_off_is_called_so() -> None:
    content, chance = seals.sealed(), random.Random(7)
    first = len(seals.printed())
    for end in [*chance.sample(range(first + 2000, len(content)), 20), len(content) - 1, first // 2]:
        if content[:end].rstrip().endswith(b"%%EOF"):
            continue
        found = check_pdf(content[:end], ROOTS)
        assert found.reason == Reason.TRUNCATED, (end, len(content), found)


def test_the_state_before_sealing_carries_no_seal() -> None:
    assert check_pdf(seals.printed(), ROOTS).reason == Reason.UNSEALED
    assert check_pdf(seals.sealed()[: len(seals.printed())], ROOTS).reason == Reason.UNSEALED


def test_a_revision_added_afterwards_is_found() -> None:
    writer = IncrementalPdfFileWriter(BytesIO(seals.sealed()))
    writer.root["/Lang"] = TextStringObject("en")
    writer.update_root()
    out = BytesIO()
    writer.write(out)
    assert check_pdf(out.getvalue(), ROOTS).reason == Reason.APPENDED
    assert check_pdf(seals.sealed() + b"\n% one more line\n%%EOF\n", ROOTS).reason == Reason.APPENDED


def test_a_program_that_obeys_adds_no_signature() -> None:
    with pytest.raises(SigningError, match="forbids all changes"):
        sign_pdf(
            IncrementalPdfFileWriter(BytesIO(seals.sealed())),
            PdfSignatureMetadata(field_name="Other"),
            signer=seals.signer(seals.key(seals.OTHERS)),
        )


def test_another_house_seals_its_own_papers() -> None:
    foreign = seals.seal(seals.printed(), seals.key(seals.OTHERS))[1]
    assert check_pdf(foreign, ROOTS).reason == Reason.FOREIGN
    assert check_pdf(foreign, [seals.authority(seals.OTHERS).certificate]).is_valid


def test_a_signature_that_certifies_nothing_is_no_seal() -> None:
    out = sign_pdf(
        IncrementalPdfFileWriter(BytesIO(seals.printed())),
        PdfSignatureMetadata(field_name="Sig"),
        signer=seals.signer(seals.key(seals.HOUSE)),
    )
    assert not check_pdf(out.getvalue(), ROOTS).is_valid


@pytest.mark.parametrize("content", [b"", b"hello", b"%PDF-1.7\nnothing\n%%EOF\n", b"\0" * 5000, b"/ByteRange [0 1 2 3]"])
def test_what_is_no_pdf_is_no_accident(content: bytes) -> None:
    assert not check_pdf(content, ROOTS).is_valid
