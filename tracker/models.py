"""What the installation as a whole remembers."""

from django.db import models


class Heartbeat(models.Model):
    """心跳: when a worker last did the sweep; as it comes from beat over the broker, all three were alive then."""

    name = models.CharField("名称", max_length=20, unique=True)
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = verbose_name_plural = "心跳"
        ordering = ("name",)

    def __str__(self) -> str:
        return f"{self.name} {self.at:%Y-%m-%d %H:%M:%S}"
