"""Addresses of the catalogue."""

from django.urls import path

from yitong.catalog.views import editor, files, guide, manage, part_editor, synonyms

portal = [
    path("", guide.home, name="home"),
    path("guide/", guide.listing, name="guide"),
    path("guide/lists/<slug:name>/", guide.public_list, name="list"),
    path("guide/<str:code>/", guide.item, name="item"),
]
console = [
    path("", manage.items, name="items"),
    path("new/", editor.new_item, name="new_item"),
    path("items/<int:item_id>/", manage.item, name="manage"),
    path("items/<int:item_id>/draft/", editor.new_draft, name="new_draft"),
    path("items/<int:item_id>/retire/", manage.retire, name="retire"),
    path("items/<int:item_id>/compare/", manage.compare, name="compare"),
    path("versions/<int:version_id>/", manage.version, name="version"),
    path("versions/<int:version_id>/edit/", editor.edit, name="edit"),
    path("versions/<int:version_id>/edit/<slug:part>/", part_editor.edit_part, name="edit_part"),
    path("versions/<int:version_id>/yaml/", editor.edit_yaml, name="edit_yaml"),
    path("versions/<int:version_id>/<slug:act>/", manage.act, name="act"),
    path("import/", files.import_page, name="import"),
    path("import/<int:batch_id>/", files.report, name="report"),
    path("export/", files.export, name="export"),
    path("synonyms/", synonyms.synonyms, name="synonyms"),
]
