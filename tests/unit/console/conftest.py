"""The small register of the browser tests, for pages read without a browser."""

import pytest
from django.test import Client

from pollready.jobs.background import run_job
from pollready.jobs.models import Job
from pollready.people.models import Role, User


@pytest.fixture
def secretary(db) -> User:
    """Someone who may not see names."""
    return User.objects.create(
        username="secretary", role=Role.SECRETARY, may_see_names=False, language="en"
    )


@pytest.fixture
def head(db) -> User:
    """Someone who may."""
    return User.objects.create(
        username="head", role=Role.COMMITTEE_HEAD, may_see_names=True, language="en"
    )


def do_what_waits() -> None:
    """Do the work that waits, as a worker would: none runs beside these tests."""
    for number in list(Job.objects.filter(state="waiting").values_list("pk", flat=True)):
        run_job.call(number)


@pytest.fixture
def worker():
    """Give what a worker does when its turn comes."""
    return do_what_waits


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def client(secretary) -> Client:
    return signed_in(secretary)


@pytest.fixture
def head_client(head) -> Client:
    return signed_in(head)


@pytest.fixture
def supervisor_client(db) -> Client:
    """Someone who may look at the register, and try nothing."""
    return signed_in(
        User.objects.create(username="supervisor", role=Role.SUPERVISION, language="en")
    )
