"""Yes and no as people write them."""

from pollready.language.folding import fold

YES = frozenset(map(fold, ("yes", "y", "true", "1", "بله", "بلی", "آری", "دارد", "هست", "انجام شد",
                           "شده", "✓", "✔", "x", "آماده", "تأیید", "تأیید شد",
                           "has", "present", "done", "ready", "confirmed")))  # fmt: skip
NO = frozenset(map(fold, ("no", "n", "false", "0", "خیر", "نه", "ندارد", "نیست", "نشده",
                          "انجام نشد", "✗", "✘", "تأیید نشد", "هیچ",
                          "none", "absent", "not done", "not ready", "not confirmed",
                          "آماده نیست", "ناآماده")))  # fmt: skip


def parse_yes_no(value: object) -> bool | None:
    """Read yes or no; None when it is neither.

    >>> parse_yes_no("دارد"), parse_yes_no("No"), parse_yes_no("شاید")
    (True, False, None)
    """
    if isinstance(value, bool):
        return value
    text = str(value).strip()
    if text in ("✓", "✔"):
        return True
    if text in ("✗", "✘"):
        return False
    folded = fold(text.removesuffix(".0"))
    if folded in YES and folded:
        return True
    return False if folded and folded in NO else None
