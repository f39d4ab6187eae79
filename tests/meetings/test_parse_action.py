"""An action is one line, in either language (rule D3): who, until when, how much; what is not understood is said."""

from datetime import date
from decimal import Decimal

import pytest

from common import clock
from meetings.models import Meeting
from meetings.parsing import parse_action, parse_line
from people.models import Department, User
from tests.meetings.conftest import END

DAY = date(2026, 4, 14)  # a Tuesday
DEPARTMENTS = [
    Department(pk=pk, name=name, sort_key=key)
    for pk, (name, key) in enumerate(
        [
            ("市场部", "shi chang bu"), ("销售部", "xiao shou bu"), ("生产部", "sheng chan bu"), ("研发部", "yan fa bu"),
            ("Sales", "sales"), ("Marketing", "marketing"), ("Sales Support", "sales support"),
        ], 1,
    )
]  # fmt: skip
PEOPLE = [
    User(pk=pk, name=name, sort_key=key)
    for pk, (name, key) in enumerate(
        [
            ("周以宁", "zhou yi ning"), ("周以安", "zhou yi an"), ("沈嘉禾", "shen jia he"), ("许知夏", "xu zhi xia"),
            ("Anna Berg", "anna berg"),
        ], 1,
    )
]  # fmt: skip

# line | who (department, person) | due | quantity | unit | what is to be done
TABLE = [
    ("@销售部 下周五前 铺货 20 家", "销售部", "", "2026-04-24", "20", "家", "铺货 20 家"),
    ("@销售部下周五前铺货20家", "销售部", "", "2026-04-24", "20", "家", "铺货20家"),
    ("＠销售部　下周五前　铺货２０家", "销售部", "", "2026-04-24", "20", "家", "铺货20家"),
    ("@周以宁 明天 发出会议纪要", "", "周以宁", "2026-04-15", "", "", "发出会议纪要"),
    ("@Sales by Friday roll out 20 stores", "Sales", "", "2026-04-17", "20", "stores", "roll out 20 stores"),
    ("@Sales by next Friday roll out 20 stores", "Sales", "", "2026-04-24", "20", "stores", "roll out 20 stores"),
    ("@sales: roll out 1,200 stores by 20 June", "Sales", "", "2026-06-20", "1200", "stores", "roll out 1,200 stores"),
    ("@Sales Support to answer 50 calls before 30 April", "Sales Support", "", "2026-04-30", "50", "calls", "answer 50 calls"),
    ("@Anna Berg tomorrow call the supplier", "", "Anna Berg", "2026-04-15", "", "", "call the supplier"),
    ("@anna by the end of the month send the report", "", "Anna Berg", "2026-04-30", "", "", "send the report"),
    ("Marketing: draft 3 posters in two weeks", "Marketing", "", "2026-04-28", "3", "posters", "draft 3 posters"),
    ("@Marketing the day after tomorrow book the hall", "Marketing", "", "2026-04-16", "", "", "book the hall"),
    ("@Marketing by end of June hand over 10 decks", "Marketing", "", "2026-06-30", "10", "decks", "hand over 10 decks"),
    ("@Sales by 2026-05-08 sign 15 contracts", "Sales", "", "2026-05-08", "15", "contracts", "sign 15 contracts"),
    ("@Sales by May 8th raise $500 million", "Sales", "", "2026-05-08", "500000000", "USD", "raise $500 million"),
    ("@Sales by Fri reach 95% coverage", "Sales", "", "2026-04-17", "95", "%", "reach 95% coverage"),
    ("销售部6月20日前完成华北铺货100家", "销售部", "", "2026-06-20", "100", "家", "完成华北铺货100家"),
    ("请研发部月底前补测两项", "研发部", "", "2026-04-30", "2", "项", "补测两项"),
    ("下周一前 生产部 交付样机三十台", "生产部", "", "2026-04-20", "30", "台", "交付样机三十台"),
    ("@生产部 5月底前 量产1.5万台", "生产部", "", "2026-05-31", "15000", "台", "量产1.5万台"),
    ("@市场部 6月1日至6月20日 投放推广 500万元", "市场部", "", "2026-06-20", "5000000", "元", "投放推广 500万元"),
    ("@市场部 ￥30万 以内完成拍摄，4月25日前", "市场部", "", "2026-04-25", "300000", "元", "￥30万 以内完成拍摄"),
    ("@市场部 问卷回收率达到 80%，本周五前", "市场部", "", "2026-04-17", "80", "%", "问卷回收率达到 80%"),
    ("@市场部 问卷回收率达到８０％，４月１７日前", "市场部", "", "2026-04-17", "80", "%", "问卷回收率达到80%"),
    ("@研发部 @沈嘉禾 三天内 给出方案", "研发部", "沈嘉禾", "2026-04-17", "", "", "给出方案"),
    ("@研发部 两周内 修复 12 个缺陷", "研发部", "", "2026-04-28", "12", "个", "修复 12 个缺陷"),
    ("@研发部 3个月内 上线 V2.0", "研发部", "", "2026-07-14", "", "", "上线 V2.0"),
    ("@销售 后天前 提交第3批名单", "销售部", "", "2026-04-16", "", "", "提交第3批名单"),
    ("@xsb 20日前 拜访客户 8 家", "销售部", "", "2026-04-20", "8", "家", "拜访客户 8 家"),
    ("@xuzhixia 周五前 报价", "", "许知夏", "2026-04-17", "", "", "报价"),
    ("@shenjia 周五 出图", "", "沈嘉禾", "2026-04-17", "", "", "出图"),
    ("物料清单由生产部在4月20日前提供", "生产部", "", "2026-04-20", "", "", "物料清单由生产部 提供"),
    ("4月20日前完成条款3.4的修改 @市场部", "市场部", "", "2026-04-20", "", "", "完成条款3.4的修改"),
    ("@许知夏 下下周三 组织 2 场培训 40 人次", "", "许知夏", "2026-04-29", "", "", "组织 2 场培训 40 人次"),
    ("铺货 20 家", "", "", "", "20", "家", "铺货 20 家"),
    ("再议", "", "", "", "", "", "再议"),
    ("@销售部 铺货", "销售部", "", "", "", "", "铺货"),
    ("@销售部 @市场部 周五前 对齐口径", "销售部", "", "2026-04-17", "", "", "对齐口径"),
    ("把样机交给销售部", "", "", "", "", "", "把样机交给销售部"),
    ("@张三 周五前 报价", "", "", "2026-04-17", "", "", "@张三 报价"),
    ("@销售部 2月30日前 铺货", "销售部", "", "", "", "", "2月30日前 铺货"),
    ("@销售部 2026-04-01 前铺货 20家", "销售部", "", "2026-04-01", "20", "家", "铺货 20家"),
    ("@销售部 昨天 报价", "销售部", "", "", "", "", "昨天 报价"),
    ("@销售部 4月1日前 报价", "销售部", "", "2027-04-01", "", "", "报价"),
    ("@销售部 下周 报价", "销售部", "", "", "", "", "下周 报价"),
    ("@销售部 周五前 铺货 20-30家", "销售部", "", "2026-04-17", "", "", "铺货 20-30家"),
    ("@销售部 周五前 铺货 99999999999 家", "销售部", "", "2026-04-17", "", "", "铺货 99999999999 家"),
    ("@Sales finish section 3 wording by 1 May 2026", "Sales", "", "2026-05-01", "", "", "finish section 3 wording"),
    ("@Sales, 10 am today, call", "Sales", "", "2026-04-14", "", "", "10 am call"),
    ("@Sales call in zero days", "Sales", "", "2026-04-14", "", "", "call"),
    ("Marketing plan to be sent", "", "", "", "", "", "Marketing plan to be sent"),
    ("write to a@sales.example by Friday", "", "", "2026-04-17", "", "", "write to a@sales.example"),
]  # fmt: skip

# line | what it says is not understood, or should be looked at
DOUBTS = {
    "@张三 周五前 报价": ["“@张三”不是本项目的人或部门。"],
    "@周以 周五前 报价": ["“@周以”可能是周以宁、周以安。"],
    "@zhouyi 周五前 报价": ["“@zhouyi”可能是周以宁、周以安。"],
    "@销售部 @市场部 周五前 对齐口径": ["还点到了市场部：一行只写一家的一项行动。"],
    "@销售部 2月30日前 铺货": ["没有 2026-02-30 这一天：该月只有 28 天。"],
    "@销售部 2026-04-01 前铺货": ["“2026-04-01”已过；期限应在将来。"],
    "@销售部 昨天 报价": ["“昨天”已过；期限应在将来。"],
    "@Sales call last Friday": ["“last Friday”已过；期限应在将来。"],
    "@销售部 4月1日前 报价": ["“4月1日”按2027-04-01理解。"],
    "@销售部 下周 报价": ["“下周”没有说是哪一天。"],
    "@销售部 周五前 铺货 20-30家": ["“30家”是一个范围；请写一个数。"],
    "@许知夏 周五 组织 2 场培训 40 人次": ["有两个数量（2 场、40 人次）：只能单列一个。"],
    "@销售部 周五前": ["没有写要做什么。"],
    "@销售部 周五前 铺货 99999999999 家": ["数量应大于0、小于十亿。"],
    "@销售部 周五前 铺货 20 家": [],
}


@pytest.mark.parametrize(("line", "department", "person", "due", "quantity", "unit", "rest"), TABLE)
def test_a_line_is_read(line: str, department: str, person: str, due: str, quantity: str, unit: str, rest: str) -> None:
    said = parse_line(line, DEPARTMENTS, PEOPLE, DAY)
    assert (str(said.department or ""), str(said.owner or "")) == (department, person)
    assert said.due_on == (date.fromisoformat(due) if due else None)
    assert (said.quantity, said.unit) == (Decimal(quantity) if quantity else None, unit)
    assert said.rest == rest


@pytest.mark.parametrize(("line", "doubts"), DOUBTS.items())
def test_what_is_not_understood_is_said(line: str, doubts: list[str]) -> None:
    assert list(parse_line(line, DEPARTMENTS, PEOPLE, DAY).unread) == doubts


def test_an_action_says_what_it_lacks_to_become_a_task() -> None:
    assert parse_line("再议", DEPARTMENTS, PEOPLE, DAY).missing == ["谁来做", "何时完成"]
    assert parse_line("@销售部 再议", DEPARTMENTS, PEOPLE, DAY).missing == ["何时完成"]
    assert parse_line("@沈嘉禾 周五 再议", DEPARTMENTS, PEOPLE, DAY).missing == []


def test_names_are_those_of_the_project_and_days_count_from_the_meeting(weekly: Meeting, people: dict[str, User]) -> None:
    with clock.at(END):
        said = parse_action("@销售部 3个工作日内 铺货 20 家", weekly)
        assert (str(said.department), said.due_on) == ("销售部", date(2026, 4, 17))
        assert parse_action("@周以宁 明天 发纪要", weekly).owner == people["周以宁"]
        assert parse_action("@陆景行 明天 批预算", weekly).unread == ()  # senior management may be asked in an open project
        assert parse_action("@毕以恒 明天 发纪要", weekly).unread == ("“@毕以恒”不是本项目的人或部门。",)
