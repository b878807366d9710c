"""What every page knows about the installation and about how this reader wants to see it."""

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest

from yitong.site.demo_accounts import demo_accounts
from yitong.site.views.session import who


@dataclass(frozen=True)
class Display:
    """``theme``: "", "light" or "dark" ("" follows the system); ``elder``: large print (适老化)."""

    theme: str = ""
    elder: bool = False


def installation(request: HttpRequest) -> dict[str, object]:
    """`demo`: whether this is the demonstration city; `base_url`: the public address; `display`: the reader's choices.

    `who`: the mark of the actor, empty for a visitor.
    `demo_accounts` is a function, called by the one page that shows them.
    """
    theme = request.COOKIES.get("yitong_theme", "")
    return {
        "demo": settings.YITONG_DEMO,
        "demo_accounts": demo_accounts,
        "base_url": settings.YITONG_BASE_URL,
        "who": who(request),
        "city_name": settings.YITONG_CITY_NAME,
        "display": Display(theme if theme in ("light", "dark") else "", request.COOKIES.get("yitong_elder") == "on"),
    }
