"""The source as the checks of the house read it."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
FLOORS = ["common", "people", "activity", "documents", "projects", "tracking", "meetings", "lifecycle", "collab"]
BY_NAME = ("import_module", "import_string", "__import__")


@dataclass(frozen=True)
class Source:
    """One file of the product."""

    path: Path

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.path.read_text(encoding="utf-8"), str(self.path))

    @property
    def name(self) -> str:
        return str(self.path.relative_to(ROOT))

    @property
    def app(self) -> str:
        return self.path.relative_to(ROOT).parts[0]

    @property
    def part(self) -> str:
        """The kind of file inside its app: models, services, views …, also for what lies in a folder of that name."""
        parts = self.path.relative_to(ROOT).parts
        return parts[1].removesuffix(".py").partition("_")[0] if len(parts) > 1 else ""

    def imports(self) -> Iterator[tuple[str, int, bool]]:
        """(module, line, inside a function) of every import, lazy ones too."""
        for node, lazy in _walk(self.tree, lazy=False):
            if isinstance(node, ast.Import):
                yield from ((alias.name, node.lineno, lazy) for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                base = self._absolute(node)
                yield base, node.lineno, lazy
                yield from ((f"{base}.{alias.name}", node.lineno, lazy) for alias in node.names)
            elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith(BY_NAME) and node.args:
                yield ast.unparse(node.args[0]).strip("'"), node.lineno, lazy

    def _absolute(self, node: ast.ImportFrom) -> str:
        if not node.level:
            return node.module or ""
        package = self.path.relative_to(ROOT).with_suffix("").parts[: -node.level]
        return ".".join([*package, *([node.module] if node.module else [])])


def _walk(node: ast.AST, *, lazy: bool) -> Iterator[tuple[ast.AST, bool]]:
    for child in ast.iter_child_nodes(node):
        yield child, lazy
        yield from _walk(child, lazy=lazy or isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda))


def sources(*, migrations: bool = False) -> list[Source]:
    """Every Python file of the product, without tests."""
    files = [file for floor in FLOORS for file in sorted((ROOT / floor).rglob("*.py"))]
    return [Source(file) for file in files if migrations or "migrations" not in file.parts]


def written(name: str, text: str) -> Source:
    """A file as if it stood there with this text: to show that a check sees what it forbids."""
    source = Source(ROOT / name)
    source.__dict__["tree"] = ast.parse(text)
    return source
