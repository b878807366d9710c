"""The cast of every test: a small city with one person for each part.

    cast.actor("李梅")      the actor of that name; English keys work as well: cast.actor("citizen")
    cast.person("李梅")     the row, `cast.staff_member("王强")` and `cast.department("market")` likewise

Everybody's post, role and letter is in force at `NOW`. Numbers have valid check characters; nobody real has them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.contrib.auth.hashers import make_password

from yitong.kernel.identifiers import idcard, uscc
from yitong.parties.actors import Actor
from yitong.parties.models import (
    Account,
    AuthorisationLetter,
    Counter,
    Department,
    Enterprise,
    Person,
    Post,
    PostHolding,
    Region,
    Staff,
    StaffRole,
)
from yitong.parties.queries.actors import account_by_id, actor_of
from yitong.parties.roles import Role

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 9, 24, 10, 0, tzinfo=SHANGHAI)
"""A Thursday morning, a working day; the day before the Mid-autumn holiday."""
SINCE = date(2020, 1, 1)
PASSWORD = "Yitong-cast-2026"

KEYS = {
    "citizen": "李梅",
    "clerk": "王强",
    "accepter": "孙丽",
    "reviewer": "陈静",
    "second_reviewer": "周涛",
    "chief": "刘洋",
    "head": "吴敏",
    "supervisor": "赵监察",
    "registrar": "温典",
    "author": "郑编",
    "admin": "管理员",
    "stranger": "外人",
    "outsider": "冯卫",  # staff of another department, with the same roles as the accepter and the reviewer
    "town_official": "田镇",  # accepter and reviewer of the town
    "enterprise": "恒信",
}


@dataclass
class Cast:
    """The city. ``now`` is the instant its actors are built for unless told otherwise."""

    now: datetime
    regions: dict[str, Region] = field(default_factory=dict)
    departments: dict[str, Department] = field(default_factory=dict)
    counters: dict[str, Counter] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    staff: dict[str, Staff] = field(default_factory=dict)
    accounts: dict[str, Account] = field(default_factory=dict)
    posts: dict[str, Post] = field(default_factory=dict)
    enterprises: dict[str, Enterprise] = field(default_factory=dict)
    letter: AuthorisationLetter | None = None

    def actor(self, name: str, now: datetime | None = None) -> Actor:
        """Built afresh from the database, so that a test may change posts and absences first."""
        account = account_by_id(self.account(name).pk)
        return actor_of(account, now or self.now)

    def account(self, name: str) -> Account:
        return self.accounts[KEYS.get(name, name)]

    def person(self, name: str) -> Person:
        return self.people[KEYS.get(name, name)]

    def staff_member(self, name: str) -> Staff:
        return self.staff[KEYS.get(name, name)]

    def enterprise(self, name: str = "恒信") -> Enterprise:
        return self.enterprises[KEYS.get(name, name)]

    def department(self, name: str = "market") -> Department:
        """``service`` 行政审批服务局, ``market`` 市场监督管理局, ``health`` 卫生健康委员会, ``town`` 望江镇人民政府."""
        return self.departments[name]

    def region(self, name: str = "city") -> Region:
        """``city``, ``district``, ``other_district``, ``town``, ``village``."""
        return self.regions[name]


def build(now: datetime = NOW) -> Cast:
    """Write the cast to the database, about 60 rows."""
    cast = Cast(now)
    _places(cast)
    _citizens(cast)
    _officials(cast)
    cast.letter = AuthorisationLetter.objects.create(
        number="示市监授〔2026〕1号",
        staff=cast.staff["刘洋"],
        department=cast.departments["market"],
        power_decide=True,
        power_review=True,
        power_coordinate=True,
        valid_from=date(2026, 1, 1),
        valid_until=date(2027, 1, 1),
        signed_by="吴敏",
        issued_at=now,
    )
    return cast


def _places(cast: Cast) -> None:
    make: Callable[..., Region] = Region.objects.create
    city = make(code="439900", name="示范市", level=1)
    district = make(code="439901", name="朝晖区", level=2, parent=city)
    other = make(code="439902", name="临江区", level=2, parent=city)
    town = make(code="439901001", name="望江镇", level=3, parent=district)
    village = make(code="439901001201", name="望江村", level=4, parent=town)
    cast.regions = {"city": city, "district": district, "other_district": other, "town": town, "village": village}
    organs = {
        "service": ("示范市行政审批服务局", "审批局", city, "MB000001"),
        "market": ("示范市市场监督管理局", "市监局", city, "MB000002"),
        "health": ("示范市卫生健康委员会", "卫健委", city, "MB000003"),
        "town": ("望江镇人民政府", "望江镇", town, "MB000004"),
    }
    for code, (name, short, region, organisation) in organs.items():
        cast.departments[code] = Department.objects.create(
            code=code,
            name=name,
            short_name=short,
            uscc=uscc.compose("1", "1", "439900", organisation),
            region=region,
            phone="0799-8800000",
            address="示范市朝晖区政务大道1号",
        )
    cast.counters = {
        "general": Counter.objects.create(code="A01", name="综合窗口1号", region=city, address="一楼A区"),
        "market": Counter.objects.create(
            code="B01", name="市监专窗", region=city, department=cast.departments["market"], address="一楼B区"
        ),
    }


def _citizens(cast: Cast) -> None:
    for name, born, serial, phone in (
        ("李梅", date(1990, 5, 20), 24, "13800000001"),
        ("外人", date(1985, 3, 8), 35, "13800000002"),
    ):
        number = idcard.compose("439901", born, serial)
        person = Person.objects.create(
            name=name,
            idcard=number,
            phone=phone,
            sex=idcard.parse(number).sex,
            birth_on=born,
            region=cast.regions["district"],
            address="示范市朝晖区春风路8号",
            registered_at=cast.now,
        )
        cast.people[name] = person
        cast.accounts[name] = Account.objects.create(
            kind="citizen", phone=phone, person=person, password=make_password(None), opened_at=cast.now
        )
    cast.enterprises["恒信"] = Enterprise.objects.create(
        name="示范市恒信商贸有限公司",
        uscc=uscc.compose("9", "1", "439901", "MA000001"),
        legal_representative=cast.people["李梅"],
        region=cast.regions["district"],
        address="示范市朝晖区春风路10号",
        phone="13800000001",
        registered_at=cast.now,
    )


def _officials(cast: Cast) -> None:
    # name, log-in, department, roles that come from a post, roles that come from none
    officials: tuple[tuple[str, str, str, tuple[Role, ...], tuple[Role, ...]], ...] = (
        ("王强", "wangqiang", "service", (Role.CLERK,), ()),
        ("孙丽", "sunli", "market", (Role.ACCEPTER,), ()),
        ("陈静", "chenjing", "market", (Role.REVIEWER,), ()),
        ("周涛", "zhoutao", "market", (Role.REVIEWER,), ()),
        ("刘洋", "liuyang", "market", (Role.CHIEF,), ()),
        ("吴敏", "wumin", "market", (Role.HEAD,), ()),
        ("赵监察", "zhaojiancha", "service", (), (Role.SUPERVISOR,)),
        ("郑编", "zhengbian", "service", (), (Role.AUTHOR,)),
        ("温典", "wendian", "service", (), (Role.REGISTRAR,)),
        ("管理员", "admin", "service", (), (Role.ADMIN,)),
        ("冯卫", "fengwei", "health", (Role.ACCEPTER, Role.REVIEWER), ()),
        ("田镇", "tianzhen", "town", (Role.ACCEPTER, Role.REVIEWER), ()),
    )
    secret = make_password(PASSWORD)
    for index, (name, username, code, post_roles, direct_roles) in enumerate(officials, start=1):
        department = cast.departments[code]
        staff = Staff.objects.create(
            name=name,
            number=f"S{index:03d}",
            department=department,
            region=department.region,
            counter=cast.counters["general"] if Role.CLERK in post_roles else None,
            phone=f"139000000{index:02d}",
        )
        cast.staff[name] = staff
        cast.accounts[name] = Account.objects.create(
            kind="staff", username=username, staff=staff, password=secret, opened_at=cast.now
        )
        for role in post_roles:
            post = Post.objects.create(department=department, name=f"{name}{role.value}岗", role=role.value)
            PostHolding.objects.create(post=post, staff=staff, seat="A", valid_from=SINCE)
            cast.posts.setdefault(name, post)
        StaffRole.objects.bulk_create(StaffRole(staff=staff, role=role.value) for role in direct_roles)
    # 孙丽 backs up 陈静: whoever tests an absence has somebody to test it with.
    PostHolding.objects.create(post=cast.posts["陈静"], staff=cast.staff["孙丽"], seat="B", valid_from=SINCE)
