"""Addresses of the memorandum."""

from django.urls import URLPattern

memorandum_urls: list[URLPattern] = []
