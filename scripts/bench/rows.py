"""A row of the table of figures: one work at one size, beside the machine's own limit and our target."""

from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Pace:
    """How many times slower this machine does the same bare work than the one beside which the targets were set; at least 1."""

    ms: float = 1
    rps: float = 1

    @classmethod
    def of(cls, limit_ms: float, limit_rps: float, *, there_ms: float, there_rps: float) -> "Pace":
        return cls(max(1, limit_ms / there_ms), max(1, there_rps / limit_rps))

    def met(self, ms: float, rps: float, *, within_ms: float, at_least_rps: float) -> bool:
        """Whether a target holds by its ratio to the bare work of the same run."""
        return ms <= within_ms * self.ms and rps >= at_least_rps / self.rps

    def there(self, ms: float, rps: float) -> str:
        """What the figures come to beside the bare work of the other machine."""
        slower = f"bare work is {self.ms:.1f}× slower here ({self.rps:.1f}× by rate)"
        return f"{slower}: {ms / self.ms:.1f} ms · {rps * self.rps:.0f}/s there"


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
