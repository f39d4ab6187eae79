"""Addresses of documents."""

from django.urls import URLPattern, URLResolver, path

from documents import views, views_signing, views_slots, views_verify

urlpatterns: list[URLPattern | URLResolver] = [
    path("sign/", views_signing.sign_several, name="sign_several"),
    path("sign/passkey/", views_signing.sign_passkey, name="sign_passkey"),
    path("documents/<uuid:uid>/", views.document, name="document"),
    path("documents/<uuid:uid>/pdf/", views.document_pdf, name="document_pdf"),
    path("documents/<uuid:uid>/proof/", views.document_proof, name="document_proof"),
    path("documents/<uuid:uid>/sign/", views_signing.sign_document, name="sign_document"),
    path("documents/<uuid:uid>/object/", views_signing.object_document, name="object_document"),
    path("documents/<uuid:uid>/note/", views_signing.note_without_objection, name="note_document"),
    path("documents/<uuid:uid>/pass-on/", views_slots.pass_on_slot, name="pass_on_slot"),
    path("documents/<uuid:uid>/signers/", views_slots.add_signer_to, name="add_signer"),
    path("documents/<uuid:uid>/deadline/", views_slots.extend_deadline, name="extend_deadline"),
    path("documents/<uuid:uid>/slots/<uuid:slot_uid>/nudge/", views_slots.nudge_slot, name="nudge_slot"),
    path("documents/<uuid:uid>/slots/<uuid:slot_uid>/scan/", views_slots.hand_in, name="hand_in_scan"),
    path("documents/<uuid:uid>/scans/<uuid:scan_uid>/", views.scan, name="scan"),
    path("documents/<uuid:uid>/scans/<uuid:scan_uid>/judge/", views_slots.judge, name="judge_scan"),
    path("documents/<uuid:uid>/signatures/<uuid:signature_uid>/drawing/", views.drawing, name="drawing"),
    path("verify/", views_verify.verify_page, name="verify"),
    path("verify/<str:code>/", views_verify.verify_code, name="verify_code"),
]
