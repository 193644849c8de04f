"""Settings of the project. Environment variables: DEBUG, SECRET_KEY, ALLOWED_HOSTS, DATABASE_URL, REDIS_URL, HTTPS, TRUSTED_PROXIES,
UPLOAD_LIMIT_MB, PASSWORD_LENGTH, PASSWORD_DAYS, TRAIL_DAYS, RATE_LIMITS, API_PER_MINUTE, LOG_LEVEL, DATA_DIR; DEMO and
EMBEDDED_WORKER are set by the programs that need them.

Without DATABASE_URL and REDIS_URL everything runs embedded: SQLite under `var/`, worker and beat inside the one serving process.
"""

from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import dj_database_url
from celery.schedules import schedule
from django.contrib.messages import constants as messages
from django.core.exceptions import ImproperlyConfigured

from tracker import environment

BASE_DIR = Path(__file__).resolve().parent.parent
DEBUG = environment.flag("DEBUG")
DEMO = environment.flag("DEMO")
EMBEDDED_WORKER = environment.flag("EMBEDDED_WORKER")
# The demo has its own database and files, whatever else the environment names: its logins are known to everybody.
DATA_DIR = BASE_DIR / (environment.text("DATA_DIR") or "var") / ("demo" if DEMO else "")
DATABASE_URL = "" if DEMO else environment.text("DATABASE_URL")
REDIS_URL = "" if DEMO else environment.text("REDIS_URL")
GROWN = bool(DATABASE_URL or REDIS_URL)
if REDIS_URL and EMBEDDED_WORKER:
    raise ImproperlyConfigured("REDIS_URL 与 EMBEDDED_WORKER 只能设置一个:有 Redis 时请另外启动 celery worker 与 beat。")

PRODUCTION = environment.flag("PRODUCTION", default=GROWN)
"""Whether many rely on it: see tracker/production.py for what it then refuses to start with."""
SECRET_KEY = environment.secret_key(DATA_DIR, required=GROWN and not DEBUG)
ALLOWED_HOSTS = environment.words("ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]")
HTTPS = environment.flag("HTTPS", default=GROWN and not DEBUG)
if environment.text("BEHIND_PROXY"):
    raise ImproperlyConfigured("BEHIND_PROXY 已由 TRUSTED_PROXIES 取代:请写明反向代理的地址,如 TRUSTED_PROXIES=127.0.0.1。")
TRUSTED_PROXIES = environment.networks("TRUSTED_PROXIES")
"""Only what these say of the address of a client and of https is believed."""

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django_tables2",
    "django_filters",
    "django_htmx",
    "axes",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "offices",
    "documents",
    "targets",
    "reports",
    "notices",
    "tracker",
]
MIDDLEWARE = [
    "tracker.logs.numbered_requests",
    "tracker.middleware.trusted_proxies",
    "django.middleware.security.SecurityMiddleware",
    "tracker.middleware.content_policy",
    # Pages and files alike: uncompressed, styles and scripts alone weigh more than a slow line of a township takes in a second.
    "django.middleware.gzip.GZipMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "tracker.middleware.session_limits",
    "tracker.middleware.password_due",
    "tracker.limits.Limits",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
    # Last, so that nothing another middleware has to say is skipped.
    "tracker.wholeness.WholeSteps",
]
ROOT_URLCONF = "tracker.urls"
WSGI_APPLICATION = "tracker.wsgi.application"
TEMPLATES = [{
    "BACKEND": "django.template.backends.django.DjangoTemplates",
    "DIRS": [BASE_DIR / "tracker" / "templates"],
    "APP_DIRS": True,
    "OPTIONS": {"context_processors": [
        "django.template.context_processors.request",
        "django.contrib.auth.context_processors.auth",
        "django.contrib.messages.context_processors.messages",
        "tracker.navigation.navigation",
    ]},
}]

# --- data -------------------------------------------------------------------------------------------------------------------

_SQLITE_OPTIONS = {
    # IMMEDIATE takes the write lock at the start: a transaction that reads first can then not fail halfway with "locked".
    "timeout": 20, "transaction_mode": "IMMEDIATE",
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
}


def _database() -> dict[str, Any]:
    said: dict[str, Any] = dict(dj_database_url.parse(DATABASE_URL or f"sqlite:///{DATA_DIR / 'db.sqlite3'}", conn_max_age=60,
                                                conn_health_checks=True))
    if said["ENGINE"] == "django.db.backends.sqlite3":
        said["OPTIONS"] = {**_SQLITE_OPTIONS, **said.get("OPTIONS", {})}
    return said


(DATA_DIR / "static").mkdir(parents=True, exist_ok=True)
DATABASES = {"default": _database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
MEDIA_ROOT = DATA_DIR / "media"
UPLOAD_LIMIT = environment.number("UPLOAD_LIMIT_MB", 20, least=1) * 1024 * 1024
API_PER_MINUTE = environment.number("API_PER_MINUTE", 240, least=1)
"""Requests of one token; a nightly copy of 2,000 targets takes ten."""
DATA_UPLOAD_MAX_NUMBER_FILES = 50
FILE_UPLOAD_HANDLERS = ["documents.uploads.LimitedUploadHandler"]
FILE_UPLOAD_PERMISSIONS = 0o600

STATIC_URL = "static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [(name, BASE_DIR / "node_modules" / name / "dist") for name in ("bootstrap", "echarts")]
WHITENOISE_USE_FINDERS = True

CACHES = {"default": (
    {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL, "KEY_PREFIX": "goals"} if REDIS_URL
    else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"})}

# --- people -----------------------------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "offices.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "offices.passwords.LengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
     "OPTIONS": {"user_attributes": ("username", "name")}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "offices.passwords.KnownBadValidator"},
]
PASSWORD_LENGTH = environment.number("PASSWORD_LENGTH", 10, least=8)
# How old a password may become; 0 days: as old as it likes.
PASSWORD_LONGEST = timedelta(days=_password_days) if (_password_days := environment.number("PASSWORD_DAYS", 0)) else None
TRAIL_DAYS = environment.number("TRAIL_DAYS", 400, least=184)
"""How long the audit trail is kept; the law asks for six months."""
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "login"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
# One address serves a whole building: only the pair of name and address is locked out.
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_CLIENT_IP_CALLABLE = "offices.audit.address_of"
AXES_LOCKOUT_CALLABLE = "tracker.signing.locked_out"
AXES_RESET_ON_SUCCESS = True
AXES_VERBOSE = False
OTP_TOTP_ISSUER = "目标跟踪"
RATE_LIMITS = environment.flag("RATE_LIMITS", default=True)
"""Whether sign-in, search, upload and export are held to so many a minute (tracker/limits.py)."""

SESSION_IDLE = timedelta(minutes=30)
SESSION_LONGEST = timedelta(hours=12)
SESSION_COOKIE_AGE = int(SESSION_LONGEST.total_seconds())
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
if HTTPS:
    # A browser takes a cookie of this name only over https and for this host alone.
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-sessionid", "__Host-csrftoken"
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 3600 * 24 * 365 if HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "tracker.views.form_expired"

# --- pages ------------------------------------------------------------------------------------------------------------------

LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True
MESSAGE_TAGS = {messages.ERROR: "danger"}
DJANGO_TABLES2_TEMPLATE = "django_tables2/bootstrap5-responsive.html"
DJANGO_TABLES2_TABLE_ATTRS = {"class": "table table-sm table-hover align-middle"}

# --- what goes out -----------------------------------------------------------------------------------------------------------

SITE_URL = environment.text("SITE_URL", "http://127.0.0.1:8000")
"""Where people reach the pages: what stands before the links in messages."""
OUTGOING_HOSTS = environment.words("OUTGOING_HOSTS", "qyapi.weixin.qq.com,oapi.dingtalk.com,open.feishu.cn")
OUTGOING_NETWORKS = [ip_network(each) for each in environment.networks("OUTGOING_NETWORKS")]
"""Hosts that messages may be sent to, and private networks in which these may lie: none, unless named."""
_SMTP = environment.address("SMTP_URL", ("smtp", "smtps", "smtp+tls"))
EMAIL_HOST, EMAIL_PORT = _SMTP.hostname or "", _SMTP.port or (465 if _SMTP.scheme == "smtps" else 25)
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = unquote(_SMTP.username or ""), unquote(_SMTP.password or "")
EMAIL_USE_SSL, EMAIL_USE_TLS = _SMTP.scheme == "smtps", _SMTP.scheme == "smtp+tls"
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = environment.text("MAIL_FROM", "goal-tracker@localhost")
MAIL_DOMAINS = environment.words("MAIL_DOMAINS")
"""Domains that mail may go to; any, if none is named."""

# --- tasks ------------------------------------------------------------------------------------------------------------------

PIPELINE = {"stored": "documents.read_document", "read": "targets.take_targets", "taken": "reports.match_document"}
"""Which task takes a document on from a state. Names, because the apps below must not know those above."""
SWEEP_SECONDS = environment.number("SWEEP_SECONDS", 5, least=1)

CELERY_TASK_SOFT_TIME_LIMIT, CELERY_TASK_TIME_LIMIT = 3000, 3300
"""Seconds; under the visibility timeout below, or a task would run twice at a time. Checks and messages have their own, shorter ones."""

CELERY_BROKER_URL = REDIS_URL or "memory://localhost/"
# Commands and tests do the work at once; only a serving process with its own worker, or Redis, puts it off.
CELERY_TASK_ALWAYS_EAGER = not (REDIS_URL or EMBEDDED_WORKER)
CELERY_TASK_EAGER_PROPAGATES = False
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TASK_SERIALIZER = CELERY_RESULT_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TIMEZONE = TIME_ZONE
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# The lease of a document is shorter: after a lost worker the sweep is there before Redis gives a message back.
CELERY_BROKER_TRANSPORT_OPTIONS = (
    {"visibility_timeout": 3600, "unacked_restore_interval": 5, "unacked_restore_throttle": 1,
     "socket_connect_timeout": 3, "max_retries": 1} if REDIS_URL else {"polling_interval": 0.2}
)
CELERY_BEAT_SCHEDULE = {
    "sweep": {
        "task": "tracker.sweep", "schedule": schedule(timedelta(seconds=SWEEP_SECONDS)),
        # Under the period: sweeps must not queue up behind a long task.
        "options": {"expires": max(SWEEP_SECONDS - 1, 0.5)},
    },
    "leftovers": {"task": "tracker.set_aside", "schedule": schedule(timedelta(hours=1)), "options": {"expires": 3000}},
    "prune_trail": {"task": "offices.prune_trail", "schedule": schedule(timedelta(hours=1)), "options": {"expires": 3000}},
}

LOG_FORMAT = environment.choice("LOG_FORMAT", ("line", "json"))
LOGGING = {
    "version": 1, "disable_existing_loggers": False,
    "filters": {"numbers": {"()": "tracker.logs.Numbers"}},
    "formatters": {
        "line": {"()": "tracker.logs.LineFormatter", "format": "%(asctime)s %(levelname)s %(name)s %(message)s"},
        "json": {"()": "tracker.logs.JsonFormatter"},
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": LOG_FORMAT, "filters": ["numbers"]}},
    "root": {"handlers": ["stderr"], "level": environment.text("LOG_LEVEL", "WARNING").upper()},
    # What was refused or not found stands in the audit trail and in the access log: no traceback for each.
    "loggers": {"django.request": {"level": "ERROR"}},
}
