"""Addresses of the documents context."""

from django.urls import path

from yitong.documents.views import console as pages
from yitong.documents.views import download, failures, verify

portal = [
    path("verify/", verify.verify, name="verify"),
    path("d/<str:code>", verify.short, name="short"),
    path("trust/", verify.trust, name="trust"),
    path("trust/ca.pem", verify.authority_pem, name="authority_pem"),
    path("documents/<str:code>.pdf", download.sealed_document, name="pdf"),
    path("files/<int:file_id>/", download.stored_file, name="file"),
]
console = [
    path("templates/", pages.template_list, name="templates"),
    path("templates/<str:kind>/", pages.template_edit, name="template"),
    path("templates/<str:kind>/<int:version>.pdf", pages.template_version, name="template_version"),
    path("templates/<str:kind>/<int:template_id>/publish/", pages.template_publish, name="template_publish"),
    path("failed/", failures.failed, name="failed"),
    path("failed/retry/", failures.retry_all, name="retry_all"),
    path("failed/<int:document_id>/retry/", failures.retry, name="retry"),
    path("quarantine/", pages.quarantine, name="quarantine"),
    path("quarantine/<int:quarantined_id>/download/", pages.quarantine_download, name="quarantine_download"),
    path("quarantine/<int:quarantined_id>/discard/", pages.quarantine_discard, name="quarantine_discard"),
]
