"""Pages that belong to no context: display switches and the console's front door."""

from django.urls import path

from yitong.site.api import api
from yitong.site.views.console import console
from yitong.site.views.display import display

urlpatterns = [
    path("display/", display, name="display"),
    path("console/", console, name="console"),
    path("api/", api.urls),
]
