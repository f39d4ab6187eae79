"""Every present moment comes from common.clock; no other code asks the system or the database."""

import ast
import re

from tests.house.source import ROOT, Source, sources, written

ASKS = re.compile(
    r"\b(timezone\.now|timezone\.localdate|datetime\.(now|utcnow|today|datetime\.now)|date\.today|dt\.date\.today|time\.time\b|"
    r"time\.localtime|time\.gmtime|functions\.Now)\b"
)
SQL = re.compile(
    r"\b(now\(\)|current_timestamp|current_date|clock_timestamp|localtimestamp|datetime\('now'\)|date\('now'\))", re.I
)
FIELDS = re.compile(r"\bauto_now(_add)?\s*=")


def others(source: Source) -> list[str]:
    """Where a file asks another clock, in code or in SQL."""
    found = []
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Call) and ASKS.search(ast.unparse(node.func)):
            found.append(f"{source.name}:{node.lineno} {ast.unparse(node.func)}")
        if isinstance(node, ast.Call) and any(FIELDS.search(f"{word.arg}=") for word in node.keywords if word.arg):
            found.append(f"{source.name}:{node.lineno} auto_now")
        if isinstance(node, ast.Attribute | ast.Name) and ast.unparse(node) in (
            "timezone.now",
            "datetime.now",
            "date.today",
            "Now",
        ):
            found.append(f"{source.name}:{node.lineno} {ast.unparse(node)}")
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and _is_sql(node.value) and SQL.search(node.value):
            found.append(f"{source.name}:{node.lineno} SQL's own clock")
    return found


def _is_sql(text: str) -> bool:
    return bool(re.search(r"\b(select|update|insert|delete)\b.*\b(from|set|into)\b", text, re.I | re.S))


def test_only_the_clock_asks_what_time_it_is() -> None:
    found = {line for s in sources() if s.name != "common/clock.py" for line in others(s)}
    assert sorted(found) == []


def test_templates_do_not_ask_for_the_time() -> None:
    asks = re.compile(r"{%\s*now\b")
    assert [str(f.relative_to(ROOT)) for f in (ROOT / "templates").rglob("*.*") if asks.search(f.read_text("utf-8"))] == []


def test_the_check_sees_what_it_forbids() -> None:
    for text in (
        "timezone.now()", "datetime.now(UTC)", "dt.datetime.now()", "date.today()", "DateTimeField(auto_now_add=True)",
        "DateField(default=timezone.now)", "cursor.execute('UPDATE a SET b = now()')", "datetime.utcnow()",
        "rows.filter(at=Now())",
    ):  # fmt: skip
        assert others(written("people/x.py", text)), text
    assert not others(written("people/x.py", "clock.now(); time.monotonic()"))
