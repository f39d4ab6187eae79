"""How a stream is written: server-sent events, each with the cursor from which a reader goes on."""

import json
from collections.abc import Mapping

from activity.live.cursor import Cursor

BEAT = 15.0  # seconds between signs of life
RETRY = 1500  # milliseconds after which a browser comes again


def data(said: Mapping[str, object]) -> str:
    return json.dumps(said, ensure_ascii=False, separators=(",", ":"))


def block(event: str, said: Mapping[str, object] | str, cursor: str = "") -> bytes:
    """One event of the stream; JSON has no line breaks."""
    text = said if isinstance(said, str) else data(said)
    head = f"id: {cursor}\n" if cursor else ""
    return f"{head}event: {event}\ndata: {text}\n\n".encode()


def hello(projects: list[str]) -> bytes:
    """The first: which projects the stream tells of."""
    return f"retry: {RETRY}\n".encode() + block("hello", {"projects": projects})


def beat(cursor: Cursor) -> bytes:
    """A sign of life, and the place from which to go on."""
    return block("beat", {}, cursor.sealed())


def bye(why: str) -> bytes:
    """The last: rights, time or restart."""
    return block("bye", {"why": why})
