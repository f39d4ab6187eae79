"""Addresses of projects."""

from django.urls import URLPattern

from projects.urls_amendments import amendment_urls
from projects.urls_goal import goal_urls
from projects.urls_memorandum import memorandum_urls

urlpatterns: list[URLPattern] = [*goal_urls, *memorandum_urls, *amendment_urls]
