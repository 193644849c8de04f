"""The assignment over a whole report: who gets which result, what waits for a person, what is refused and why."""

from engine.matching import Reply, match
from engine.profiles import profile
from engine.scale import Scale
from engine.values import Decisions, Key, Reading, Rules
from engine.wording import around
from tests.engine.pairs import reading


def replies(plan: Reading, report: Reading, decisions: Decisions | None = None) -> list[Reply]:
    targets, results = (
        [profile(each, around(each, text.text, text.statements), Rules()) for each in text.statements] for text in (plan, report)
    )
    scale = Scale(each.content for each in [*targets, *results])
    found = match(targets, results, scale=scale, rules=Rules(), decisions=decisions or Decisions(), cutoff=12)
    return [found[each.statement.key] for each in targets]


def figures(reply: Reply) -> tuple[str | None, list[str]]:
    return reply.best.statement.figure if reply.best else None, [each.statement.figure for each in reply.candidates]


def test_each_result_goes_to_the_target_it_fits_best() -> None:
    plan = reading(("新增规上工业企业【6家】", "规上工业企业"), ("新增规上服务业企业【4家】", "规上服务业企业"), kind="target", doc="plan")
    report = reading(("新增规上服务业企业【3家】", "规上服务业企业"), ("新增规上工业企业【7家】", "规上工业企业"))
    assert [figures(each) for each in replies(plan, report)] == [("7家", []), ("3家", [])]


def test_both_tiers_share_one_result() -> None:
    plan = reading(
        ("新认定省级农业龙头企业【4家】", "省级农业龙头企业"),
        ("力争新认定省级农业龙头企业【6家】", "省级农业龙头企业", {"stretch": True}),
        kind="target",
        doc="plan",
    )
    report = reading(("新认定省级农业龙头企业【5家】", "省级农业龙头企业"))
    assert [figures(each) for each in replies(plan, report)] == [("5家", []), ("5家", [])]


def test_one_result_does_not_serve_two_targets() -> None:
    plan = reading(("新建农家书屋【8个】", "农家书屋"), ("新建城市书房【3个】", "城市书房"), kind="target", doc="plan")
    report = reading(("新建农家书屋【9个】", "农家书屋"))
    first, second = replies(plan, report)
    assert figures(first) == ("9家".replace("家", "个"), [])
    assert second.best is None


def test_alike_promises_of_different_size_wait_for_a_person() -> None:
    plan = reading(
        ("实施重点工程【12项】", "重点工程"), ("推进水利重点工程建设,实施重点工程【5项】", "重点工程"), kind="target", doc="plan"
    )
    report = reading(("实施重点工程【11项】", "重点工程"))
    assert [figures(each) for each in replies(plan, report)] == [(None, ["11项"]), (None, ["11项"])]


def test_the_later_period_is_judged() -> None:
    plan = reading(("签约亿元以上项目【15个】", "签约亿元以上项目"), kind="target", doc="plan")
    report = reading(
        ("上半年签约亿元以上项目【9个】", "签约亿元以上项目", {"months": (1, 6)}), ("全年签约亿元以上项目【17个】", "签约亿元以上项目")
    )
    assert figures(replies(plan, report)[0]) == ("17个", [])


def test_single_months_other_years_and_many_years_are_no_evidence() -> None:
    plan = reading(("盘活低效用地【300亩】", "低效用地"), kind="target", doc="plan")
    report = reading(
        ("四季度盘活低效用地【90亩】", "低效用地", {"months": (10, 12)}),
        ("上年盘活低效用地【320亩】", "低效用地", {"year": 2030}),
        ("近三年累计盘活低效用地【1100亩】", "近三年累计盘活低效用地"),
    )
    reply = replies(plan, report)[0]
    assert figures(reply) == (None, [])
    assert [each.statement.figure for each in reply.base] == ["320亩"]
    assert {each.likeness.refused for each in reply.refused} == {"只是10-12月的数", "总结只提多年,未提全年完成情况"}


def test_a_title_is_no_result() -> None:
    plan = reading(("办好民生实事【8件】", "民生实事"), kind="target", doc="plan")
    assert figures(replies(plan, reading(("【8件】民生实事有序推进", "民生实事")))[0]) == (None, ["8件"])
    assert figures(replies(plan, reading(("【8件】民生实事全部办结", "民生实事")))[0]) == ("8件", [])


def test_a_broken_part_breaks_the_whole() -> None:
    plan = reading(("赴省进京越级上访【0批次】", "赴省进京越级上访"), kind="target", doc="plan")
    assert figures(replies(plan, reading(("发生进京越级上访【1批次】", "进京越级上访")))[0]) == ("1批次", [])
    # A part that was kept says nothing of the whole.
    assert replies(plan, reading(("进京越级上访【0批次】", "进京越级上访")))[0].best is None


def test_a_decision_by_a_person_comes_first() -> None:
    plan = reading(("新增养老床位【200张】", "养老床位"), kind="target", doc="plan")
    report = reading(("新增养老床位【210张】", "养老床位"), ("新增家庭养老照护床位【90张】", "家庭养老照护床位"))
    target: Key = plan.statements[0].key
    first, second = (each.key for each in report.statements)
    confirmed = replies(plan, report, Decisions(confirmed={target: second}))[0]
    assert figures(confirmed) == ("90张", [])
    assert confirmed.best
    assert confirmed.best.evidence.why == "人工确认"
    refused = replies(plan, report, Decisions(refused=frozenset({(target, first)})))[0]
    assert refused.best is None or refused.best.statement.key != first


def test_two_figures_for_one_thing_are_rivals() -> None:
    plan = reading(("培训农民【1000人次】", "农民培训"), kind="target", doc="plan")
    report = reading(("开展农民培训【1200人次】", "农民培训"), ("农民培训【1150人次】", "农民培训"))
    reply = replies(plan, report)[0]
    assert figures(reply)[0] == "1200人次"
    assert [each.statement.figure for each in reply.rivals] == ["1150人次"]
