"""The pages of promises moved, commitments taken back and credit repaired."""

from __future__ import annotations

from datetime import date

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from yitong.cases.models import Case, Commitment, CorrectionNotice, CreditRepair, ProvisionalAcceptance
from yitong.cases.tests.conftest import PNG
from yitong.cases.tests.desk_fixtures import enter_fixture  # noqa: F401
from yitong.cases.tests.test_desk_case import open_acts, page_of, press
from yitong.cases.tests.test_portal_cases import address, text_of
from yitong.cases.tests.test_promises import committed, provisional
from yitong.cases.tests.test_trust import asked, broken, signed


def test_the_head_moves_the_promised_day_on_the_page_of_the_case(office, enter):
    case = provisional(office)
    head = enter("head")
    page = page_of(head, case)
    assert "extend_promise" in open_acts(page) and 'min="2026-10-13"' in text_of(page)
    assert "extend_promise" not in open_acts(page_of(enter("accepter"), case))
    wrong = press(head, case, "extend_promise", promised_on="2026-10-01", reason="洪水")
    assert wrong.status_code == 422 and "洪水" in text_of(wrong)
    assert press(head, case, "extend_promise", promised_on="2026-11-30", reason="洪水").status_code == 302
    assert ProvisionalAcceptance.objects.get(case=case).promised_on == date(2026, 11, 30)
    assert "洪水" in text_of(page_of(head, case))
    assert "洪水" in text_of(enter("citizen").get(address(case)))


def test_a_citizen_asks_for_repair_and_the_head_decides(office, enter):
    case = broken(office)
    citizen, head = enter("citizen"), enter("head")
    assert address(case, "credit-repair/") in text_of(citizen.get(address(case)))
    empty = citizen.post(address(case, "credit-repair/"), {"rev": case.rev, "reason": " "})
    assert empty.status_code == 422 and not CreditRepair.objects.exists()
    evidence = SimpleUploadedFile("回执.png", PNG)
    fake = SimpleUploadedFile("假.pdf", b"not a pdf")
    refused = citizen.post(address(case, "credit-repair/"), {"rev": case.rev, "reason": "已补齐", "file": fake})
    assert refused.status_code == 422 and "已补齐" in text_of(refused)
    sent = citizen.post(address(case, "credit-repair/"), {"rev": case.rev, "reason": "已补齐", "file": evidence})
    assert sent.status_code == 302, text_of(sent)
    own = citizen.get(address(case, "credit-repair/"))
    assert "回执.png" in text_of(own) and "已补齐" in text_of(own)
    # Asking twice is refused in words.
    twice = citizen.post(address(case, "credit-repair/"), {"rev": case.rev, "reason": "再"})
    assert twice.status_code == 422 and CreditRepair.objects.count() == 1
    waiting = text_of(head.get("/desk/credit-repairs/"))
    assert case.number in waiting and "/desk/credit-repairs/" in text_of(head.get("/desk/"))
    page = page_of(head, case)
    assert {"approve_repair", "refuse_repair"} <= set(open_acts(page)) and "已补齐" in text_of(page)
    file = reverse("documents:file", args=[CreditRepair.objects.get().stored_file_id])
    assert [enter(who).get(file).status_code for who in ("head", "citizen", "stranger")] == [200, 200, 404]
    assert press(head, case, "approve_repair", reason="已核实").status_code == 302
    assert CreditRepair.objects.get().state == "approved"
    assert ProvisionalAcceptance.objects.get(case=case).repaired_at == office.now
    assert case.number not in text_of(head.get("/desk/credit-repairs/"))
    assert "已核实" in text_of(citizen.get(address(case, "credit-repair/")))
    assert address(case, "credit-repair/") not in text_of(citizen.get(address(case)))


def test_the_list_of_repairs_is_the_heads_own(office, enter):
    case = asked(office)
    for who in ("accepter", "reviewer", "clerk", "supervisor", "admin"):
        page = enter(who).get("/desk/credit-repairs/")
        assert page.status_code in (403, 404) and case.number not in text_of(page), who
    assert enter("citizen").get("/desk/credit-repairs/")["Location"].startswith("/desk/login/")
    for tail in ("credit-repair/", "take-back/"):
        assert enter("stranger").get(address(case, tail)).status_code == 404


def test_a_citizen_takes_the_commitment_back_after_handing_in(office, enter):
    case = committed(office)
    citizen = enter("citizen")
    assert address(case, "take-back/") in text_of(citizen.get(address(case)))
    assert "食品安全管理制度" in text_of(citizen.get(address(case, "take-back/")))
    here = address(case, "take-back/")
    assert citizen.post(here, {"rev": case.rev}).status_code == 422
    assert citizen.post(here, {"rev": case.rev - 1, "reason": "按一般程序"}).status_code == 422
    done = citizen.post(here, {"rev": case.rev, "reason": "按一般程序"})
    assert (done.status_code, done["Location"]) == (302, address(case, "correction/"))
    page = citizen.get(done["Location"])
    assert "食品安全管理制度" in text_of(page) and "第三十二条" not in text_of(page)
    assert Case.objects.get(pk=case.pk).state == "correcting"
    assert "take-back" not in text_of(citizen.get(address(case)))
    again = citizen.get(here)
    assert again.status_code == 200 and 'name="reason"' not in text_of(again)
    desk = text_of(page_of(enter("accepter"), case))
    assert "食品安全管理制度" in desk and CorrectionNotice.objects.get().origin == "applicant"


def test_a_citizen_takes_the_commitment_back_in_the_draft(office, enter):
    case = signed(office)
    citizen = enter("citizen")
    here = f"/apply/drafts/{case.pk}/commitment/"
    assert 'value="take_back"' in text_of(citizen.get(here))
    assert citizen.post(here, {"act": "take_back"}).status_code == 302
    assert not Commitment.objects.exists() and 'name="signature"' in text_of(citizen.get(here))
    assert citizen.post(here, {"act": "take_back"}).status_code == 302
