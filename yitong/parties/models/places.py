"""Where the administration stands: regions, departments, counters."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q


class Region(models.Model):
    """One administrative division (行政区划).

    ``code`` is GB/T 2260 (6 digits), extended to towns (9) and villages (12). ``path`` is the codes from the city down
    to this one, each followed by a slash (``439900/439901/``), so that "everything below" is one prefix query.
    """

    class Level(models.IntegerChoices):
        CITY = 1, "市"
        DISTRICT = 2, "县区"
        TOWN = 3, "乡镇街道"
        VILLAGE = 4, "村社区"
        GRID = 5, "网格"

    code = models.CharField(max_length=12, unique=True)
    name = models.CharField(max_length=80)
    level = models.SmallIntegerField(choices=Level.choices)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    path = models.CharField(max_length=80, unique=True, editable=False)

    class Meta:
        ordering = ["path"]
        constraints = [
            models.CheckConstraint(
                name="region_level_one_to_five",
                condition=Q(level__gte=1, level__lte=5),
            ),
            models.CheckConstraint(
                name="region_only_a_city_has_no_parent",
                condition=Q(level=1, parent__isnull=True) | Q(level__gt=1, parent__isnull=False),
            ),
            models.CheckConstraint(name="region_code_digits", condition=Q(code__regex=r"^[0-9]{6}([0-9]{3}){0,2}$")),
            models.UniqueConstraint(fields=["parent", "name"], name="region_name_unique_below_its_parent"),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keeps ``path`` in step with the code and the parent; moving a whole branch is not offered."""
        self.path = (self.parent.path if self.parent else "") + f"{self.code}/"
        super().save(*args, **kwargs)


class Department(models.Model):
    """One organ that exercises powers in its own name (部门、乡镇政府). ``uscc`` is its 统一社会信用代码."""

    code = models.CharField(max_length=30, unique=True)
    name = models.CharField(max_length=80)
    short_name = models.CharField(max_length=20, blank=True)
    uscc = models.CharField(max_length=18)
    region = models.ForeignKey(Region, models.PROTECT, related_name="departments")
    phone = models.CharField(max_length=30, blank=True)
    address = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                name="department_uscc_has_18_characters", condition=Q(uscc__regex=r"^[0-9A-Z]{18}$")
            ),
            models.UniqueConstraint(fields=["region", "name"], name="department_name_unique_in_its_region"),
        ]

    def __str__(self) -> str:
        return self.name


class Counter(models.Model):
    """One window of a service hall (窗口). Without a department it is a general window (综窗) that files for all."""

    code = models.CharField(max_length=30, unique=True)
    name = models.CharField(max_length=80)
    region = models.ForeignKey(Region, models.PROTECT, related_name="counters")
    department = models.ForeignKey(Department, models.PROTECT, null=True, blank=True, related_name="counters")
    address = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name
