"""The accounts of the demonstration city: what the launcher prints and the log-in pages show.

A citizen logs in with a phone number and the code that the outbox page shows; staff with user name and password.
"""

from dataclasses import dataclass

PASSWORD = "Yitong-demo-2026"
"""One password for every official of the demonstration city. It is public: a real city sets its own."""
CODE = "短信验证码（见 /outbox/）"


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """One line of the list. ``login``: phone or user name; ``password``: the password, or where the code lies."""

    role: str
    name: str
    login: str
    password: str
    hint: str


ACCOUNTS = (
    DemoAccount("申请人", "李梅", "19900000001", CODE, "有在办、已办和待评价的办件"),
    DemoAccount("法定代表人", "陈磊", "19900000002", CODE, "示范市恒信商贸有限公司"),
    DemoAccount("企业经办人", "林芳", "19900000003", CODE, "为恒信商贸办事"),
    DemoAccount("代理人", "周小燕", "19900000004", CODE, "受王建国委托代办"),
    DemoAccount("收件员（综窗）", "王强", "clerk.1", PASSWORD, "综合窗口 1 号，替到场群众申报"),
    DemoAccount("受理员", "孙丽", "market.accept", PASSWORD, "市场监督管理局"),
    DemoAccount("审查员", "陈静", "market.review1", PASSWORD, "市场监督管理局"),
    DemoAccount("首席代表", "刘洋", "market.chief", PASSWORD, "市场监督管理局，授权书有效"),
    DemoAccount("首席代表（授权到期）", "何川", "market.chief2", PASSWORD, "授权书已经到期，不能作决定"),
    DemoAccount("部门负责人", "吴敏", "market.head", PASSWORD, "批准延期"),
    DemoAccount("受理员（乡镇）", "田野", "wangjiang.accept", PASSWORD, "望江镇，办理下放的事项"),
    DemoAccount("监察员", "赵明", "supervisor", PASSWORD, "电子监察"),
    DemoAccount("事项管理员", "郑编", "author", PASSWORD, "编制事项"),
    DemoAccount("事项审核人", "钱进", "author2", PASSWORD, "审核并发布事项"),
    DemoAccount("证照数据管理员", "温典", "registrar", PASSWORD, "证照目录、归集、数据来源"),
    DemoAccount("系统管理员", "顾全", "admin", PASSWORD, "部门、人员、授权书"),
)
