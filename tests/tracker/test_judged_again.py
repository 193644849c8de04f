"""Over all samples: what the matching found and what a check finds from the stored evidence is the same, target by target."""

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone

from documents import intake, pipeline
from reports import judging
from targets.models import Target
from tests.factories import make_office
from tests.installation import ROOT

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_check_of_the_samples_changes_no_verdict() -> None:
    office = make_office("青蘅街道")
    for path in [*sorted((ROOT / "seeds" / "plans").glob("*")), *sorted((ROOT / "seeds" / "reports").glob("*"))]:
        document, _ = intake.store(office, ContentFile(path.read_bytes()), path.name, None)
        pipeline.send_next(document)
    before = list(Target.objects.order_by("pk").values())
    tally = judging.check([office.pk], now=timezone.now())
    assert tally.judged[office.pk] == len(before) > 100
    assert tally.changed[office.pk] == 0
    assert list(Target.objects.order_by("pk").values()) == before
