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
from projects.services.parties import appoint_liaison, invite_department
from projects.services.signing import open_for_signature
from tests.documents.build import drafted

CLAUSES = 40


def main() -> None:
    """Print one memorandum three times; the first reads the fonts, the quicker of the others is what a worker needs."""
    with transaction.atomic():
        people = load_people()
        project, paper = drafted(people)
        sixth, receiver = Department.objects.get(name="技术部"), Department.objects.get(name="市场部")
        lead = people["林书瑶"]
        party = invite_department(actor=lead, project_uid=project.uid, department=sixth, duty="系统对接与数据支持")
        appoint_liaison(actor=people["邵云舟"], party_uid=party.uid, liaison=people["祁若谷"])
        giving = [row.department for row in project.parties.select_related("department")]
        for place in range(CLAUSES - paper.clauses.count()):
            save_clause(
                actor=people["周以宁"], project_uid=project.uid, department=giving[place % len(giving)],
                text=f"第{place + 1}项交付与核定", deliverable="交付清单", standard="含推广与铺货两项", due_on=date(2026, 4, 30),
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
    print(json.dumps({"seconds": sorted(times[1:])[0], "mb": peak, "clauses": CLAUSES, "departments": len(giving)}))
