"""The built-in wording of every kind of document (Chinese legal data). Placeholders: ``rules.kinds``; marks: ``rules.markup``.

Each text cites the article it rests on: 《中华人民共和国行政许可法》(2019年修正) unless another law is named. Remedies follow
《中华人民共和国行政复议法》第二十条 (60 days) and 《中华人民共和国行政诉讼法》第四十六条 (6 months).
"""

REMEDIES = """\
如不服本决定，可以自知道本决定之日起六十日内依据《中华人民共和国行政复议法》第二十条向行政复议机关申请行政复议，也可以自知道或者应当知道本决定之日起六个月内依据《中华人民共和国行政诉讼法》第四十六条向有管辖权的人民法院提起行政诉讼。
行政复议机关：{{ review_organ }}。
有管辖权的人民法院：{{ court }}。
"""

TEMPLATES = {
    "receipt_of_materials": """\
! {{ applicant_name }}：
你（单位）于{{ received_on }}提交的“{{ item_name }}”申请及下列材料，本机关已收到。办件编号：{{ case_number }}。
{{ materials }}
本凭证证明本机关收到上述材料，不代表申请已被受理。依据《中华人民共和国行政许可法》第三十二条第一款第四项，申请材料不齐全或者不符合法定形式的，本机关将当场或者在五个工作日内一次告知需要补正的全部内容；逾期不告知的，自收到申请材料之日起即为受理。
联系方式：{{ contact }}。
""",
    "acceptance_notice": """\
! {{ applicant_name }}：
你（单位）提出的“{{ item_name }}”申请（办件编号：{{ case_number }}），经审查，申请事项属于本机关职权范围，申请材料齐全、符合法定形式。依据《中华人民共和国行政许可法》第三十二条第一款第五项的规定，本机关决定自{{ accepted_on }}起予以受理。
本事项的设定和实施依据：{{ basis }}。
依据《中华人民共和国行政许可法》第四十二条、第八十二条的规定，本事项的法定办结日期为{{ statutory_due_on }}。
本机关承诺于{{ committed_due_on }}前办结。
办理期间依法需要听证、招标、拍卖、检验、检测、检疫、鉴定和专家评审的，依据《中华人民共和国行政许可法》第四十五条的规定，所需时间不计算在上述期限内，本机关将另行书面告知。
联系方式：{{ contact }}。
""",
    "correction_notice": """\
! {{ applicant_name }}：
你（单位）于{{ received_on }}提交的“{{ item_name }}”申请（办件编号：{{ case_number }}），经审查，申请材料不齐全或者不符合法定形式。依据《中华人民共和国行政许可法》第三十二条第一款第四项的规定，现将需要补正的全部内容一次告知如下：
{{ items }}
请于{{ supply_by }}前补正。
按照上述要求提交全部补正申请材料后，本机关将依据《中华人民共和国行政许可法》第三十二条第一款第五项的规定受理你（单位）的申请。自本告知书送达之日起至补正材料提交之日止的时间，不计算在办理期限内。
联系方式：{{ contact }}。
""",
    "basis_notice": """\
! {{ applicant_name }}：
你（单位）的“{{ item_name }}”申请（办件编号：{{ case_number }}）所依据的下列材料，在提交之后失效，不能再证明原有事实：
{{ items }}
依据：{{ basis }}。
请于{{ supply_by }}前提交替代材料。失效属于提交之后发生的新情况，本告知不是补正告知，办理期限不停止计算；逾期未提交的，本机关按照现有材料依法作出决定。你（单位）有权进行陈述和申辩。
联系方式：{{ contact }}。
""",
    "acceptance_refusal": """\
! {{ applicant_name }}：
你（单位）提出的“{{ item_name }}”申请（办件编号：{{ case_number }}），经审查，依法不属于本机关职权范围。依据《中华人民共和国行政许可法》第三十二条第一款第二项的规定，本机关决定不予受理。理由如下：
{{ reasons }}
相关依据：{{ basis }}。
请向有权机关{{ right_organ }}提出申请。
"""
    + REMEDIES,
    "not_required_notice": """\
! {{ applicant_name }}：
你（单位）提出的“{{ item_name }}”申请（办件编号：{{ case_number }}），经审查，该事项依法不需要取得行政许可。依据《中华人民共和国行政许可法》第三十二条第一款第一项的规定，现即时告知不受理。理由如下：
{{ reasons }}
相关依据：{{ basis }}。
"""
    + REMEDIES,
    "special_procedure_notice": """\
! {{ applicant_name }}：
你（单位）的“{{ item_name }}”申请（办件编号：{{ case_number }}）在办理过程中，依法需要进行{{ procedure_name }}。
事由：{{ reason }}
所需时间为{{ planned_days }}个工作日，自{{ from_on }}起计算。
预计于{{ planned_until }}结束。
依据《中华人民共和国行政许可法》第四十五条的规定，{{ procedure_name }}所需时间不计算在办理期限内，现书面告知。程序结束后，办理期限继续计算，本机关将另行告知。
联系方式：{{ contact }}。
""",
    "special_procedure_end": """\
! {{ applicant_name }}：
你（单位）的“{{ item_name }}”申请（办件编号：{{ case_number }}）所进行的{{ procedure_name }}（自{{ from_on }}起）已于{{ until_on }}结束。
结果：{{ result }}
依据《中华人民共和国行政许可法》第四十五条的规定，上述程序所需时间不计算在办理期限内，办理期限自程序结束之日起继续计算。
重新计算后的法定办结日期为{{ statutory_due_on }}。
重新计算后的承诺办结日期为{{ committed_due_on }}。
""",
    "extension_notice": """\
! {{ applicant_name }}：
你（单位）的“{{ item_name }}”申请（办件编号：{{ case_number }}），不能在规定期限内作出决定。依据《中华人民共和国行政许可法》第四十二条的规定，经本行政机关负责人批准，延长办理期限{{ days }}个工作日，延长后的办结日期为{{ new_due_on }}。
延长期限的理由：{{ reason }}
批准人：{{ approved_by }}。
联系方式：{{ contact }}。
""",
    "provisional_notice": """\
! {{ applicant_name }}：
你（单位）提出的“{{ item_name }}”申请（办件编号：{{ case_number }}），主要申请材料齐全且符合法定形式，经你（单位）自愿申请并作出书面承诺，本机关自{{ accepted_on }}起容缺受理。暂缺的材料如下：
{{ materials }}
请于{{ promised_on }}前补齐上述材料。补齐前，本机关先行开展审查，暂不作出并送达办理结果。
本机关承诺于{{ committed_due_on }}前办结。
在承诺期限内未补齐，或者补交的材料不符合要求的，本机关将终止办理，由此产生的后果由你（单位）承担。因不可抗力不能按期补齐的，可以在期限届满前申请延长。
本通知书一式两份，申请人和本机关各执一份。
联系方式：{{ contact }}。
""",
    "commitment_letter": """\
! {{ applicant_name }}：
你（单位）申请以告知承诺方式办理“{{ item_name }}”（办件编号：{{ case_number }}）。依据《国务院办公厅关于全面推行证明事项和涉企经营许可事项告知承诺制的指导意见》（国办发〔2020〕42号），现就有关内容告知并由申请人承诺如下。
# 一、行政机关的告知
{{ content }}
核查方式：{{ check_method }}。
# 二、申请人的承诺
{{ promise }}
申请人承诺：已经知晓行政机关告知的全部内容；所填写的信息真实、准确；已经符合告知的条件、标准和要求；愿意承担不实承诺、违反承诺的法律责任；上述陈述是申请人的真实意思表示。
# 三、不实承诺的责任
{{ liability }}
> 承诺人：{{ applicant_name }}
> 承诺日期：{{ signed_on }}
""",
    "approval_decision": """\
! {{ applicant_name }}：
你（单位）提出的“{{ item_name }}”申请（办件编号：{{ case_number }}），经审查，符合法定条件、标准。
本机关于{{ accepted_on }}受理该申请。
依据《中华人民共和国行政许可法》第三十八条第一款的规定，本机关决定准予办理，内容如下：
{{ content }}
相关依据：{{ basis }}。
依据《中华人民共和国行政许可法》第四十四条的规定，本机关将自作出决定之日起十个工作日内颁发、送达有关证件。
送达期限：{{ deliver_by }}。
本决定依据《中华人民共和国行政许可法》第四十条的规定予以公开，公众有权查阅。
""",
    "refusal_decision": """\
! {{ applicant_name }}：
你（单位）提出的“{{ item_name }}”申请（办件编号：{{ case_number }}），经审查，不符合法定条件、标准。
本机关于{{ accepted_on }}受理该申请。
依据《中华人民共和国行政许可法》第三十八条第二款的规定，本机关决定不予许可。理由如下：
{{ reasons }}
相关依据：{{ basis }}。
"""
    + REMEDIES,
    "withdrawal_notice": """\
! {{ applicant_name }}：
你（单位）于{{ withdrawn_on }}申请撤回“{{ item_name }}”申请（办件编号：{{ case_number }}）。
撤回理由：{{ reason }}
该申请尚未作出决定，本机关确认你（单位）撤回申请，终止该办件的办理。本次撤回不影响你（单位）今后再次提出申请。
""",
    "termination_notice": """\
! {{ applicant_name }}：
你（单位）的“{{ item_name }}”申请（办件编号：{{ case_number }}），因下列事由，本机关决定终止办理：
{{ reason }}
相关依据：{{ basis }}。
你（单位）可以在具备条件后重新提出申请。
"""
    + REMEDIES,
    "deemed_acceptance_notice": """\
! {{ applicant_name }}：
本机关于{{ received_on }}收到你（单位）提出的“{{ item_name }}”申请（办件编号：{{ case_number }}），未在五个工作日内告知需要补正的内容。依据《中华人民共和国行政许可法》第三十二条第一款第四项的规定，该申请自收到申请材料之日即{{ received_on }}起视为受理。
法定办结日期为{{ statutory_due_on }}。
本机关承诺于{{ committed_due_on }}前办结。
""",
    "deemed_approval_notice": """\
! {{ applicant_name }}：
你（单位）的“{{ item_name }}”申请（办件编号：{{ case_number }}），本机关于{{ accepted_on }}受理，审批期限已于{{ due_on }}届满，本机关未在期限内作出决定。
该事项列入{{ list_name }}。
依据：{{ basis }}。
按照超时默认的规定，视为准予办理。本机关将依法制作并送达有关证件，并对逾期未作决定的责任依照《中华人民共和国行政许可法》第七十二条的规定处理。
""",
    "deemed_renewal_notice": """\
! {{ applicant_name }}：
你（单位）提出的“{{ item_name }}”申请（办件编号：{{ case_number }}），申请延续{{ renewed_name }}（编号：{{ renewed_number }}）的有效期。
本机关于{{ accepted_on }}受理。
原有效期已于{{ expired_on }}届满，本机关未在有效期届满前作出是否准予延续的决定。依据《中华人民共和国行政许可法》第五十条第二款的规定，视为准予延续。
延续后的有效期至：{{ renewed_until }}。
延续后的电子证照已存入电子证照库，可以在“我的证照”下载。
""",
    "delivery_receipt": """\
! 受送达人：{{ applicant_name }}
事项名称：{{ item_name }}（办件编号：{{ case_number }}）
依据《中华人民共和国行政许可法》第四十四条的规定，送达下列文书：
{{ documents }}
送达方式：{{ method }}
收件人：{{ recipient }}
送达日期：{{ delivered_on }}
邮件号码：{{ tracking_number }}
备注：受送达人在线签收或者在窗口签收的，以系统记录的签收时间为准。
""",
    "certificate": """\
! {{ holder_name }}（{{ id_number }}）：
{{ statement }}
{{ entries }}
用途：{{ purpose }}。
数据来源和查询时间：{{ source_note }}。本证明仅对数据来源在查询时间的记录负责。
依据：{{ basis }}。
本证明有效期至{{ valid_until_on }}。
申请编号：{{ case_number }}。
""",
    "data_sheet": """\
! 被查询人：{{ holder_name }}（{{ id_number }}）
查询依据：{{ ground }}。用途：{{ purpose }}。
{{ rows }}
各项内容为所列数据来源在所列时间的应答，未作改动；“未查询到记录”是数据来源的应答，“未能应答”表示数据来源当时没有给出应答，不能作为没有记录的证明。
本查询单有效期至{{ valid_until_on }}。
查询编号：{{ case_number }}。
""",
    "verification_reply": """\
! {{ asking_department }}：
你单位于{{ asked_on }}提出的核验（编号：{{ case_number }}）收悉。核验对象：{{ holder_name }}（{{ id_number }}）。
核验事项：{{ fact }}
核验意见：{{ answer }}。
说明：{{ text }}
""",
    "licence": """\
{{ statement }}
{{ entries }}
""",
}
