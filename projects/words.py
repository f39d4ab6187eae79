"""How the acts of a project read."""

from django.utils.translation import gettext_lazy as _

import projects.words_amendments
import projects.words_memorandum  # noqa: F401
from common.ports import say

say("project.drafted", _("{actor} drafted the project {title}"), kind="project", mail=True)
say("project.started", _("{actor} started the project {title}"), kind="project", mail=True)
say("project.edited", _("{actor} edited what {title} says of itself"), kind="project")
say("project.viewer_named", _("{actor} let {viewer} read {title}"), kind="project")
say("project.viewer_removed", _("{actor} ended {viewer}'s reading of {title}"), kind="project")

say("party.invited", _("{actor} asks {title} to take part"), kind="project", mail=True)
say("party.duty_said", _("{actor} said the part of {title} anew"), kind="project")
say("party.liaison_appointed", _("{actor} named {liaison} liaison of {title}"), kind="project", mail=True)
say("party.head_followed", _("{head} speaks for {title} from now on"), kind="people")

say("kpi.added", _("{actor} added the key result {title}"), kind="project")
say("kpi.edited", _("{actor} edited the key result {title}"), kind="project")
say("kpi.removed", _("{actor} removed the key result {what}"), kind="project")
say("kpi.actual_entered", _("{actor} entered {actual} for the key result {title}"), kind="project")
say("scope.added", _("{actor} added {title} to the scope"), kind="project")
say("scope.edited", _("{actor} edited {title} in the scope"), kind="project")
say("scope.removed", _("{actor} removed {what} from the scope"), kind="project")
say("resource.added", _("{actor} asks for the resource {title}"), kind="project")
say("resource.edited", _("{actor} edited the resource {title}"), kind="project")
say("resource.removed", _("{actor} removed the resource {what}"), kind="project")
say("communication.added", _("{actor} added to the communication mechanism: {title}"), kind="project")
say("communication.edited", _("{actor} edited in the communication mechanism: {title}"), kind="project")
say("communication.removed", _("{actor} removed from the communication mechanism: {what}"), kind="project")
say("contingency.added", _("{actor} added the contingency plan {title}"), kind="project")
say("contingency.edited", _("{actor} edited the contingency plan {title}"), kind="project")
say("contingency.removed", _("{actor} removed the contingency plan {what}"), kind="project")
say("node.added", _("{actor} added the node {title}"), kind="project")
say("node.edited", _("{actor} edited the node {title}"), kind="project")
say("node.removed", _("{actor} removed the node {what}"), kind="project")
