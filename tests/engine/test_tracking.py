"""Plan and reports → outcomes: the whole pipeline, on statements as a reader would give them."""

import json
import time
from decimal import Decimal

import pytest

from engine import Text, read_text
from engine.tracking import answer, track
from engine.values import Decisions, Outcome, Reading, Rules, Sentence, Statement
from tests.engine.pairs import reading


def one(plan: tuple[str, str], *report: tuple[str, str], cutoff: tuple[int, int] | None = (2031, 12)) -> Outcome:
    return track(reading(plan, kind="target", doc="plan"), [reading(*report, cutoff=cutoff)])[0]


def codes(outcome: Outcome) -> set[str]:
    return {note.code for note in outcome.notes}


def test_an_amount_is_brought_to_the_targets_unit() -> None:
    outcome = one(("盘活低效用地【300亩】", "低效用地"), ("盘活低效用地【16.8公顷】", "低效用地"), cutoff=(2031, 9))
    assert (outcome.verdict.status, outcome.verdict.percent, outcome.verdict.behind) == ("on_track", Decimal("84.0"), Decimal("9.0"))
    assert outcome.evidence[0].statement.figure == "16.8公顷"
    assert "单位可换算(公顷→亩)" in outcome.evidence[0].why


def test_a_report_of_another_year_gives_base_and_nothing_else() -> None:
    plan = reading(("新增规上工业企业【6家】", "规上工业企业"), kind="target", doc="plan")
    report = reading(("新增规上工业企业【8家】", "规上工业企业"), cutoff=(2030, 12), year=2030)
    outcome = track(plan, [report])[0]
    assert outcome.verdict.status == "not_due"
    assert outcome.evidence == ()
    assert [each.statement.figure for each in outcome.base] == ["8家"]
    assert codes(outcome) == {"other_year"}


def test_growth_is_computed_from_two_levels() -> None:
    plan = ("信访总量下降【10%】", "信访总量(growth)")
    report = reading(("受理群众信访【180件】", "群众信访"), ("去年同期受理群众信访【210件】", "群众信访", {"year": 2030}))
    outcome = track(reading(plan, kind="target", doc="plan"), [report])[0]
    assert (outcome.verdict.status, outcome.verdict.gap) == ("met", Decimal("-4.3"))
    assert "derived" in codes(outcome)
    assert outcome.base[0].statement.figure == "210件"


def test_growth_answered_by_one_level_asks() -> None:
    outcome = one(("旅游收入增长【12%】", "旅游收入(growth)"), ("实现旅游收入【6.3亿元】", "旅游收入"))
    assert (outcome.verdict.status, len(outcome.evidence)) == ("unclear", 1)


def test_comparable_price_indicators_are_not_derived() -> None:
    plan = ("地区生产总值增长【6%】", "地区生产总值(growth)")
    report = reading(("地区生产总值【106亿元】", "地区生产总值"), ("上年地区生产总值【100亿元】", "地区生产总值", {"year": 2030}))
    assert track(reading(plan, kind="target", doc="plan"), [report])[0].verdict.status == "unclear"


def test_completion_claims_stand_in_where_there_is_no_amount() -> None:
    outcome = one(
        ("农村户厕改造【800户】", "农村户厕改造"), ("农村户厕改造完成年度任务的【86%】", "农村户厕改造(completion)"), cutoff=(2031, 9)
    )
    assert (outcome.verdict.status, outcome.verdict.percent) == ("on_track", Decimal("86.0"))
    partial = one(
        ("农村户厕改造【800户】", "农村户厕改造"), ("农村户厕改造完成序时任务的【106%】", "农村户厕改造(completion)"), cutoff=(2031, 9)
    )
    assert partial.verdict.status != "met"


def test_a_claim_that_does_not_fit_is_a_contradiction_and_implies_another_plan() -> None:
    outcome = one(
        ("新增规上工业企业【6家】", "规上工业企业"),
        ("新增规上工业企业【5家】", "规上工业企业"),
        ("新增规上工业企业完成年度目标的【125%】", "规上工业企业(completion)"),
    )
    assert (outcome.verdict.status, outcome.verdict.percent) == ("missed", Decimal("83.3"))
    assert codes(outcome) == {"contradiction", "implied"}
    assert "倒推任务数4家" in outcome.notes[1].text


@pytest.mark.parametrize(
    ("plan", "report"),
    [
        (("粮食总产【1.45万吨】", "粮食总产"), ("粮食总产【1.47万斤】", "粮食总产")),
        (("完成技改投资【8亿元】", "技改投资"), ("完成技改投资【8.2万元】", "技改投资")),
        (("新增市场主体【300户】", "市场主体"), ("市场主体突破【2.6万户】", "市场主体")),
        (("抽检合格率达到【98%】", "抽检合格率"), ("抽检合格率【985%】", "抽检合格率")),
        (("完成雨污分流改造小区【30个】", "雨污分流改造小区"), ("累计完成雨污分流改造小区【86个】", "雨污分流改造小区")),
    ],
)
def test_a_size_that_cannot_be_right_is_never_met(plan: tuple[str, str], report: tuple[str, str]) -> None:
    assert one(plan, report).verdict.status in {"unclear", "unreported"}


def test_figures_that_disagree_about_the_target_ask() -> None:
    outcome = one(("新建口袋公园【10个】", "口袋公园"), ("新建口袋公园【11个】", "口袋公园"), ("新建口袋公园【9个】", "口袋公园"))
    assert outcome.verdict.status == "unclear"
    assert "restated" in codes(outcome)


def test_words_alone_ask() -> None:
    outcome = one(("新改建农村公路【12公里】", "农村公路"), ("农村公路新改建任务全面完成", ""))
    assert outcome.verdict.status == "unclear"
    assert [each.text for each in outcome.mentions] == ["农村公路新改建任务全面完成"]


def test_a_whole_that_is_said_to_be_done_is_counted_from_its_words() -> None:
    outcome = one(("办好民生实事【6件】", "民生实事"), ("6件民生实事全部完成", ""))
    assert (outcome.verdict.status, outcome.evidence[0].statement.figure) == ("met", "6件")
    assert one(("办好民生实事【6件】", "民生实事"), ("6件民生实事有序推进", "")).verdict.status != "met"
    assert one(("办好民生实事【6件】", "民生实事"), ("5件民生实事全部完成", "")).verdict.status != "met"


def test_only_a_forecast() -> None:
    plan = reading(("净增高新技术企业【12家】", "高新技术企业"), kind="target", doc="plan")
    report = reading(("预计全年净增高新技术企业【13家】", "净增高新技术企业", {"kind": "forecast"}), cutoff=(2031, 9))
    outcome = track(plan, [report])[0]
    assert (outcome.verdict.status, outcome.verdict.word, outcome.verdict.percent) == ("on_track", "预计可完成", Decimal("108.3"))
    assert codes(outcome) == {"forecast"}


def test_near_misses_are_named_with_their_reason() -> None:
    outcome = one(("新认定国家高新技术企业【6家】", "国家高新技术企业"), ("申报国家高新技术企业【9家】", "国家高新技术企业"))
    assert outcome.verdict.status == "unreported"
    assert [note.text for note in outcome.notes] == ["未采用“国家高新技术企业9家”:总结只提申报,未提认定"]


def test_a_report_without_a_cut_off_is_asked_for_unless_it_does_not_matter() -> None:
    plan = ("新建口袋公园【10个】", "口袋公园")
    assert one(plan, ("新建口袋公园【7个】", "口袋公园"), cutoff=None).verdict.status == "unclear"
    assert one(plan, ("新建口袋公园【10个】", "口袋公园"), cutoff=None).verdict.status == "met"


def test_a_stock_is_judged_on_its_increase_where_the_base_is_known() -> None:
    plan = reading(("有效发明专利拥有量达到【320件】", "有效发明专利拥有量"), kind="target", doc="plan")
    half = reading(("有效发明专利【300件】", "有效发明专利"), cutoff=(2031, 9))
    before = reading(("有效发明专利拥有量【260件】", "有效发明专利拥有量"), cutoff=(2030, 12), year=2030, doc="last")
    assert track(plan, [half])[0].verdict.status == "on_track"
    assert track(plan, [half, before])[0].verdict.status == "lagging"


# — several reports —

HALF = reading(("新建口袋公园【6个】", "口袋公园"), ("新增充电桩【80个】", "充电桩"), doc="half", cutoff=(2031, 6))
WHOLE = reading(("新建口袋公园【9个】", "口袋公园"), doc="whole", cutoff=(2031, 12))
TWO = reading(("新建口袋公园【8个】", "口袋公园"), ("新增充电桩【60个】", "充电桩"), kind="target", doc="plan")


@pytest.mark.parametrize(
    ("plan", "report", "wanted"),
    [
        # By its name, with the base in the report: (211 - 203) of (215 - 203) is less than nine twelfths.
        (
            ("年末资产总额达到【215亿元】", "年末资产总额"),
            [("资产总额【211亿元】", "资产总额"), ("比年初增加【8亿元】", "资产总额(change)")],
            "lagging",
        ),
        (
            ("年末资产总额达到【215亿元】", "年末资产总额"),
            [("资产总额【213亿元】", "资产总额"), ("比年初增加【10亿元】", "资产总额(change)")],
            "on_track",
        ),
        # Since the report says from what it has risen.
        (
            ("互认项目达到【150项】", "互认项目"),
            [("互认项目由年初的【132项】", "互认项目", {"year": 2030}), ("互认项目扩大到【140项】", "互认项目")],
            "lagging",
        ),
        # What flows in over the year is no stock, whatever last year's was.
        (
            ("营业收入达到【20亿元】", "营业收入"),
            [("上年营业收入【17亿元】", "营业收入", {"year": 2030}), ("营业收入增加到【16亿元】", "营业收入")],
            "on_track",
        ),
    ],
)
def test_totals_are_judged_on_their_increase(plan: tuple[str, str], report: list[tuple[str, str]], wanted: str) -> None:
    said = track(reading(plan, kind="target", doc="plan"), [reading(*report, cutoff=(2031, 9))])[0]
    assert said.verdict.status == wanted, said.verdict.rule


def test_parts_of_the_year_that_follow_one_another_are_added_up() -> None:
    plan = reading(("签约亿元以上项目【15个】", "签约亿元以上项目"), kind="target", doc="plan")
    half = ("上半年签约亿元以上项目【9个】", "签约亿元以上项目", {"months": (1, 6)})
    rest = ("下半年签约亿元以上项目【7个】", "签约亿元以上项目", {"months": (7, 12)})
    said = track(plan, [reading(half, rest)])[0]
    assert (said.verdict.status, said.verdict.percent) == ("met", Decimal("106.7"))
    assert [note.text for note in said.notes] == ["1-6月9个、7-12月7个,合计16"]
    # A gap between them leaves the first as it is.
    gap = ("四季度签约亿元以上项目【7个】", "签约亿元以上项目", {"months": (10, 12)})
    assert track(plan, [reading(half, gap)])[0].verdict.percent == Decimal("60.0")


def test_less_than_one_piece_short_is_one_piece_in_any_scale() -> None:
    assert (
        one(("安装智能水表【2万只】", "智能水表"), ("安装智能水表【1.46万只】", "智能水表"), cutoff=(2031, 9)).verdict.status == "lagging"
    )
    assert one(("消除易涝点【7处】", "易涝点"), ("消除易涝点【5处】", "易涝点"), cutoff=(2031, 9)).verdict.status == "on_track"


@pytest.mark.parametrize(
    "said", ["重大传染病疫情保持零发生", "全年未发生重大传染病疫情", "没有发生一起重大传染病疫情", "重大传染病疫情未发生"])
def test_nought_in_so_many_words_answers_a_zero_target(said: str) -> None:
    assert one(("重大传染病疫情【0起】", "重大传染病疫情"), (said, "")).verdict.status == "met"


@pytest.mark.parametrize("said", ["上半年未发生重大传染病疫情", "春节期间重大传染病疫情未发生", "重大传染病疫情得到有效控制"])
def test_other_words_ask(said: str) -> None:
    assert one(("重大传染病疫情【0起】", "重大传染病疫情"), (said, "")).verdict.status == "unclear"


def test_a_count_with_its_thing_that_is_finished_is_a_result_and_a_title_is_none() -> None:
    plan = ("新增医养结合机构【2家】", "医养结合机构")
    assert one(plan, ("两家医养结合机构建成运营", "")).verdict.status == "met"
    assert one(plan, ("两家医养结合机构正在装修", "")).verdict.status == "unclear"
    assert one(plan, ("两家医养结合机构已建成一家", "")).verdict.status == "unclear"


def test_the_latest_report_that_speaks_counts_and_met_stays_met() -> None:
    park, chargers = track(TWO, [HALF, WHOLE])
    assert (park.evidence[0].statement.doc, park.verdict.percent) == ("whole", Decimal("112.5"))
    assert (chargers.verdict.status, chargers.evidence[0].statement.doc) == ("met", "half")


def test_what_was_only_under_way_is_unreported_later_with_its_last_value_as_base() -> None:
    plan = reading(("新增充电桩【120个】", "充电桩"), kind="target", doc="plan")
    outcome = track(plan, [WHOLE, HALF])[0]
    assert (outcome.verdict.status, outcome.evidence) == ("unreported", ())
    assert [each.statement.figure for each in outcome.base] == ["80个"]


def test_through_leaves_later_reports_out() -> None:
    park, _ = track(TWO, [WHOLE, HALF], through=(2031, 6))
    assert (park.evidence[0].statement.doc, park.verdict.status) == ("half", "on_track")


def test_through_is_the_cut_off_of_a_single_report() -> None:
    outcome = track(TWO, [reading(("新建口袋公园【4个】", "口袋公园"), cutoff=None)], through=(2031, 6))[0]
    assert (outcome.verdict.status, outcome.verdict.expected) == ("on_track", Decimal("50.0"))


def test_the_order_of_reports_does_not_matter() -> None:
    assert [each.row() for each in track(TWO, [HALF, WHOLE])] == [each.row() for each in track(TWO, [WHOLE, HALF])]


# — milestones —


def milestone(thing: str, state: str) -> Reading:
    clause = state + thing
    made = Statement(
        doc="plan",
        start=0,
        end=len(clause),
        figure=clause,
        kind="target",
        indicator=thing,
        measure="milestone",
        state=state,
        year=2031,
        sentence=(0, len(clause) + 1),
    )
    return Reading(
        doc="plan", text=clause + "。", year=2031, kind="plan", statements=(made,), sentences=(Sentence(0, len(clause) + 1, "target"),)
    )


@pytest.mark.parametrize(
    ("state", "said", "month", "wanted"),
    [
        ("建成", "镇文化中心已建成投用", 12, "met"),
        ("建成", "镇文化中心9月竣工", 9, "met"),
        ("建成", "建成镇文化中心", 12, "met"),
        ("建成", "镇文化中心主体封顶", 9, "on_track"),
        ("建成", "镇文化中心主体封顶", 12, "missed"),
        ("建成", "镇文化中心正在加快建设", 6, "on_track"),
        ("建成", "镇文化中心尚未完工", 12, "missed"),
        ("建成", "镇文化中心将于年底建成", 9, "unclear"),
        ("建成", "镇文化中心配套停车场建成投用", 12, "unclear"),
        ("启动", "镇文化中心完成立项", 9, "on_track"),
        ("启动", "镇文化中心开工建设", 6, "met"),
        ("建成", "举办文化活动二十场", 12, "unreported"),
        ("建成", "区文化中心声名远扬", 12, "unreported"),
    ],
)
def test_milestones_are_judged_by_their_stage(state: str, said: str, month: int, wanted: str) -> None:
    outcome = track(milestone("镇文化中心", state), [reading((said, ""), cutoff=(2031, month))])[0]
    assert outcome.verdict.status == wanted, outcome.mentions
    assert outcome.evidence == ()
    assert bool(outcome.mentions) == (wanted != "unreported")


# — the one pipeline —


def test_answer_keeps_the_order_and_the_statements_given() -> None:
    targets = tuple(reversed(TWO.targets))
    outcomes = answer(targets, [HALF])
    assert [each.target for each in outcomes] == list(targets)


def test_a_confirmed_match_holds_and_a_refused_one_never_returns() -> None:
    target, result = TWO.targets[0], HALF.results[0]
    refused = answer(TWO.targets, [HALF], decisions=Decisions(refused=frozenset({(target.key, result.key)})))[0]
    assert refused.evidence == ()
    confirmed = answer(TWO.targets, [HALF], decisions=Decisions(confirmed={target.key: result.key}))[0]
    assert confirmed.evidence[0].why == "人工确认"


def test_a_confirmed_forecast_is_still_a_forecast() -> None:
    plan = reading(("净增高新技术企业【12家】", "净增高新技术企业"), kind="target", doc="plan")
    report = reading(("预计全年净增高新技术企业【13家】", "净增高新技术企业", {"kind": "forecast"}), cutoff=(2031, 9))
    confirmed = Decisions(confirmed={plan.targets[0].key: report.results[0].key})
    outcome = answer(plan.targets, [report], decisions=confirmed)[0]
    assert (outcome.verdict.word, outcome.verdict.status, outcome.verdict.behind) == ("预计可完成", "on_track", None)
    assert outcome.evidence[0].why == "人工确认"


def test_thresholds_are_settings() -> None:
    outcome = answer(TWO.targets, [HALF], rules=Rules(take_above=1.1))[0]
    assert outcome.verdict.status == "unclear"
    assert [each.statement.figure for each in outcome.candidates] == ["6个"]


def test_twice_gives_the_same_and_rows_are_json() -> None:
    first, second = ([each.row() for each in track(TWO, [HALF, WHOLE])] for _ in range(2))
    assert first == second
    assert json.loads(json.dumps(first)) == first


def test_no_reports_and_no_targets() -> None:
    assert track(TWO, [])[0].verdict.status == "unreported"
    assert answer([], [HALF]) == []


def test_many_targets_take_little_time() -> None:
    names = [
        f"{one}{two}{three}"
        for one in "东西南北中"
        for two in ("农田", "河道", "学校", "医院", "公园")
        for three in ("改造", "新建", "养护", "绿化")
    ]
    plan = reading(*((f"{name}【{at + 1}处】", name) for at, name in enumerate(names)), kind="target", doc="plan")
    report = reading(*((f"{name}【{at + 2}处】", name) for at, name in enumerate(names * 5)))
    start = time.perf_counter()
    assert len(track(plan, [report])) == 100
    assert time.perf_counter() - start < 3


def test_one_result_answers_what_two_plans_promise_of_one_thing_and_the_claim_tells_whose_it_was() -> None:
    promised = (("year", 6), ("county", 8))
    plans = [reading((f"新增规上工业企业【{value}家】", "规上工业企业"), kind="target", doc=name) for name, value in promised]
    report = reading(("新增规上工业企业【4家】", "规上工业企业"), ("规上工业企业完成年度任务的【50%】", "规上工业企业(completion)"))
    own, county = answer([each.targets[0] for each in plans], [report], plans=plans)
    assert [each.evidence[0].statement.figure for each in (own, county)] == ["4家", "4家"]
    assert [each.verdict.percent for each in (own, county)] == [Decimal("66.7"), Decimal("50.0")]
    assert codes(own) == {"contradiction", "implied"}
    assert "8家" in next(note.text for note in own.notes if note.code == "implied")
    assert codes(county) == set()


def test_of_two_figures_of_one_thing_each_answers_the_promise_of_its_unit_and_the_claim_the_nearer() -> None:
    plan = reading(("举办技能培训【12期】", "技能培训"), ("技能培训【600人次】以上", "技能培训"), kind="target", doc="plan")
    said = "举办技能培训12期、612人次,完成年度任务的98%。"
    at = {figure: said.index(figure) for figure in ("12期", "612人次", "98%")}

    def stated(figure: str, value: str, unit: str, measure: str = "amount") -> Statement:
        return Statement(doc="report", start=at[figure], end=at[figure] + len(figure), figure=figure, kind="result", indicator="技能培训",
                         measure=measure, value=Decimal(value), unit=unit, year=2031, sentence=(0, len(said)))  # type: ignore[arg-type]

    sentence = Sentence(0, len(said), "result", 2031)
    report = Reading(doc="report", text=said, year=2031, kind="report", cutoff=(2031, 12), sentences=(sentence,), statements=(
        stated("12期", "12", "期"), stated("612人次", "612", "人次"), stated("98%", "98", "%", "completion")))
    courses, people = track(plan, [report])
    assert (courses.verdict.percent, codes(courses)) == (Decimal("100.0"), set())
    assert (people.verdict.percent, people.evidence[0].statement.figure) == (Decimal("102.0"), "612人次")
    assert "contradiction" in codes(people)


def test_reports_that_a_person_passed_over_have_no_say() -> None:
    plan = reading(("新建口袋公园【8个】", "口袋公园"), kind="target", doc="plan")
    half = reading(("新建口袋公园【3个】", "口袋公园"), doc="half", cutoff=(2031, 6))
    later = reading(("新建口袋公园【7个】", "口袋公园"), doc="later", cutoff=(2031, 9))
    chosen = {plan.targets[0].key: half.results[0].key}
    decided = Decisions(confirmed=chosen, passed={plan.targets[0].key: frozenset({"later"})})
    (outcome,) = answer(plan.targets, [half, later], decisions=decided, plans=[plan])
    assert (outcome.evidence[0].statement.figure, outcome.verdict.status) == ("3个", "lagging")


@pytest.mark.parametrize(("office", "scope", "status"), [
    ("沅水县农业农村局", "全县", "met"), ("沅水县住房和城乡建设局", "全县", "met"), ("沅水县人民政府", "全县", "met"),
    ("县卫健局", "全县", "met"), ("县卫健局", "全市", "unclear"),
    ("沅水县农业农村局", "全市", "unclear"),
    ("石桥镇", "全县", "unclear"), ("石桥镇", "全镇", "met"), ("沅水区云溪街道", "全区", "unclear"),
    ("沅水经济开发区", "全区", "met"), ("沅水经济开发区", "全市", "unclear"), ("龙门村", "全镇", "unclear"), ("龙门村", "全县", "unclear")])
def test_whose_place_is_meant(office: str, scope: str, status: str) -> None:
    plan = read_text(Text(f"{office}2031年工作计划\n全年粮食播种面积不低于2万亩，新建农家书屋8个。\n"), doc="plan")
    report = read_text(Text(f"{office}2031年工作总结\n{scope}完成粮食播种面积2.1万亩，新建农家书屋9个。\n"), doc="report")
    assert track(plan, [report])[0].verdict.status == status


@pytest.mark.parametrize(("office", "status"), [("沅水县农业农村局", "met"), ("沅水县商务局", "unclear"), ("沅水县", "unclear")])
def test_the_office_says_of_what_trade_a_thing_is(office: str, status: str) -> None:
    plan = read_text(Text(f"{office}2031年工作计划\n新增市级农业产业化龙头企业5家，新建农家书屋8个。\n"), doc="plan")
    report = read_text(Text(f"{office}2031年工作总结\n新认定市级龙头企业6家，新建农家书屋9个。\n"), doc="report")
    assert track(plan, [report])[0].verdict.status == status
