"""Tasks as people paste or type them: 华东 30, 华南 25, 华北 45, lines, or rows of a spreadsheet.

Nothing is guessed silently: what cannot be read is a fault at its line, and nothing is made before all is good.
"""

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from django.utils.translation import gettext as _

from common.typed import whole_number
from tracking.pieces import Ground, Part, half, judged, read_amount, read_piece, with_amount, with_days, with_person

MOST_LINES = 300
MOST_SIGNS = 100_000
MOST_NOTED = 10
_SEPARATOR = re.compile(r"[、;。]|,(?!\d{3}(?!\d))|(?<!\d),|(?<=\d)\s*(?:和|以及|及|\band\b)\s*(?=\D)")
_BULLET = re.compile(r"\s*(?:[-*•·●▪◦■□]\s+|\d{1,3}\s*[.、)](?!\d)\s*|\(\d{1,3}\)\s*|[①-⑳]\s*)")
_PAIRS = re.compile(r"(?:[\u4e00-\u9fff]{2,}\s+\d+(?:,\d{3})*(?:\.\d+)?[^\d\s,;、.]{0,6}(?:\s+|$)){2,}")
_PAIR = re.compile(r"([\u4e00-\u9fff]{2,}\s+\d+(?:,\d{3})*(?:\.\d+)?[^\d\s,;、.]{0,6})(?:\s+|$)")
_SUMS = {"合计", "总计", "共计", "小计", "总和", "total", "sum", "in all"}
_HEADS = {
    "title": "任务 名称 任务名称 标题 子任务 事项 内容 区域 工作内容 task title name part item",
    "target": "数量 目标 目标数量 目标值 指标 quantity target qty amount",
    "unit": "单位 计量单位 unit",
    "assignee": "负责人 责任人 经办人 执行人 承办人 人员 assignee owner person responsible",
    "starts_on": "开始 开始日期 开始时间 计划开始 起始日期 start starts from",
    "due_on": "截止 截止日期 截止时间 完成日期 完成时间 完成时限 到期 期限 计划完成 due deadline until end",
    "weight": "权重 weight",
    "deliverable": "交付物 成果 deliverable",
    "standard": "质量标准 标准 standard",
}
HEADS = {word: name for name, words in _HEADS.items() for word in words.split()} | {
    "due date": "due_on",
    "planned start": "starts_on",
}
PLAIN = ("title", "target", "assignee", "due_on")  # a spreadsheet without heads


@dataclass(frozen=True)
class Pasted:
    """All parts of a text, in its order; `trouble` is what is wrong with the text as a whole."""

    parts: tuple[Part, ...] = ()
    trouble: str = ""
    notes: tuple[str, ...] = ()

    @property
    def faulty(self) -> list[Part]:
        return [part for part in self.parts if part.faults]

    @property
    def noted(self) -> list[Part]:
        """What is allowed and yet worth a look; the first of them."""
        return [part for part in self.parts if part.notes and not part.faults][:MOST_NOTED]

    @property
    def is_good(self) -> bool:
        return bool(self.parts) and not self.trouble and not self.faulty

    def given(self, unit: str) -> Decimal:
        """How much of the whole's quantity the good lines give out."""
        return sum((part.target for part in self.parts if part.target is not None and part.unit == unit), Decimal(0))


def read_parts(text: str, ground: Ground, *, there: Sequence[str] = ()) -> Pasted:
    """The parts that a pasted or typed text names; `there` are the names of parts that exist already."""
    if len(text) > MOST_SIGNS:
        return Pasted(trouble=_("This text is too long; paste at most %d lines at a time.") % MOST_LINES)
    lines = [(number, line) for number, line in enumerate(re.split(r"\r\n|\r|\n|\v|\x85|\u2028|\u2029", text), 1) if line.strip()]
    if len(lines) > MOST_LINES:
        said = {"n": len(lines), "most": MOST_LINES}
        return Pasted(trouble=_("These are %(n)d lines; paste at most %(most)d at a time.") % said)
    parts = _of_table(text, ground) if "\t" in text.strip("\n") else _of_lines(lines, ground)
    kept, notes = _without_sums(parts)
    if len(kept) > MOST_LINES:
        said = {"n": len(kept), "most": MOST_LINES}
        return Pasted(trouble=_("These are %(n)d parts; paste at most %(most)d at a time.") % said)
    return Pasted(tuple(_noted([judged(part, ground) for part in kept], there, ground)), notes=notes)


def is_several(text: str, ground: Ground) -> bool:
    """Whether what was typed into one line means several parts: lines, cells, or two names with a quantity each."""
    if re.search(r"[\t\n\r]", text.strip()):
        return True
    return sum(part.target is not None for part in _of_pieces(1, text, ground)) > 1


def _of_lines(lines: list[tuple[int, str]], ground: Ground) -> list[Part]:
    """Lines as typed: one part each, or several where each has its quantity; a single line is split wherever it can be."""
    parts: list[Part] = []
    for number, line in lines:
        found = _of_pieces(number, line, ground)
        if len(lines) > 1 and len(found) > 1 and sum(part.target is not None for part in found) < 2:
            whole = _BULLET.sub("", line, count=1) if _BULLET.match(half(line)) else line
            found = [replace(read_piece(whole.rstrip(" ,;，；、。"), ground), line=number)]
        parts += found
    return parts


def _of_pieces(number: int, line: str, ground: Ground) -> list[Part]:
    """The parts of a line; a piece that says only a quantity, person or day belongs to the part before it."""
    parts: list[Part] = []
    for piece in _pieces(line):
        read = read_piece(piece, ground)
        if parts and not read.title and _fits(parts[-1], read):
            parts[-1] = _joined(parts[-1], read)
        else:
            parts.append(read)
    several = len(parts) > 1
    return [replace(part, line=number, item=place if several else 0) for place, part in enumerate(parts, 1)]


def _pieces(line: str) -> list[str]:
    bullet = _BULLET.match(half(line))
    body = line[bullet.end() :] if bullet else line
    narrow = half(body)
    if _PAIRS.fullmatch(narrow.strip() + " "):
        return [found.group(1) for found in _PAIR.finditer(narrow)]
    ends = [found.span() for found in _SEPARATOR.finditer(narrow)]
    starts = [0, *(end for _start, end in ends)]
    stops = [*(start for start, _end in ends), len(body)]
    return [body[start:stop] for start, stop in zip(starts, stops, strict=True) if body[start:stop].strip()]


def _fits(before: Part, more: Part) -> bool:
    names = ("target", "assignee", "due_on")
    if before.faults and (more.target is not None or more.faults):
        return False
    return all(getattr(before, name) is None or getattr(more, name) is None for name in names)


def _joined(before: Part, more: Part) -> Part:
    names = ("target", "assignee", "starts_on", "due_on")
    said = {name: getattr(more, name) for name in names if getattr(more, name) is not None}
    unit = more.unit if more.target is not None else before.unit
    return replace(before, **said, unit=unit, text=f"{before.text}, {more.text}", faults=before.faults + more.faults)


def _of_table(text: str, ground: Ground) -> list[Part]:
    """Rows of a spreadsheet, by their heads where they have any, else name, quantity, assignee, due."""
    parts: list[Part] = []
    columns: Sequence[str | None] = PLAIN
    first = True
    for number, cells in _rows(text):
        if not any(cells):
            continue
        heads = [HEADS.get(half(cell).strip().rstrip("*:").casefold()) for cell in cells]
        if first and len([head for head in heads if head]) >= 2 and "title" in heads:
            columns, first = heads, False
            continue
        first = False
        parts.append(replace(_of_cells(cells, columns, ground), line=number, text="  ".join(cell for cell in cells if cell)))
    return parts


def _rows(text: str) -> list[tuple[int, list[str]]]:
    """Each row with the line on which it begins; quoted cells may hold line breaks, as spreadsheets write them."""
    plain = [(number, [cell.strip() for cell in line.split("\t")]) for number, line in enumerate(text.splitlines(), 1)]
    if not re.search(r'(?:^|\t)"', text, re.M) or text.count('"') % 2:
        return plain
    reader = csv.reader(text.splitlines(keepends=True), delimiter="\t")
    rows, begins = [], 1
    try:
        for cells in reader:
            rows.append((begins, [" ".join(cell.split()) for cell in cells]))
            begins = reader.line_num + 1
    except csv.Error:
        return plain
    return rows


def _of_cells(cells: list[str], columns: Sequence[str | None], ground: Ground) -> Part:
    part, said = Part(), {}
    for name, cell in zip(columns, cells, strict=False):
        if name is not None and cell:
            said[name] = cell
    if columns is PLAIN:
        said, strange = _settled(said, ground), [cell for cell in cells[len(PLAIN) :] if cell]
        if strange:
            part = part.wrong(_("“%s” stands in a column too many: name, quantity, assignee, due date.") % strange[0])
    for name, cell in said.items():
        part = _with_cell(part, name, cell, said, ground)
    return part


def _settled(said: dict[str, str], ground: Ground) -> dict[str, str]:
    """Cells without heads: a known person or a day that stands in the place of the quantity is taken for what it is."""
    rest = [said[name] for name in PLAIN[1:] if name in said]
    if "target" not in said or read_amount(said["target"], ground.unit) is not None:
        return said
    kept = {"title": said.get("title", "")}
    for cell in rest:
        read = read_piece(cell, ground)
        name = "assignee" if read.assignee is not None else "due_on" if read.due_on is not None else ""
        if name and not read.title and name not in kept:
            kept[name] = cell
        elif read_amount(cell, ground.unit) is not None and "target" not in kept:
            kept["target"] = cell
        else:
            return said
    return kept


def _with_cell(part: Part, name: str, cell: str, said: dict[str, str], ground: Ground) -> Part:
    if name == "target":
        amount = cell + said.get("unit", "") if read_amount(cell) and not (read_amount(cell) or (0, ""))[1] else cell
        return with_amount(part, amount, ground)
    if name == "assignee":
        return with_person(part, cell, ground)
    if name == "due_on":
        return with_days(part, cell, ground)
    if name == "starts_on":
        read = with_days(Part(), cell, ground)
        return part.wrong(*read.faults) if read.faults else replace(part, starts_on=read.due_on)
    if name == "weight":
        weight = whole_number(half(cell).strip()) or 0
        fits = 0 < weight <= 10_000
        return replace(part, weight=weight) if fits else part.wrong(_("A weight is a whole number from 1 to 10,000."))
    return part if name == "unit" else replace(part, **{name: cell})  # type: ignore[arg-type]


def _without_sums(parts: list[Part]) -> tuple[list[Part], tuple[str, ...]]:
    """A last line that only adds up the others is no part."""
    if len(parts) > 1 and parts[-1].title.casefold() in _SUMS:
        return parts[:-1], (_("Line %d is the total; it is left out.") % parts[-1].line,)
    return parts, ()


def _noted(parts: list[Part], there: Sequence[str], ground: Ground) -> list[Part]:
    """Names that stand twice, and a quantity that only some lack, are pointed out; they are allowed."""
    counted = ground.counted and any(part.target is not None for part in parts)
    known = {" ".join(name.split()).casefold() for name in there}
    seen: dict[str, int] = {}
    noted = []
    for part in parts:
        key = " ".join(part.title.split()).casefold()
        notes = []
        if key in seen:
            notes.append(_("The same name as in line %d.") % seen[key])
        elif key in known:
            notes.append(_("There is a part of this name already."))
        if counted and part.target is None and not part.faults:
            notes.append(_("No quantity was read here."))
        seen.setdefault(key, part.line)
        noted.append(replace(part, notes=tuple(notes)))
    return noted
