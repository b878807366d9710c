"""What the public search reads: one row per published item, and everyday words for official ones."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models

from yitong.catalog.models.items import ItemVersion, ServiceItem


class ItemSearch(models.Model):
    """The searchable face of one published item; rebuilt with every publication, gone when the item is retired.

    ``terms``: single characters and pairs of neighbouring ones (bigrams), so that words of any length are found
    without a dictionary. ``pinyin``: initials and full pinyin of each name, one per line.
    ``popularity``: applications in a year.
    """

    item = models.OneToOneField(ServiceItem, models.PROTECT, related_name="search", primary_key=True)
    version = models.ForeignKey(ItemVersion, models.PROTECT, related_name="+", db_index=False)
    basic_code = models.CharField(max_length=12)
    implementation_code = models.CharField(max_length=31)
    name = models.CharField(max_length=200)
    summary = models.TextField(blank=True)
    everyday_words = ArrayField(models.CharField(max_length=40), default=list)
    terms = SearchVectorField()
    pinyin = models.TextField(blank=True)
    department = models.ForeignKey("parties.Department", models.PROTECT, related_name="+")
    department_name = models.CharField(max_length=80)
    region = models.ForeignKey("parties.Region", models.PROTECT, related_name="+")
    region_name = models.CharField(max_length=80)
    kind = models.CharField(max_length=2)
    subjects = ArrayField(models.CharField(max_length=1), default=list)
    themes = ArrayField(models.CharField(max_length=40), default=list)
    lists = ArrayField(models.CharField(max_length=20), default=list)  # names of catalog.themes.LISTS it stands on
    instant = models.BooleanField(default=False)
    online = models.BooleanField(default=False)
    visits = models.PositiveSmallIntegerField(default=0)
    committed_amount = models.PositiveIntegerField(default=0)
    committed_unit = models.CharField(max_length=10, default="workday")
    popularity = models.PositiveIntegerField(default=0)

    class Meta:
        indexes = [
            GinIndex(fields=["terms"], name="item_search_terms"),
            GinIndex(fields=["themes"], name="item_search_themes"),
            GinIndex(fields=["lists"], name="item_search_lists"),
            models.Index(fields=["-popularity", "basic_code"], name="item_search_popular"),
            # The filter of departments counts every item at each search: from here alone.
            models.Index(fields=["department", "department_name"], include=["item"], name="item_search_by_department"),
        ]

    def __str__(self) -> str:
        return self.name


class Synonym(models.Model):
    """One everyday word (生孩子) and the official words it stands for (出生, 生育). Edited in the console."""

    word = models.CharField(max_length=40, unique=True)
    means = ArrayField(models.CharField(max_length=40))
    updated_at = models.DateTimeField()

    class Meta:
        ordering = ["word"]
        constraints = [
            models.CheckConstraint(name="synonym_means_something", condition=models.Q(means__len__gt=0)),
        ]

    def __str__(self) -> str:
        return self.word
