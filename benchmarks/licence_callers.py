"""Outside systems that look licences up in the library of ten millions: the whole request, as the web server hands it over.

Sixteen systems, each with a token, scopes and a quota of its own, ask for licences of holders who consented: by identifier and by
holder. Every answer spends a use of the consent, stands in the holder's log, in the system's and in the audit log, and is
committed. Beside them the public verification of an identifier, which counts the question and tells the minimum.
"""

from __future__ import annotations

import hashlib
import io
import json
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from functools import cache
from random import Random
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from benchmarks.frame import MILLISECONDS

SYSTEMS = 16
HOLDERS = 2_000
SERIAL = 900_000_000_000
"""Serials of the licences of holders who consented; the generator's are below."""
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def prepare() -> None:
    """The systems and the holders with their licences, once; and consents anew, since each is good for a hundred looks."""
    from tests.cast import build
    from yitong.exchange.models import ApiClient

    now = timezone.now()
    if not ApiClient.objects.exists():
        with transaction.atomic():
            cast = build(now)
            _systems(cast.actor("admin", now), cast.department("health").pk)
    _holders()


def _systems(administrator: Any, department_id: int) -> None:
    from yitong.exchange.commands import clients
    from yitong.exchange.rules.scopes import Scope
    from yitong.licences.models import LicenceType

    now = timezone.now()
    ways = frozenset({"identifier", "holder", "verify"})
    opens = {
        kind.code: frozenset(f["name"] for f in kind.fields if f.get("confidentiality") != "sensitive")
        for kind in LicenceType.objects.all()
    }
    scopes = [Scope(code, opens[code], ways) for _, code in kinds()]
    for n in range(SYSTEMS):
        made = clients.register_client(
            actor=administrator, name=f"业务系统 {n}", department_id=department_id, contact="19900000001", purpose="业务办理",
            law="国务院令第716号", per_minute=100_000, per_day=10_000_000, token_seconds=3600, now=now,
        )  # fmt: skip
        clients.set_scopes(actor=administrator, client_pk=made.client.pk, scopes=scopes, reason="对接", now=now)


def _holders() -> None:
    """Seven licences each, sealed for what they are, and a consent to read them."""
    from benchmarks.licence_library import COLUMNS, DEFINER, identifier
    from yitong.consents.commands.granting import give
    from yitong.licences import holders, sealing
    from yitong.licences.models import Licence
    from yitong.licences.rules.holders import Holder
    from yitong.parties.actors import system
    from yitong.parties.models import Department, Region

    now, types = timezone.now(), kinds()
    region = Region.objects.order_by("id").values_list("id", flat=True)[0]
    rows = []
    for n in range(HOLDERS * len(types)):
        holder, nth = divmod(n, len(types))
        kind, code = types[nth]
        number, whole = idcard(holder), identifier(SERIAL + n, code)
        sealed, key = sealing.seal({"idcard": number, "address": "示范市中心区幸福路"}, whole)
        rows.append((
            whole, f"BC{n:012d}", kind, "person", holders.key_of("person", number), f"李{holder % 9973}", '{"sex":"男"}', sealed, key,
            "valid", "2026-01-05", "2026-01-05", "2036-01-04", DEFINER, "示范市公安局", region, "", 1, "bench", f"C{n}",
            hashlib.blake2b(str(n).encode(), digest_size=16).digest(), now, now,
        ))  # fmt: skip
    with transaction.atomic():
        if not Licence.objects.filter(source_code="bench", source_id="C0").exists():
            with connection.cursor() as cursor, cursor.copy(f"COPY licences_licence ({COLUMNS}) FROM STDIN") as copy:  # type: ignore[attr-defined]
                for row in rows:
                    copy.write_row(row)
        department = Department.objects.get(code="health").pk
        for n in range(HOLDERS):
            give(
                actor=system("bench"), holder=Holder("person", idcard(n), ""), type_codes=[code for _, code in types], fields=(),
                purpose="业务办理", department_id=department, case_number="", until=now + timedelta(days=300), uses=100,
                way="online", now=now,
            )  # fmt: skip


@cache
def kinds() -> tuple[tuple[int, str], ...]:
    """(id, code) of the types the generator uses."""
    from benchmarks.licence_library import PER_HOLDER
    from yitong.licences.models import LicenceType

    rows = LicenceType.objects.filter(holder_kinds="person").order_by("id")
    return tuple(rows.values_list("id", "code")[:PER_HOLDER])


def idcard(n: int) -> str:
    """The number of holder ``n``: a known region, a real day, the right check character."""
    first = f"110101{1950 + n % 50}{1 + n // 50 % 12:02d}{1 + n // 600 % 28:02d}{n % 1000:03d}"
    return first + "10X98765432"[sum(w * int(c) for w, c in zip(_WEIGHTS, first, strict=True)) % 11]


class Caller:
    """One outside system: its token, and the application as a worker of the web server holds it."""

    def __init__(self, seed: int) -> None:
        from yitong.exchange.commands import tokens
        from yitong.exchange.models import ApiClient
        from yitong.exchange.rules import tokens as made

        client = ApiClient.objects.order_by("id")[seed % SYSTEMS]
        key = tokens._key()
        self.token = made.make(
            key, client_id=client.client_id, generation=client.generation, token_id=f"bench{seed}", now=timezone.now(), seconds=7200
        )  # fmt: skip
        self.handler = application()
        self.consents = consents()

    def ask(self, path: str, body: dict[str, Any] | None = None, query: str = "", address: str = "10.0.0.1") -> float:
        """Milliseconds from the request's first byte to the answer's last. RuntimeError for anything but 200."""
        given = b"" if body is None else json.dumps(body).encode()
        environ = {
            "REQUEST_METHOD": "GET" if body is None else "POST", "PATH_INFO": path, "QUERY_STRING": query, "REMOTE_ADDR": address,
            "SERVER_NAME": "localhost", "SERVER_PORT": "8000", "SERVER_PROTOCOL": "HTTP/1.1", "HTTP_HOST": "localhost",
            "CONTENT_TYPE": "application/json", "CONTENT_LENGTH": str(len(given)), "HTTP_AUTHORIZATION": f"Bearer {self.token}",
            "wsgi.input": io.BytesIO(given), "wsgi.errors": sys.stderr, "wsgi.url_scheme": "http", "wsgi.version": (1, 0),
        }  # fmt: skip
        said: list[str] = []
        begun = time.perf_counter()
        answer = self.handler(environ, lambda status, headers: said.append(status))
        content = b"".join(answer)
        took = (time.perf_counter() - begun) * MILLISECONDS
        answer.close()
        if not said[0].startswith("200"):
            raise RuntimeError(f"{path}: {said[0]} {content[:300]!r}")
        return took

    def basis(self, holder: int) -> dict[str, Any]:
        """The consent of that holder, and what it is asked for."""
        return {"consent_id": self.consents[holder], "case_number": "业务-1", "purpose": "业务办理"}

    def by_identifier(self, random: Random) -> float:
        """A licence of a holder who consented, by its identifier."""
        from benchmarks.licence_library import identifier

        holder, nth = random.randrange(HOLDERS), random.randrange(len(kinds()))
        whole = identifier(SERIAL + holder * len(kinds()) + nth, kinds()[nth][1])
        return self.ask("/api/exchange/licence", {"identifier": whole, **self.basis(holder)})

    def by_holder(self, random: Random) -> float:
        """The newest of a type of a holder who consented."""
        holder, nth = random.randrange(HOLDERS), random.randrange(len(kinds()))
        asked = {"kind": "person", "id_number": idcard(holder), "type": kinds()[nth][1]}
        return self.ask("/api/exchange/holder", {**asked, **self.basis(holder)})

    def public(self, random: Random) -> float:
        """The public verification of any licence of the ten million, from an address of its own."""
        from benchmarks.licence_library import grown, identifier

        n = random.randrange(grown())
        code = kinds()[n % len(kinds())][1]
        address = f"10.{random.randrange(250)}.{random.randrange(250)}.{random.randrange(250)}"
        return self.ask("/api/licences/verify", query=f"q={identifier(n, code)}", address=address)


WAYS: dict[str, Callable[[Caller, Random], float]] = {
    "identifier": Caller.by_identifier,
    "holder": Caller.by_holder,
    "public": Caller.public,
}


@cache
def application() -> Any:
    """The site, loaded as the web server loads it."""
    from yitong.site.wsgi import application as site

    return site


@cache
def consents() -> list[int]:
    """Ids of the newest consents, by holder."""
    from yitong.consents.models import HolderConsent
    from yitong.licences import holders

    found = {bytes(key): pk for pk, key in HolderConsent.objects.order_by("pk").values_list("pk", "holder_key")}
    return [found[holders.key_of("person", idcard(n))] for n in range(HOLDERS)]
