"""The texts of the product: which strings the code and the templates have, and what the catalogues say to them."""

import io
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize

APPS = ("common", "people", "activity", "documents", "projects", "tracking", "meetings", "lifecycle", "collab")
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
PLACES = re.compile(r"%\([a-zA-Z_]\w*\)[0-9.]*[sdfi]|%[0-9.]*[sdfi]|\{[a-zA-Z_]\w*\}")


@dataclass(frozen=True)
class Key:
    """What names a text: its context and its English (one, and many where it counts)."""

    context: str | None
    one: str
    many: str | None = None

    def __str__(self) -> str:
        return f"{self.context + ' | ' if self.context else ''}{self.one!r}"


@dataclass
class Findings:
    """What is wrong with the texts of one app."""

    missing: dict[Key, str] = field(default_factory=dict)
    fuzzy: list[Key] = field(default_factory=list)
    places: list[Key] = field(default_factory=list)
    quarrels: dict[Key, str] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.missing or self.fuzzy or self.places or self.quarrels)


def catalogue_path(app: str) -> Path:
    """Where the Chinese of an app lies."""
    return settings.BASE_DIR / app / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"


def app_of(path: Path) -> str:
    """Whose catalogue holds a file's strings: the app's own and its templates'; what all share is collab's."""
    parts = path.relative_to(settings.BASE_DIR).parts
    first = parts[1] if parts[0] == "templates" and len(parts) > 2 else parts[0]
    if first == "account":
        return "people"
    return first if first in APPS else "collab"


def _files() -> Iterator[Path]:
    for app in APPS:
        yield from sorted(p for p in (settings.BASE_DIR / app).rglob("*.py") if "migrations" not in p.parts)
    for kind in ("*.html", "*.txt"):
        yield from sorted((settings.BASE_DIR / "templates").rglob(kind))


def _keys(path: Path) -> Iterator[tuple[Key, int]]:
    """The texts of one file with their lines."""
    source = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        source = re.sub(r"(?m)^[ \t]+", "", templatize(source, origin=str(path)))  # Python's tokenizer minds the indentation
    found = cast(  # babel's own annotation names these four in another order
        Iterator[tuple[int, str, str | tuple[str | None, ...], list[str]]],
        extract_python(io.BytesIO(source.encode()), KEYWORDS, [], {}),
    )
    for line, function, said, _comments in found:
        words = said if isinstance(said, tuple) else (said,)
        if function not in KEYWORDS or not words or not isinstance(words[0], str):
            continue
        has_context, has_many = "pgettext" in function, function.startswith("n")
        context = words[0] if has_context else None
        rest = [word for word in words[1 if has_context else 0 :] if isinstance(word, str)]
        if rest and rest[0]:
            yield Key(context, rest[0], rest[1] if has_many and len(rest) > 1 else None), line


def texts_of_apps() -> dict[str, dict[Key, str]]:
    """Every text by the app whose catalogue must hold it, with one place where it stands."""
    found: dict[str, dict[Key, str]] = {app: {} for app in APPS}
    for path in _files():
        for key, line in _keys(path):
            found[app_of(path)].setdefault(key, f"{path.relative_to(settings.BASE_DIR)}:{line}")
    return found


def read_catalogue(app: str) -> Catalog:
    """An app's catalogue; a new one where there is none."""
    path = catalogue_path(app)
    if not path.exists():
        return Catalog(locale="zh_Hans", domain="django", project="Collab", version="", fuzzy=False)
    with path.open("rb") as handle:
        return read_po(handle, locale="zh_Hans", domain="django", abort_invalid=True)


def save_catalogue(app: str, catalogue: Catalog) -> None:
    """Write an app's catalogue; places without line numbers, so that moving code changes nothing in it."""
    catalogue.header_comment = ""
    path = catalogue_path(app)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as handle:
        write_po(handle, catalogue, width=120, include_lineno=False, ignore_obsolete=True)


def _said(catalogue: Catalog, key: Key) -> tuple[str, bool] | None:
    """The translation of a text, and whether it is doubtful."""
    message = catalogue.get(key.one, context=key.context)
    if message is None:
        return None
    said = _first(message.string)
    return (said, message.fuzzy) if said else None


def _first(said: str | Sequence[str] | None) -> str:
    """A text as it stands; of one that counts, the first of its forms (Chinese has no other)."""
    return said if isinstance(said, str) else "".join((said or ())[:1])


def _quarrels(catalogues: Mapping[str, Catalog]) -> dict[str, dict[Key, str]]:
    """Per app: what its catalogue says otherwise than an app's before it; merged, one of the two would be lost by chance."""
    first: dict[Key, tuple[str, str]] = {}
    found: dict[str, dict[Key, str]] = {app: {} for app in catalogues}
    for app, catalogue in catalogues.items():
        for message in catalogue:
            said = _first(message.string)
            if not message.id or not said:
                continue
            key = Key(message.context, _first(message.id))
            other, words = first.setdefault(key, (app, said))
            if words != said:
                found[app][key] = f"{said} here, {words} in {other}"
    return found


def judge() -> dict[str, Findings]:
    """Per app: texts without Chinese, doubtful ones, ones whose placeholders differ, ones that two catalogues say differently.

    A text that several apps use needs to be said once, in any of their catalogues; Django merges them.
    """
    catalogues = {app: read_catalogue(app) for app in APPS}
    judged = {app: Findings(quarrels=found) for app, found in _quarrels(catalogues).items()}
    for app, texts in texts_of_apps().items():
        for key, place in texts.items():
            said = _said(catalogues[app], key) or next(
                (found for other in APPS if (found := _said(catalogues[other], key))), None
            )
            if said is None:
                judged[app].missing[key] = place
            elif said[1]:
                judged[app].fuzzy.append(key)
            elif not _same_places(key, said[0]):
                judged[app].places.append(key)
    return judged


def _same_places(key: Key, said: str) -> bool:
    """Whether a translation fills the same placeholders; the number itself may be left out of neither."""
    wanted = set(PLACES.findall(key.many or key.one)) | (set(PLACES.findall(key.one)) if not key.many else set())
    return wanted == set(PLACES.findall(said))


def write_missing() -> int:
    """Put an empty entry for every missing text into its app's catalogue; how many were put."""
    count = 0
    for app, findings in judge().items():
        if not findings.missing:
            continue
        catalogue = read_catalogue(app)
        for key, place in findings.missing.items():
            flags = ["python-format"] if "%" in key.one and PLACES.search(key.one) else []
            name, _colon, line = place.rpartition(":")
            catalogue.add(
                (key.one, key.many) if key.many else key.one,
                context=key.context,
                flags=flags,
                locations=[(name, int(line))],
            )
            count += 1
        save_catalogue(app, catalogue)
    return count


def compile_all() -> int:
    """Make the .mo files; how many."""
    count = 0
    for app in APPS:
        path = catalogue_path(app)
        if not path.exists():
            continue
        half = path.with_suffix(f".{os.getpid()}")
        with half.open("wb") as handle:
            write_mo(handle, read_catalogue(app))
        half.replace(path.with_suffix(".mo"))  # whoever reads meanwhile finds a whole one
        count += 1
    return count
