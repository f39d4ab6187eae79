"""Every text is there in both languages, and whoever forgets one is told where."""

from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from django.core.management import CommandError, call_command

from collab import texts

CODE = """
from x import gettext as _, ngettext, pgettext
_("Open %(n)s")
pgettext("door", "Open")
ngettext("%d cat", "%d cats", 2)
"""
PAGE = """{% load i18n %}
  {% translate "Hello" %}
{% blocktranslate count n=c trimmed %}{{ n }} dog{% plural %}{{ n }} dogs{% endblocktranslate %}
"""


@pytest.fixture
def house(tmp_path: Path, settings: object, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A little product of one app and its template."""
    settings.BASE_DIR = tmp_path  # type: ignore[attr-defined]
    monkeypatch.setattr(texts, "APPS", ("shop", "collab"))
    (tmp_path / "shop").mkdir()
    (tmp_path / "templates" / "shop").mkdir(parents=True)
    (tmp_path / "shop" / "views.py").write_text(CODE)
    (tmp_path / "templates" / "shop" / "a.html").write_text(PAGE)
    (tmp_path / "templates" / "base.html").write_text('{% load i18n %}{% translate "Frame" context "house" %}')
    return tmp_path


def test_python_and_templates_are_read_with_contexts_and_plurals(house: Path) -> None:
    found = texts.texts_of_apps()
    assert {(key.context, key.one, key.many) for key in found["shop"]} == {
        (None, "Open %(n)s", None),
        ("door", "Open", None),
        (None, "%d cat", "%d cats"),
        (None, "Hello", None),
        (None, "%(n)s dog", "%(n)s dogs"),
    }
    assert [(key.context, key.one) for key in found["collab"]] == [("house", "Frame")]


def test_missing_doubtful_and_broken_ones_are_listed(house: Path, capsys: pytest.CaptureFixture[str]) -> None:
    catalogue = Catalog(locale="zh_Hans")
    catalogue.add("Open %(n)s", "打开")
    catalogue.add("Hello", "你好", flags=["fuzzy"])
    catalogue.add(("%(n)s dog", "%(n)s dogs"), ("%(n)s 只狗",))
    texts.save_catalogue("shop", catalogue)
    with pytest.raises(CommandError, match="5 texts need work"):
        call_command("texts", "--check")
    said = capsys.readouterr().out
    assert "placeholders differ 'Open %(n)s'" in said
    assert "doubtful 'Hello'" in said
    assert "templates/base.html:1  house | 'Frame'" in said


def test_empty_entries_are_added_once_and_only_where_they_belong(house: Path) -> None:
    call_command("texts", "--write")
    once = texts.catalogue_path("shop").read_text()
    assert 'msgid "Hello"\nmsgstr ""' in once
    assert "Frame" not in once
    call_command("texts", "--write")
    assert texts.catalogue_path("shop").read_text().count('msgid "Hello"') == 1


def test_catalogues_compile_without_system_tools(house: Path) -> None:
    call_command("texts", "--write")
    call_command("texts", "--compile")
    assert texts.catalogue_path("shop").with_suffix(".mo").stat().st_size > 0


def test_two_catalogues_that_say_one_text_differently_are_listed(house: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for app, said in (("shop", "开"), ("collab", "打开")):
        catalogue = Catalog(locale="zh_Hans")
        catalogue.add("Open", said, context="door")
        catalogue.add("Open", said if app == "shop" else "营业中", context=app)
        catalogue.add("Close", "关")
        texts.save_catalogue(app, catalogue)
    with pytest.raises(CommandError):
        call_command("texts", "--check")
    said = capsys.readouterr().out
    assert "said differently door | 'Open': 打开 here, 开 in shop" in said
    assert said.count("said differently") == 1
