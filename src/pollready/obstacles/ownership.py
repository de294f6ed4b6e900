"""Who usually owns a remedy: the agency that the register names, else a role."""

from pollready.obstacles.facts import Facts


def agency_named(facts: Facts, label: str, role: str) -> str:
    """Give the code of the agency whose code or name is `label`; else the role."""
    if label in facts.agencies:
        return label
    for agency in facts.agencies.values():
        if agency.name == label:
            return agency.code
    return role


def agency_with_role(facts: Facts, role: str) -> str:
    """Give the code of the one agency with this role; the role itself if none or several."""
    found = [agency.code for agency in facts.agencies.values() if agency.role == role]
    return found[0] if len(found) == 1 else role
