"""Pages that belong to no context: display switches, the state of the session and the front doors of office and console."""

from django.urls import path

from yitong.site.api import api
from yitong.site.views.console import console, office
from yitong.site.views.display import display
from yitong.site.views.session import session

urlpatterns = [
    path("display/", display, name="display"),
    path("session/", session, name="session"),
    path("office/", office, name="office"),
    path("console/", console, name="console"),
    path("api/", api.urls),
]
