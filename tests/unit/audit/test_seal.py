"""The seal beside a register shows that the end of its log was cut off."""

from datetime import UTC, datetime

import pytest
from django.db import transaction

from pollready.audit.commands import accept_log, record
from pollready.audit.models import AuditBatch
from pollready.audit.queries import ChainFault, verify_chain
from pollready.places.models import ElectionRound

pytestmark = pytest.mark.django_db
NOW = datetime(2028, 6, 14, 8, 30, tzinfo=UTC)


@pytest.fixture
def sealed(settings, tmp_path):
    settings.POLLREADY_SEAL = tmp_path / "register.seal"
    return settings.POLLREADY_SEAL


@pytest.fixture
def write(django_capture_on_commit_callbacks):
    def run(times: int = 1) -> None:
        for _ in range(times):
            with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
                record(actor="a", command="c", now=NOW, entries=[])

    return run


def cut_from(number: int) -> None:
    AuditBatch.objects.filter(number__gte=number).delete()


def test_a_log_with_its_seal_holds(sealed, write):
    assert verify_chain() is None
    write(3)
    assert verify_chain() is None


def test_a_cut_end_is_found(sealed, write, untriggered_log):
    write(3)
    cut_from(3)
    assert verify_chain() == ChainFault(number=3, reason="cut")


def test_a_log_cut_to_nothing_is_found(sealed, write, untriggered_log):
    write(3)
    cut_from(1)
    assert verify_chain() == ChainFault(number=1, reason="cut")


def test_an_emptied_log_of_a_register_that_holds_something_is_found(sealed):
    ElectionRound.objects.create(code="r", name="r")
    assert verify_chain() == ChainFault(number=1, reason="cut")


def test_later_writes_do_not_hide_a_cut_end(sealed, write, untriggered_log):
    write(3)
    cut_from(3)
    with transaction.atomic():
        record(actor="another", command="c", now=NOW, entries=[])
    write(3)
    assert verify_chain() == ChainFault(number=3, reason="replaced")


def test_a_seal_that_is_gone_or_forged_is_told_and_not_made_anew(sealed, write):
    write(2)
    said = sealed.read_text()
    sealed.write_text(said.replace("2", "1", 1))
    write()
    assert verify_chain() == ChainFault(number=3, reason="unsealed")
    sealed.unlink()
    write()
    assert verify_chain() == ChainFault(number=4, reason="unsealed")
    assert not sealed.exists()


def test_a_seal_of_another_secret_is_told(sealed, write, settings):
    write(2)
    settings.POLLREADY_SEAL_KEY = b"another"
    assert verify_chain() == ChainFault(number=2, reason="unsealed")


def test_a_backup_put_back_can_be_accepted_with_its_reason(
    sealed, write, untriggered_log, django_capture_on_commit_callbacks
):
    write(3)
    cut_from(3)
    with django_capture_on_commit_callbacks(execute=True):
        accept_log(actor="admin", reason="backup of Monday", now=NOW)
    assert verify_chain() is None
    assert AuditBatch.objects.get(number=3).reason == "backup of Monday"


def test_only_its_owner_may_read_the_seal(sealed, write):
    write()
    assert sealed.stat().st_mode & 0o077 == 0


def test_what_is_taken_back_is_not_sealed(sealed, write, django_capture_on_commit_callbacks):
    write()
    with django_capture_on_commit_callbacks(execute=True), pytest.raises(RuntimeError):
        undone()
    assert verify_chain() is None


@transaction.atomic
def undone() -> None:
    record(actor="a", command="c", now=NOW, entries=[])
    raise RuntimeError
