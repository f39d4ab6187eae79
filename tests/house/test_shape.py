"""Files fit on a few screens; functions say their types."""

import ast
import re

from tests.house.source import ROOT, sources

HARD_STOP = 400


def test_no_file_is_longer_than_the_hard_stop() -> None:
    files = [s.path for s in sources()] + sorted((ROOT / "tests").rglob("*.py")) + sorted((ROOT / "templates").rglob("*.html"))
    long = {str(f.relative_to(ROOT)): n for f in files if (n := len(f.read_text("utf-8").splitlines())) > HARD_STOP}
    assert long == {}


def test_every_module_says_what_it_is_for() -> None:
    silent = [s.name for s in sources() if s.path.name != "__init__.py" and s.tree.body and not ast.get_docstring(s.tree)]
    assert silent == []


def test_every_setting_of_the_environment_stands_in_the_readme() -> None:
    source = (ROOT / "collab" / "env.py").read_text("utf-8")
    readme = (ROOT / "README.md").read_text("utf-8")
    names = {
        node.value
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.isupper() and node.value.isidentifier()
        and len(node.value) > 3 and not node.value.startswith(("IMMEDIATE", "EMAIL_", "NAME", "ENGINE", "CONN", "OPTIONS"))
        and node.value not in ("USER", "PASSWORD", "HOST", "BACKEND")
    }  # fmt: skip
    assert {"COLLAB_DATA", "DATABASE_URL", "PORT"} <= names
    assert sorted(name for name in names if f"`{name}`" not in readme) == []


def test_templates_carry_no_script_and_no_style_but_widths() -> None:
    """The policy of what a browser may load forbids them; they would be silently dead."""
    script = r"<script(?![^>]*\bsrc=)(?![^>]*type=\"application/json\")[^>]*>"
    bad = re.compile(script + r"|<style\b|\son\w+=[\"']|style=\"(?!(?:width|left|--))")
    found = [
        f"{file.relative_to(ROOT)}: {match[0]}"
        for file in sorted((ROOT / "templates").rglob("*.html"))
        if "pdf" not in file.parts
        for match in bad.finditer(file.read_text("utf-8"))
    ]
    assert found == []
