"""A row of the table of figures: one work at one size, beside the machine's own limit and our target."""

from dataclasses import asdict, dataclass


@dataclass
class Row:
    """Times are milliseconds at one connection, rates per second at eight; `ratio` = p50 over the limit's in the same run."""

    work: str
    size: int
    target: str
    met: bool | None = None
    p50_ms: float | None = None
    rps: float | None = None
    queries: int | None = None
    bytes: int | None = None
    limit_ms: float | None = None
    limit_rps: float | None = None
    ratio: float | None = None
    note: str = ""

    def __post_init__(self) -> None:
        if self.ratio is None and self.p50_ms and self.limit_ms:
            self.ratio = self.p50_ms / self.limit_ms

    def as_json(self) -> dict[str, object]:
        """The row for var/bench.json, figures rounded to what they mean."""
        return {name: round(value, 3) if isinstance(value, float) else value for name, value in asdict(self).items()}

    def line(self) -> str:
        """The row as the terminal shows it."""

        def said(value: float | None, unit: str = "") -> str:
            return "–" if value is None else f"{value:,.{0 if value >= 100 else 1 if value >= 10 else 2}f}{unit}"

        met = {True: "met", False: "MISSED", None: ""}[self.met]
        limit = f"limit {said(self.limit_ms, ' ms')}" + (f" · {said(self.limit_rps, '/s')}" if self.limit_rps else "")
        cells = [
            f"{self.work} ({self.size:,})", said(self.p50_ms, " ms"), said(self.rps, "/s"),
            f"{self.queries} q" if self.queries is not None else "–", f"{self.bytes / 1000:,.0f} kB" if self.bytes else "–",
            limit if self.limit_ms else "–", f"{self.ratio:.1f}×" if self.ratio else "–", self.target, met, self.note,
        ]  # fmt: skip
        widths = (52, 9, 9, 6, 9, 26, 6, 44, 7, 0)
        return " ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)).rstrip()
