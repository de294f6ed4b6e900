"""The pages on which needs, owners and classes of components are corrected."""

import pytest
from django.urls import reverse

from pollready.people.models import Role, User
from pollready.places.models import Agency
from pollready.register.corrections.needs import need_value
from pollready.register.models import Component
from pollready.register.veil import masked
from tests.unit.console.conftest import signed_in

pytestmark = pytest.mark.django_db


def component(code="EX-04") -> Component:
    return Component.objects.get(code=code)


def need_page(thing, field="depends_on") -> str:
    return reverse("claim-new", args=[f"component-{thing.pk}"]) + f"?field={field}"


def sent(value, **more):
    return {"value": value, "as_of": "", "confidence": "declared", **more}


def text(response) -> str:
    return response.content.decode()


def test_a_need_is_corrected_and_the_pictures_follow(head_client, assessed):
    url = need_page(component())
    page = head_client.get(url)
    assert "stations with" in text(page)
    assert "\nCORE-1</textarea>" in text(page)
    data = sent("CORE-1 & FD-17", version=page.context["version"])
    answer = head_client.post(url, data, follow=True)
    assert "10 stations with 12,615 expected voters rest on it" in text(answer)
    needs = text(answer).split('id="needs"')[1].split("</section>")[0]
    assert "FD-17" in needs
    picture = reverse("station-picture", args=[assessed.listings[0].pk])
    boxes = text(head_client.get(picture + "?depth=6"))
    assert boxes.count("فیدر آزادی") or boxes.count("FD-17")
    history = head_client.get(reverse("history", args=[f"component-{component().pk}"]))
    assert "CORE-1 &amp; FD-17" in text(history)


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        ("CORE-1 & (FD-17", "cannot be read from character"),
        ("NO-SUCH", "You see no component or common cause with these codes in this round: NO-SUCH"),
        ("EX-04", "The requirements run in a circle: EX-04 ← EX-04"),
    ],
)
def test_a_wrong_need_is_said_and_what_was_typed_stays(head_client, assessed, value, sentence):
    response = head_client.post(need_page(component()), sent(value, letter_no="9/1"))
    assert response.status_code == 422
    assert sentence in text(response)
    assert 'value="9/1"' in text(response)
    assert need_value(component(), "depends_on") == "CORE-1"


def test_names_stay_masked_in_forms_claims_and_history(client, head_client, assessed):
    head_client.post(need_page(component()), sent("CORE-1 & FD-17"))
    about = f"component-{component().pk}"
    for url in (
        need_page(component()),
        reverse("component", args=[component().pk]),
        reverse("history", args=[about]),
        reverse("audit"),
    ):
        page = text(client.get(url))
        assert "CORE-1" not in page, url
        assert "FD-17" not in page, url
    assert masked("FD-17") in text(client.get(need_page(component())))
    opened = client.get(need_page(component()))
    typed = opened.context["form"].initial["value"]
    assert client.post(need_page(component()), sent(typed)).status_code == 303
    assert need_value(component(), "depends_on") == "CORE-1 & FD-17"


def test_two_who_correct_a_need_at_once_see_both(client, head_client, assessed):
    url = need_page(component("MS-210"), "serves")
    opened = client.get(url).context["version"]
    assert head_client.post(url, sent("0001, 0002")).status_code == 303
    response = client.post(url, sent("0003", version=opened))
    assert response.status_code == 422
    assert "Somebody else changed this" in text(response)
    assert "\n0003</textarea>" in text(response)
    assert "2 stations" in text(response)
    assert need_value(component("MS-210"), "serves") == "0001, 0002"


def test_an_owner_changes_by_who_may_alone(client, head_client, assessed):
    url = reverse("component-agency", args=[component().pk])
    assert client.get(url).status_code == 403
    assert url not in text(client.get(reverse("component", args=[component().pk])))
    assert url in text(head_client.get(reverse("component", args=[component().pk])))
    opened = head_client.get(url).context["version"]
    data = {"agency": Agency.objects.get(code="MCI").pk, "version": opened}
    assert head_client.post(url, data).status_code == 422  # no reason
    answer = head_client.post(url, data | {"reason": "letter 9"}, follow=True)
    assert "Owner agency: همراه اول" in text(answer)
    again = head_client.post(url, data | {"reason": "letter 10"})
    assert (again.status_code, "Somebody else changed this" in text(again)) == (422, True)
    assert "letter 10" in text(again)
    assert "همراه اول" in text(again).split("Now: ")[1][:30]
    history = reverse("history", args=[f"component-{component().pk}"])
    assert "letter 9" in text(head_client.get(history))


def test_a_class_is_set_by_the_owner_within_his_clearance(client, assessed):
    site = component("MS-210")
    url = reverse("component-class", args=[site.pk])
    assert client.get(url).status_code == 403
    agency = Agency.objects.get(code="MCI")
    owner = User.objects.create(
        username="mci", role=Role.AGENCY_REPRESENTATIVE, agency=agency, language="en"
    )
    theirs = signed_in(owner)
    page = text(theirs.get(url))
    assert "Highly confidential" not in page
    assert theirs.post(url, {"classification": 2, "reason": "x"}).status_code == 422
    answer = theirs.post(url, {"classification": 0, "reason": "letter 3"}, follow=True)
    assert "The class of reports follows" in text(answer)
    assert component("MS-210").classification == 0
    other = component("EX-04")
    assert theirs.get(reverse("component-class", args=[other.pk])).status_code == 404


def test_who_decides_takes_back_what_he_decided(db, assessed):
    national = User.objects.create(
        username="national", role=Role.NATIONAL, language="en", may_see_names=True
    )
    theirs = signed_in(national)
    url = reverse("component-agency", args=[component().pk])
    theirs.post(url, {"agency": Agency.objects.get(code="PWR").pk, "reason": "letter 9"})
    history = reverse("history", args=[f"component-{component().pk}"])
    moment = theirs.get(history).context["moments"][0]
    assert moment.undoable
    theirs.post(reverse("undo", args=[moment.number]), {"back": history})
    assert component().agency.code == "TCI"
