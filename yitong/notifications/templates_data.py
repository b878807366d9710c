"""The messages of the platform as they are seeded. ``ensure_templates`` copies them into the table, to be edited there.

Every text names the item and the case number, says what happened and what to do. Text messages stay within 210
characters (three segments). Raise ``version`` when a text changes: rows nobody edited follow.
"""

from __future__ import annotations

from yitong.notifications.rules.texts import Texts

SIGNATURE = "【易通政务】"


def _texts(code: str, name: str, title: str, sms: str, inapp: str = "", version: int = 1) -> Texts:
    return Texts(code, name, title, SIGNATURE + sms, inapp or sms, inapp or sms, version)


_CASE = "您申请的“{item}”（办件编号 {number}）"

SEEDS: dict[str, Texts] = {
    texts.code: texts
    for texts in (
        _texts(
            "login_code",
            "登录验证码",
            "登录验证码",
            "验证码 {code}，{minutes} 分钟内有效，用于登录。请勿告诉他人；非本人操作请忽略。",
        ),
        _texts(
            "case_submitted",
            "申请已提交",
            "已收到您的申请",
            _CASE + "已收到，我们将在 5 个工作日内告知是否受理。可在“我的办件”查看进度。",
        ),
        _texts(
            "case_accepted",
            "受理",
            "申请已受理",
            _CASE + "已受理，承诺于 {due_on} 前办结。受理通知书可在“我的办件”下载。",
        ),
        _texts(
            "case_not_required",
            "不需要许可",
            "您申请的事项不需要办理",
            _CASE + "依法不需要办理：{reason}。告知书可在“我的办件”下载。",
        ),
        _texts(
            "case_acceptance_refused",
            "不予受理",
            "申请不予受理",
            _CASE + "不予受理：{reason}。请向{right_organ}申请。通知书和救济途径可在“我的办件”查看。",
        ),
        _texts(
            "correction_requested",
            "一次性补正",
            "请补正申请材料",
            _CASE + "需要补正：{problems}。请于 {due_on} 前在“我的办件”或窗口一次补齐。",
        ),
        _texts(
            "correction_reminder",
            "补正提醒",
            "补正期限将到",
            _CASE + "的补正期限为 {due_on}，尚未收到补正材料，请尽快补齐。",
        ),
        _texts(
            "correction_supplied", "补正已收到", "已收到补正材料", _CASE + "的补正材料已收到，我们将尽快告知是否受理。"
        ),
        _texts(
            "special_procedure_started",
            "特别程序开始",
            "办理进入特别程序",
            _CASE
            + "自 {started_on} 起进行“{kind}”，预计 {days} 个工作日，依法不计入办理期限。告知书可在“我的办件”下载。",
        ),
        _texts(
            "special_procedure_ended",
            "特别程序结束",
            "特别程序已结束",
            _CASE + "的“{kind}”已结束，办理期限恢复计算，承诺于 {due_on} 前办结。",
        ),
        _texts(
            "extension_approved",
            "延期",
            "办理期限延长",
            _CASE + "经负责人批准延长 {days} 个工作日，至 {due_on}。理由：{reason}。",
        ),
        _texts(
            "provisional_accepted",
            "容缺受理",
            "申请已容缺受理",
            _CASE + "已容缺受理，请于 {due_on} 前补交：{materials}。逾期未补交的，依承诺终止办理。",
        ),
        _texts(
            "provisional_reminder",
            "容缺补交提醒",
            "容缺材料补交期限将到",
            _CASE + "的容缺材料补交期限为 {due_on}，还需补交：{materials}。",
        ),
        _texts(
            "provisional_due_today",
            "容缺补交到期",
            "今天是容缺材料补交的最后一天",
            _CASE + "的容缺材料今天（{due_on}）到期，还需补交：{materials}。逾期未补交的，依承诺终止办理。",
        ),
        _texts(
            "case_granted",
            "准予",
            "申请已获准予",
            _CASE + "已作出准予决定。{result}将在 10 个工作日内颁发，可在“我的办件”查看。",
        ),
        _texts(
            "case_refused",
            "不予许可",
            "申请未获准予",
            _CASE + "已作出不予许可决定。决定书载明理由和救济途径，可在“我的办件”下载。",
        ),
        _texts(
            "ready_to_collect",
            "可以领取",
            "结果可以领取",
            _CASE + "的{result}可以领取。地点：{place}。请带好有效身份证件。",
        ),
        _texts("posted", "已寄出", "结果已寄出", _CASE + "的{result}已寄出，{carrier}，运单号 {tracking}。"),
        _texts(
            "delivered_electronically",
            "电子送达",
            "电子结果已送达",
            _CASE + "的{result}已送达，可在“我的证照”和“我的办件”查看、下载。",
        ),
        _texts(
            "case_closed",
            "办结与评价邀请",
            "办件已办结，请您评价",
            _CASE + "已办结。请为本次服务评价：{rate_url}",
        ),
        _texts(
            "deemed_accepted",
            "逾期视为受理",
            "申请视为已受理",
            _CASE + "逾期未告知补正内容，依法自收到之日（{accepted_on}）起视为受理，承诺于 {due_on} 前办结。",
        ),
        _texts(
            "deemed_approved",
            "超时默认",
            "申请已按超时默认准予",
            _CASE + "到期未作出决定，该事项实行超时默认制度，视为同意。通知书可在“我的办件”下载。",
        ),
        _texts(
            "case_withdrawn",
            "撤回",
            "申请已撤回",
            _CASE + "已按您的要求撤回，材料可在“我的办件”下载。需要时可重新申请。",
        ),
        _texts("case_terminated", "终止办理", "办理已终止", _CASE + "已终止办理：{reason}。通知书可在“我的办件”下载。"),
        _texts(
            "staff_handed_over",
            "转交提醒（工作人员）",
            "有办件转交给您",
            "办件 {number}（{item}）由{from_staff}转交给您，承诺期限 {due_on}。说明：{reason}。",
        ),
        _texts(
            "staff_due_soon",
            "临期提醒（工作人员）",
            "办件将到期",
            "办件 {number}（{item}）承诺期限 {due_on}，请及时办理。",
        ),
    )
}
