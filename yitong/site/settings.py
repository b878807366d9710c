"""Django settings. Everything that differs between installations comes from the environment, see docs/operations.md."""

import os
import sys
from pathlib import Path

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from yitong.site import env, vendor
from yitong.site.database_address import database_settings

BASE_DIR = env.BASE_DIR
VAR = env.var_dir()

# --- what kind of installation this is -------------------------------------------------------------------------------
DEBUG = env.flag("YITONG_DEBUG", False)
YITONG_DEMO = env.flag("YITONG_DEMO", False)
# pytest-django reads the settings before any conftest.py can set a variable.
YITONG_TESTING = env.flag("YITONG_TESTING", "pytest" in sys.modules)
YITONG_HTTPS = env.flag("YITONG_HTTPS", not (DEBUG or YITONG_DEMO or YITONG_TESTING))
YITONG_BASE_URL = env.text("YITONG_BASE_URL", "http://127.0.0.1:8000").rstrip("/")
"""The address printed in QR codes and messages, without a slash at the end."""

YITONG_CITY_NAME = env.text("YITONG_CITY_NAME", "示范市")

SECRET_KEY = env.secret_key(VAR)
ALLOWED_HOSTS = env.listed("YITONG_HOSTS", ["localhost", "127.0.0.1", "[::1]", "testserver"])
CSRF_TRUSTED_ORIGINS = env.listed("YITONG_TRUSTED_ORIGINS", [])

# --- parts -----------------------------------------------------------------------------------------------------------
CONTEXTS = [
    "supervision",
    "feedback",
    "cases",
    "waiving",
    "certificates",
    "exchange",
    "archive",
    "ingest",
    "consents",
    "licences",
    "catalog",
    "notifications",
    "documents",
    "parties",
    "audit",
]
"""The contexts that are Django apps, top to bottom."""

INSTALLED_APPS = [
    "yitong.site",
    *(f"yitong.{name}" for name in CONTEXTS),
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.forms",
    "django_htmx",
    "csp",
    "procrastinate.contrib.django",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "yitong.site.middleware.RequestSizeMiddleware",
    "yitong.site.middleware.PlainAddressMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "yitong.parties.middleware.ActorMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "yitong.site.views.errors.DomainRefusalMiddleware",
]

ROOT_URLCONF = "yitong.site.urls"
WSGI_APPLICATION = "yitong.site.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "yitong.site.context_processors.installation",
            ],
        },
    },
]

# --- data ------------------------------------------------------------------------------------------------------------
DATABASES = {
    "default": {
        **database_settings(os.environ.get("DATABASE_URL", "")),
        "CONN_MAX_AGE": 0 if YITONG_TESTING else 300,
        "CONN_HEALTH_CHECKS": True,
        "ATOMIC_REQUESTS": False,
        "TEST": {"NAME": env.text("YITONG_TEST_DB", "test_yitong")},
    }
}
# Off only behind a pooler that gives each transaction another connection and does not follow prepared statements (PgBouncer
# before 1.21): every statement of a command is then parsed and planned anew.
YITONG_PREPARED_STATEMENTS = env.flag("YITONG_PREPARED_STATEMENTS", True)
PROCRASTINATE_WORKER_DEFAULTS = {"concurrency": 2, "delete_jobs": "successful"}

# --- people ----------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "parties.Account"
AUTHENTICATION_BACKENDS = ["yitong.parties.backends.AccountBackend"]
LOGIN_URL = "/login/"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]
if YITONG_TESTING:
    # The default hasher is slow on purpose, and a test makes an account in every case.
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_NAME = "yitong_session"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = YITONG_HTTPS
CSRF_COOKIE_SECURE = YITONG_HTTPS
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "yitong.site.views.errors.csrf_failure"

YITONG_STANDIN_URL = env.text("YITONG_STANDIN_URL", "http://127.0.0.1:8090").rstrip("/")
"""Where the local stand-in for registers of the province and the ministries answers; the launcher sets it for a demonstration."""

YITONG_CONNECTOR_HOSTS = {host.lower() for host in env.listed("YITONG_CONNECTOR_HOSTS", [])}
"""Hosts, as connectors spell them, to which plain HTTP and private addresses are allowed; see exchange.rules.addresses."""
YITONG_CONNECTOR_CA = env.certificates("YITONG_CONNECTOR_CA")
"""Authorities, as PEM text, whose certificates connectors trust beside the usual ones; empty for none."""

YITONG_CASE_CLOSING = env.text("YITONG_CASE_CLOSING", "")
"""Local office hour such as 17:30: what is received or accepted later counts as the next working day's. Empty: no such hour."""

YITONG_RATE_LIMITS = {
    # name: (times, seconds). Counted per phone number, account or address, as the caller says.
    "login_code_send": (5, 3600),
    "login_code_check": (5, 300),
    "password_check": (5, 900),
    "case_submit": (20, 3600),
    "licence_verify": (60, 60),
    "public_search": (120, 60),
    "code_scan": (120, 60),
    "case_progress": (30, 60),
    "case_progress_number": (10, 600),
    "upload": (200, 3600),  # files of one person
    "upload_mb": (2048, 86400),
    "register_ask": (60, 3600),  # questions to registers about one holder of certificates
}

# --- language and time -----------------------------------------------------------------------------------------------
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("en", _("English"))]
LANGUAGE_COOKIE_NAME = "yitong_language"
# Apps bring their own; these two packages are no apps.
LOCALE_PATHS = [BASE_DIR / "yitong" / name / "locale" for name in ("kernel", "rulebook")]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

# --- files -----------------------------------------------------------------------------------------------------------
STATIC_URL = "static/"
STATIC_ROOT = VAR / "static"
VENDOR_DIR = VAR / "vendor"
# WhiteNoise and the finders complain about a folder that is not there yet.
VENDOR_DIR.mkdir(exist_ok=True)
STATIC_ROOT.mkdir(exist_ok=True)
STATICFILES_DIRS: list[Path] = [VENDOR_DIR]
MEDIA_ROOT = VAR / "media"
YITONG_FONT_DIR = vendor.FONTS
"""Noto Sans SC as TrueType (OFL), one folder per weight, for what is drawn on the server."""
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG or YITONG_TESTING
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = DEBUG or YITONG_TESTING
WHITENOISE_MAX_AGE = 3600

MEBIBYTE = 1024 * 1024
YITONG_UPLOAD_MAX_BYTES = env.whole("YITONG_UPLOAD_MAX_MB", 20, least=1, most=500) * MEBIBYTE
"""One attached file. Checked by the form, so that the refusal stands beside the field and nothing else is lost."""
YITONG_REQUEST_MAX_BYTES = max(120 * MEBIBYTE, 6 * YITONG_UPLOAD_MAX_BYTES)
"""A whole request. Refused before it is read."""
YITONG_UPLOAD_EXTENSIONS = ["pdf", "jpg", "jpeg", "png", "doc", "docx", "xls", "xlsx", "ofd", "zip"]
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * MEBIBYTE
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
DATA_UPLOAD_MAX_NUMBER_FILES = 50
FILE_UPLOAD_MAX_MEMORY_SIZE = 1 * MEBIBYTE
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700

# --- browser security ------------------------------------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "font-src": [SELF, "data:"],
        "connect-src": [SELF],
        "frame-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [SELF],
    }
}
X_FRAME_OPTIONS = "SAMEORIGIN"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = YITONG_HTTPS
# Asked from inside, by the launcher and by a load balancer, without TLS.
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if YITONG_HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = False
if env.flag("YITONG_BEHIND_PROXY", False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# --- log -------------------------------------------------------------------------------------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"personal": {"()": "yitong.site.logs.HidePersonalNumbers"}},
    "formatters": {
        "line": {"()": "yitong.site.logs.HidingFormatter", "fmt": "%(asctime)s %(levelname)s %(name)s %(message)s"}
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["personal"]}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "yitong": {"level": env.text("YITONG_LOG_LEVEL", "INFO").upper()},
        "django.server": {"handlers": ["console"], "level": "INFO", "propagate": False},
        # The request log would repeat every 404 of a stranger's scanner.
        "django.request": {"level": "ERROR"},
        "fontTools": {"level": "ERROR"},
        "pyhanko": {"level": "ERROR"},
        "procrastinate": {"level": "WARNING"},
    },
}
