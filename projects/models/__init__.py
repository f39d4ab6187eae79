"""What a project is: its goal, its departments, its flow, its memorandum."""

from projects.models.goal import Contingency, CommunicationRule, Kpi, ResourceNeed, ScopeItem
from projects.models.memorandum import Clause, Memorandum
from projects.models.nodes import Node, NodeDependency, NodeInput
from projects.models.project import GateGap, Party, Participant, Project

__all__ = [
    "Clause",
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
