"""Opening registers, and what is said where that cannot be."""

import pytest
from django.db import OperationalError

from pollready.jobs.folders import FolderUnusable, check_for_unusable_folder
from pollready.jobs.registers import RegisterBusy, waiting_in_vain


def test_a_register_that_stays_locked_is_said_to_be_busy():
    with pytest.raises(RegisterBusy), waiting_in_vain():
        raise OperationalError("database is locked")


def test_other_troubles_of_the_database_are_not_called_busy():
    with pytest.raises(OperationalError), waiting_in_vain():
        raise OperationalError("disk I/O error")


def test_a_folder_is_checked_without_being_made(tmp_path):
    check_for_unusable_folder(tmp_path / "new" / "folder")
    assert not (tmp_path / "new").exists()
    (tmp_path / "file").touch()
    with pytest.raises(FolderUnusable):
        check_for_unusable_folder(tmp_path / "file" / "folder")
