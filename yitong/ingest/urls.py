"""Addresses of the ingest context."""

from django.urls import path

from yitong.ingest.views import rows, sources

console = [
    path("", sources.sources, name="sources"),
    path("sources/new/", sources.edit, name="new_source"),
    path("sources/<int:source_id>/", sources.edit, name="source"),
    path("sources/<int:source_id>/key/", sources.key, name="key"),
    path("sources/<int:source_id>/bring/", sources.bring, name="bring"),
    path("batches/", sources.batches, name="batches"),
    path("rejected/", rows.rejected, name="rejected"),
    path("rejected/discard/", rows.discard_rows, name="discard"),
    path("rejected/export/", rows.export, name="export"),
    path("rejected/<int:row_id>/", rows.mend, name="mend"),
]
