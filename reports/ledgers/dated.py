"""The ledger as of an earlier cut-off: judged again in memory by the reports up to then; nothing is stored."""

from collections.abc import Sequence
from dataclasses import replace

from engine import answer
from engine.values import Month
from reports.ledgers.rows import LedgerRow
from reports.ledgers.stored import rows_of
from reports.matching import gather
from targets.models import Target


def rows_as_of(targets: Sequence[Target], cutoff: Month) -> list[LedgerRow]:
    """The rows as they would have stood at the end of `cutoff`; what a person wrote into them stands as it is today."""
    today = dict(zip((target.origin_key for target in targets), rows_of(targets), strict=True))
    then: dict[tuple[str, int], LedgerRow] = {}
    for office, year in {(target.office, target.year): None for target in targets}:
        case = gather(office, year)
        reports = [each for each in case.reports if each.cutoff is None or each.cutoff <= cutoff]
        found = answer(case.statements, reports, rules=case.rules, decisions=case.decisions, plans=case.plans)
        names = {reading.doc: reading for reading in (*case.plans, *case.reports)}
        for outcome in found:
            if outcome.target.key in today:
                then[outcome.target.key] = _as_judged(
                    today[outcome.target.key], LedgerRow.from_outcome(outcome, "", readings=names))
    return [then.get(target.origin_key, today[target.origin_key]) for target in targets]


JUDGED = ("status", "word", "light", "rule", "actual", "actual_text", "forecast", "through", "percent", "difference", "growth", "expected",
          "progress", "quotes", "contradicted")


def _as_judged(row: LedgerRow, judged: LedgerRow) -> LedgerRow:
    """Where the same figure counted then, what a person confirmed about it still stands."""
    same = (row.actual, row.through, row.status) == (judged.actual, judged.through, judged.status)
    return replace(row, confirmed=row.confirmed and same, **{name: getattr(judged, name) for name in JUDGED})
