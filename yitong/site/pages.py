"""Pages that belong to no context: display switches and the front doors of office and console."""

from django.urls import path

from yitong.site.api import api
from yitong.site.views.console import console, office
from yitong.site.views.display import display

urlpatterns = [
    path("display/", display, name="display"),
    path("office/", office, name="office"),
    path("console/", console, name="console"),
    path("api/", api.urls),
]
