"""What a project is: its goal, its departments, its flow, its memorandum."""

from projects.models.amendment import Amendment, ClauseChange, ClauseRemark
from projects.models.goal import CommunicationRule, Contingency, Kpi, ResourceNeed, ScopeItem
from projects.models.memorandum import Clause, Memorandum
from projects.models.nodes import Node, NodeDependency, NodeInput
from projects.models.project import GateGap, Participant, Party, Project

__all__ = [
    "Amendment",
    "Clause",
    "ClauseChange",
    "ClauseRemark",
    "CommunicationRule",
    "Contingency",
    "GateGap",
    "Kpi",
    "Memorandum",
    "Node",
    "NodeDependency",
    "NodeInput",
    "Participant",
    "Party",
    "Project",
    "ResourceNeed",
    "ScopeItem",
]
