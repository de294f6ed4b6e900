"""A form shown again after somebody else changed its object: nothing that was typed is lost."""

from typing import Any

from pollready.audit.versions import ChangedMeanwhile


def reopened(form: Any, changed: ChangedMeanwhile) -> Any:
    """Keep what was typed over the newer version, so that saving again is a decision."""
    form.data = form.data.copy()
    form.data["version"] = changed.fields["version"]
    return form
