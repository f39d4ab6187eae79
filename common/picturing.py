"""Draws a picture, or one page of a PDF, anew and small: a program of its own, so that a malicious file meets narrow limits.

Run as `python -I picturing.py KIND PAGE WIDTH`; the file comes on stdin; on stdout the number of pages, a line break, the
picture as WebP. Imports nothing of the application and gets nothing of its environment.
"""

import io
import resource
import sys
from contextlib import suppress

import pypdfium2
from PIL import Image, ImageOps

MEMORY = 900 * 1024**2
SECONDS = 15
POINTS = 60_000_000  # what is decoded whole; a JPEG can be read at a fraction of its size


def narrow_down() -> None:
    """From here on: so much memory, so many seconds, no files."""
    for what, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, SECONDS),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        with suppress(ValueError, OSError):  # not every system knows every limit
            resource.setrlimit(what, (most, most))


def picture(content: bytes, width: int) -> tuple[int, Image.Image]:
    """A picture, upright, at most so wide and high."""
    Image.MAX_IMAGE_PIXELS = None  # counted here
    with Image.open(io.BytesIO(content), formats=["PNG", "JPEG", "GIF", "WEBP"]) as found:
        found.draft("RGB", (width, width))
        if found.width * found.height > POINTS:
            raise ValueError("too many points")
        found.thumbnail((width, width), reducing_gap=2.0)
        upright = ImageOps.exif_transpose(found)
        return 1, upright.convert("RGBA" if "A" in upright.getbands() or "transparency" in upright.info else "RGB")


def page(content: bytes, number: int, width: int) -> tuple[int, Image.Image]:
    """One page of a PDF (from 1); its scripts, forms and links are not run."""
    document = pypdfium2.PdfDocument(content)
    found = document[number - 1]
    wide, high = found.get_size()
    drawn = found.render(scale=min(width / max(wide, high, 1), 4.0), may_draw_forms=False).to_pil()
    return len(document), drawn.convert("RGB")


def main(kind: str, number: str, width: str) -> None:
    """Read, draw, write."""
    narrow_down()
    content = sys.stdin.buffer.read()
    pages, drawn = page(content, int(number), int(width)) if kind == "pdf" else picture(content, int(width))
    out = io.BytesIO()
    drawn.save(out, "WEBP", quality=82, method=2)
    sys.stdout.buffer.write(f"{pages}\n".encode() + out.getvalue())


if __name__ == "__main__":
    main(*sys.argv[1:])
