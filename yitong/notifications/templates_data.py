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
            "phone_changed",
            "手机号变更（原号码）",
            "您的手机号已变更",
            "您在政务服务平台登记的手机号已于 {at} 在窗口变更为 {phone}，本号码不再用于登录。非本人办理的，请立即到窗口核实。",
        ),
        _texts(
            "phone_confirmed",
            "手机号变更（新号码）",
            "手机号变更成功",
            "您的手机号已于 {at} 在窗口变更为 {phone}，今后用本号码登录和接收通知。非本人办理的，请立即到窗口核实。",
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
            "provisional_extended",
            "容缺补交延期",
            "容缺材料补交期限已延长",
            _CASE + "因不可抗力（{reason}），容缺材料补交期限延长至 {due_on}，还需补交：{materials}。",
        ),
        _texts(
            "commitment_withdrawn",
            "撤回告知承诺",
            "告知承诺已撤回",
            _CASE + "的告知承诺已撤回，改按一般程序办理。{further}。",
        ),
        _texts(
            "case_basis_lost",
            "办件依据失效",
            "办件所用材料已失效",
            _CASE + "所用的“{materials}”{reason}，不能再作为依据。请登录平台补交替代材料，或者咨询办理部门。",
        ),
        _texts(
            "basis_asked",
            "依据失效补充材料",
            "请补充替代材料",
            _CASE + "所用材料已失效，请于 {due_on} 前提交：{materials}。办理期限不停止计算，逾期按现有材料作出决定。",
        ),
        _texts(
            "staff_basis_lost",
            "依据失效提醒（工作人员）",
            "办件依据失效",
            "办件 {number}（{item}）所用的“{materials}”{reason}，请打开办件处理。",
        ),
        _texts(
            "staff_basis_restored",
            "依据已补齐提醒（工作人员）",
            "办件依据已补齐",
            "办件 {number}（{item}）失效的材料已由申请人补齐，可以继续办理。",
        ),
        _texts(
            "credit_repair_approved",
            "信用修复通过",
            "信用修复已通过",
            _CASE + "的信用修复申请已通过（{reason}），可以重新申请容缺受理、告知承诺。",
        ),
        _texts(
            "credit_repair_refused",
            "信用修复未通过",
            "信用修复未通过",
            _CASE + "的信用修复申请未通过：{reason}。纠正后可以再次申请。",
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
            "licence_renewal_due",
            "证照到期提醒",
            "证照即将到期，请申请延续",
            "您的{licence}（编号 {licence_number}）将于 {until} 到期，还有 {days} 天。需要继续使用的，请于 {apply_by} 前在“我的证照”申请延续。",
        ),
        _texts(
            "licence_deemed_renewed",
            "证照视为准予延续",
            "证照已视为准予延续",
            "您的{licence}（编号 {licence_number}）延续申请（办件编号 {number}）到期未作出决定，依法视为准予延续，有效期至 {until}。新版本可在“我的证照”下载。",
        ),
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
        _texts(
            "certificate_submitted",
            "证明申请已提交",
            "已收到您的证明申请",
            "您申请的“{item}”（编号 {number}）已收到，将于 {due_on} 前办结。可在“我的证明”查看进度。",
        ),
        _texts(
            "certificate_issued",
            "证明已开具",
            "证明已开具",
            "您申请的“{item}”（编号 {number}）已开具并加盖电子印章，可在“我的证明”下载、打印。",
        ),
        _texts(
            "certificate_refused",
            "证明不予开具",
            "证明未能开具",
            "您申请的“{item}”（编号 {number}）未能开具：{reason}。详情可在“我的证明”查看。",
        ),
        _texts(
            "certificate_asked_back",
            "证明申请需补充",
            "请补充证明申请",
            "您申请的“{item}”（编号 {number}）需要补充：{problems}。请在“我的证明”一次补齐，补齐前不计入办理期限。",
        ),
        _texts(
            "certificate_supplied",
            "证明申请已补充（工作人员）",
            "申请人已补充",
            "“{item}”（编号 {number}）的申请人已补充材料或者说明，请继续审核。",
        ),
        _texts(
            "certificate_posted",
            "纸质证明已寄出",
            "纸质证明已寄出",
            "您申请的“{item}”（编号 {number}）纸质证明已寄出，{carrier}，运单号 {tracking}。",
        ),
        _texts(
            "certificate_by_agent",
            "他人代为申请证明",
            "有人代您申请了证明",
            "{agent}以您的受托人或者经办人身份申请了“{item}”（编号 {number}），用途：{purpose}。非您授权的，请在“授权委托”中撤销并联系窗口。",
        ),
        _texts(
            "certificate_revoked",
            "证明已撤销",
            "证明已撤销",
            "“{item}”（编号 {number}）已由{department}撤销：{reason}。请勿再使用，电子和纸质证明均已失效；有异议可联系该部门。",
        ),
        _texts(
            "certificate_overdue",
            "证明审核超期（工作人员）",
            "证明审核已超期",
            "“{item}”（编号 {number}）应于 {due_on} 前办结，已超期，请立即办理。",
        ),
        _texts(
            "verification_asked",
            "部门核验（工作人员）",
            "有核验待答复",
            "{department}提出“{item}”（编号 {number}），请于 {due_on} 前答复。",
        ),
        _texts(
            "verification_answered",
            "核验已答复（工作人员）",
            "核验已答复",
            "{department}已答复“{item}”（编号 {number}）：{result}。",
        ),
        _texts(
            "verification_overdue",
            "核验超期（工作人员）",
            "核验答复已超期",
            "{department}提出的“{item}”（编号 {number}）应于 {due_on} 前答复，已超期，请立即答复。",
        ),
        _texts(
            "verification_late",
            "核验逾期未答（工作人员）",
            "对方部门逾期未答复",
            "“{item}”（编号 {number}）应于 {due_on} 前答复，{department}逾期未答复，平台已催办。",
        ),
        _texts(
            "source_stale",
            "归集来源中断（工作人员）",
            "证照来源超期未更新",
            "“{source}”超过约定时间没有新数据（上次到达：{since}）。请在“证照归集”核实，必要时联系来源部门。",
        ),
        _texts(
            "source_stale_contact",
            "归集来源中断（来源部门联系人）",
            "证照来源超期未更新",
            "贵单位“{source}”超过约定时间没有新数据（上次到达：{since}）。请检查推送程序，或联系政务服务平台证照数据管理员。",
        ),
    )
}
