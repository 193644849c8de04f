"""What an installation that many rely on must not be started with. Asked by commands, by the serving process and by workers alike."""

from typing import Any

from celery import signals
from django.conf import settings
from django.core import checks
from django.core.exceptions import ImproperlyConfigured

TAG = "production"
_SAMPLES = ("changeme", "change-me", "change_me", "django-insecure", "example", "sample", "secret", "password", "123456")
LEAST_CHARACTERS = 12


@checks.register(TAG)
def fit_for_production(**_: Any) -> list[checks.CheckMessage]:
    """Errors stop the start: debug, a key that others know, no broker. PRODUCTION=0 is for those who know what they do."""
    if not settings.PRODUCTION:
        return []
    found: list[checks.CheckMessage] = []
    if settings.DEBUG:
        found.append(checks.Error("正式运行不能打开 DEBUG:出错页面会露出内部数据。", hint="去掉环境变量 DEBUG。", id="tracker.E001"))
    if _is_sample(settings.SECRET_KEY):
        found.append(checks.Error("SECRET_KEY 像是样例或手打的,不是随机密钥。", id="tracker.E002",
                                  hint="python -c 'import secrets; print(secrets.token_urlsafe(48))'"))
    if settings.CELERY_TASK_ALWAYS_EAGER:
        found.append(checks.Error("正式运行需要后台任务:没有设置 REDIS_URL。", id="tracker.E003",
                                  hint="设置 REDIS_URL 并启动 celery worker 和 beat,或用 manage.py serve 启动单进程。"))
    if "//127.0.0.1" in settings.SITE_URL or "//localhost" in settings.SITE_URL:
        found.append(checks.Warning("SITE_URL 没有设置,通知里的链接别人打不开。", id="tracker.W001"))
    return found


def _is_sample(key: str) -> bool:
    return len(set(key)) < LEAST_CHARACTERS or any(sample in key.lower() for sample in _SAMPLES)


def refuse_if_unfit() -> None:
    """Raises ImproperlyConfigured with all that is wrong."""
    wrong = [each for each in checks.run_checks(tags=[TAG]) if each.is_serious()]
    if wrong:
        raise ImproperlyConfigured(" ".join(f"{each.msg}({each.id}){each.hint or ''}" for each in wrong))


@signals.worker_init.connect
@signals.beat_init.connect
def _before_work(**_: Any) -> None:
    try:
        refuse_if_unfit()
    except ImproperlyConfigured as error:
        # Celery logs what a handler of a signal raises and goes on; only this ends it.
        raise SystemExit(str(error)) from error
