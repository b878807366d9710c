"""Addresses of the licences context."""

from django.urls import path

from yitong.licences.views import acts, pages, proofs, register, trust, types

portal = [
    path("my/licences/", pages.mine, name="mine"),
    path("my/licences/<int:licence_id>/", pages.one, name="one"),
    path("my/licences/<int:licence_id>/lost/", acts.lost, name="lost"),
    path("my/licences/<int:licence_id>/renew/", acts.renew, name="renew"),
    path("l/<str:code>", pages.short, name="short"),
    path("my/licences/<int:licence_id>/proofs/", proofs.overview, name="proofs"),
    path("my/licences/<int:licence_id>/proofs/<str:proof_file>", proofs.download, name="proof"),
    path("my/licences/<int:licence_id>/credential/", proofs.take, name="credential"),
    path("my/licences/<int:licence_id>/share/", proofs.share, name="share"),
    path(".well-known/jwt-vc-issuer", trust.issuer, name="issuer"),
    path("credentials/<str:type_code>", trust.credential_type, name="credential_type"),
    path("status-lists/<str:slug>", trust.statuses, name="status_list"),
    path("trust/licence-sm2.pem", trust.sm2_pem, name="sm2_pem"),
]
desk = [
    path("licences/", register.desk, name="desk"),
    path("licences/holder/", register.find_holder, name="find_holder"),
    path("licences/export/", register.export, name="export"),
    path("licences/<int:licence_id>/open/", register.opened, name="opened"),
    path("licences/<int:licence_id>/revoke/", acts.revoke, name="revoke"),
    path("licences/<int:licence_id>/reissue/", acts.reissue, name="reissue"),
]
console = [
    path("types/", types.types, name="types"),
    path("types/<int:type_id>/", types.edit, name="type"),
]
