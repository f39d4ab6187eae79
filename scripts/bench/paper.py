"""The memorandum's PDF: 6 departments, 40 clauses, printed in a process of its own as the worker's job does it."""

import json
import resource
import time
from datetime import date

from django.db import transaction

from collab.samples.people import load_people
from documents.pdf import print_paper
from people.models import Department
from projects.services.clauses import save_clause
from projects.services.signing import open_for_signature
from tests.documents.build import drafted

CLAUSES = 40


def main() -> None:
    """Print one memorandum three times; the first reads the fonts, the median of the others is what a worker needs."""
    with transaction.atomic():
        people = load_people()
        project, paper = drafted(people)
        receiver = Department.objects.get(name="市场部")
        for place in range(CLAUSES - paper.clauses.count()):
            save_clause(
                actor=people["周以宁"], project_uid=project.uid, department=Department.objects.get(name="财务部"),
                text=f"第{place + 1}项预算核定", deliverable="预算批复", standard="含推广与铺货两项", due_on=date(2026, 4, 30),
                handed_to=receiver,
            )  # fmt: skip
        document = open_for_signature(actor=people["林书瑶"], project_uid=project.uid, seen_version=None)
        times = []
        for _ in range(3):
            began = time.perf_counter()
            print_paper(document, final=False)
            times.append(time.perf_counter() - began)
        transaction.set_rollback(True)
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1000  # of the process that prints
    print(json.dumps({"seconds": sorted(times[1:])[0], "mb": peak, "clauses": CLAUSES}))
