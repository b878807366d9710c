"""Districts, towns and villages of 示范市, its counters and the towns that exercise items. All fictional."""

CITY = ("439900", "示范市")
DISTRICTS: dict[str, tuple[str, dict[str, tuple[str, ...]]]] = {
    "439901": (
        "朝晖区",
        {
            "望江镇": ("望江村", "柳林村", "桥头社区"),
            "春风街道": ("春晓社区", "文昌社区"),
            "惠民街道": ("惠民社区", "政务社区"),
            "石桥镇": ("石桥村",),
        },
    ),
    "439902": (
        "临江区",
        {"临江镇": ("江湾村", "渡口村", "沙洲村"), "滨江街道": ("滨江社区", "码头社区"), "白鹭乡": ("白鹭村",)},
    ),
    "439903": (
        "云溪区",
        {
            "云溪镇": ("云岭村", "溪口村", "竹海村"),
            "雅居街道": ("雅居社区", "书院社区"),
            "茶山乡": ("茶山村", "古树村"),
        },
    ),
    "439904": ("青石区", {"青石镇": ("青石村", "石板村"), "新村街道": ("新村社区", "矿苑社区"), "花岗镇": ("花岗村",)}),
    "439905": (
        "高新区",
        {
            "高新街道": ("创新社区", "软件园社区", "科苑社区"),
            "学府街道": ("学府社区", "大学城社区"),
            "新港镇": ("新港村",),
        },
    ),
}
"""District code to name, and its towns with their villages; town n of a district has the code district + 00n."""

TOWN_ORGANS = {
    "439901001": ("wangjiang", "望江镇人民政府", "示望政"),
    "439901002": ("chunfeng", "春风街道办事处", "示春街"),
    "439902001": ("linjiang", "临江镇人民政府", "示临政"),
    "439903001": ("yunxi", "云溪镇人民政府", "示云政"),
    "439904001": ("qingshi", "青石镇人民政府", "示青政"),
    "439905001": ("gaoxin", "高新街道办事处", "示高街"),
}
"""Towns whose own organ exercises delegated items (放权): region code to code, name, mark of its documents."""

COUNTERS = (
    ("A01", "综合窗口1号", None, "市政务服务中心1楼A区"),
    ("A02", "综合窗口2号", None, "市政务服务中心1楼A区"),
    ("A03", "综合窗口3号", None, "市政务服务中心1楼A区"),
    ("B01", "公安专窗", "police", "市政务服务中心1楼B区"),
    ("B02", "市监专窗（企业开办）", "market", "市政务服务中心1楼B区"),
    ("B03", "自然资源专窗", "natural_resources", "市政务服务中心3楼C区"),
    ("B04", "不动产登记专窗", "real_estate", "市政务服务中心2楼D区"),
    ("B05", "医保专窗", "healthcare", "市政务服务中心2楼E区"),
    ("B06", "公积金专窗", "housing_fund", "市政务服务中心2楼E区"),
    ("B07", "工程建设综合窗口", "housing", "市政务服务中心3楼C区"),
)
"""Code, name, department (None: general, 综窗), place; all in the city's hall."""
HALLS = {
    "439901": "朝晖区政务服务大厅",
    "439902": "临江区政务服务大厅",
    "439903": "云溪区政务服务大厅",
    "439904": "青石区政务服务大厅",
    "439905": "高新区政务服务大厅",
}
"""District to its hall, each with one general counter."""
