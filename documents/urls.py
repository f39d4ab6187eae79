"""Addresses of documents."""

from django.urls import URLPattern, URLResolver, path

from documents import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("documents/<uuid:uid>/", views.document, name="document"),
    path("documents/<uuid:uid>/pdf/", views.document_pdf, name="document_pdf"),
    path("documents/<uuid:uid>/proof/", views.document_proof, name="document_proof"),
    path("documents/<uuid:uid>/sign/", views.sign_document, name="sign_document"),
    path("documents/<uuid:uid>/object/", views.object_document, name="object_document"),
]
