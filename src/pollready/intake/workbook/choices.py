"""The words that a column takes, as the register keeps them and as people write them.

The words shown are phrases `workbook.choice.<list>.<value>`; what stands here are the other
ways of writing them. Component kinds are not here: they are rows of `register/kinds.toml`.
"""

from collections.abc import Mapping

CHOICES: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "station_kind": {
        "fixed": ("ثابت", "شعبه ثابت", "fixed", "static", "polling place", "election day"),
        "mobile": ("سیار", "شعبه سیار", "mobile", "itinerant", "سيار"),
    },
    "station_status": {
        "active": ("فعال", "دایر", "برقرار", "active", "open", "ok"),
        "relocated": ("جابه‌جا", "جابجا", "جابه‌جا شده", "منتقل", "relocated", "moved"),
        "cancelled": ("حذف", "حذف شده", "منحل", "cancelled", "canceled", "closed", "removed"),
    },
    "signal": {
        "good": ("خوب", "قوی", "عالی", "دارد", "good", "strong", "ok", "yes"),
        "weak": ("ضعیف", "متوسط", "weak", "poor", "fair"),
        "none": ("ندارد", "بدون آنتن", "قطع", "هیچ", "none", "no", "no signal", "absent"),
    },
    "fixed_line": {
        "fibre": ("فیبر", "فیبر نوری", "نوری", "fibre", "fiber", "ftth"),
        "copper": ("مسی", "خط ثابت", "تلفن", "سیم مسی", "adsl", "copper", "dsl", "landline"),
        "none": ("ندارد", "بدون خط", "هیچ", "خیر", "none", "no"),
    },
    "rehearsal": {
        "passed": ("قبول", "موفق", "قبولی", "passed", "pass", "ok", "success"),
        "failed": ("مردود", "ناموفق", "رد", "failed", "fail"),
        "absent": ("غایب", "غیبت", "شرکت نکرد", "absent", "no show", "missed"),
    },
    "cards": {
        "ready": ("آماده", "صادر شد", "تحویل شد", "انجام شد", "ready", "done", "issued", "yes"),
        "not_ready": ("ناآماده", "آماده نیست", "صادر نشده", "not ready", "pending", "no"),
    },
    "classification": {
        "normal": ("عادی", "normal", "open", "unclassified"),
        "confidential": ("محرمانه", "confidential", "restricted"),
        "highly_confidential": ("خیلی محرمانه", "highly confidential"),
        "secret": ("سری", "secret"),
        "top_secret": ("به‌کلی سری", "بکلی سری", "top secret"),
    },
    "yes_no": {
        "yes": ("بلی", "بله", "دارد", "آری", "yes", "true", "y"),
        "no": ("خیر", "نه", "ندارد", "no", "false", "n"),
    },
}
