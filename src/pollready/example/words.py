"""Invented names and words of the example, in both languages."""

from random import Random

from pollready.language.numerals import digits

BUILDINGS = (
    ("دبستان {}", "{} Primary School"),
    ("دبیرستان {}", "{} High School"),
    ("مسجد {}", "{} Mosque"),
    ("حسینیه {}", "{} Hall"),
    ("خانه بهداشت {}", "{} Health House"),
    ("فرهنگسرای {}", "{} Cultural Centre"),
    ("سالن ورزشی {}", "{} Sports Hall"),
    ("دهیاری {}", "{} Village Office"),
)
PATRONS = (
    ("سعدی", "Saadi"), ("حافظ", "Hafez"), ("شهریار", "Shahriar"), ("فردوسی", "Ferdowsi"),
    ("مولوی", "Molavi"), ("پروین", "Parvin"), ("نظامی", "Nezami"), ("خیام", "Khayyam"),
    ("ابن‌سینا", "Avicenna"), ("رازی", "Razi"), ("فارابی", "Farabi"), ("بیرونی", "Biruni"),
    ("صائب", "Saeb"), ("قطران", "Qatran"), ("خاقانی", "Khaqani"), ("امید", "Omid"),
    ("دانش", "Danesh"), ("آزادی", "Azadi"), ("بهار", "Bahar"), ("سهند", "Sahand"),
    ("سبلان", "Sabalan"), ("ارس", "Aras"), ("ولیعصر", "Valiasr"), ("جامع", "Jame"),
)  # fmt: skip
GIVEN = (
    ("رضا", "Reza"), ("مریم", "Maryam"), ("علی", "Ali"), ("زهرا", "Zahra"), ("حسین", "Hossein"),
    ("سارا", "Sara"), ("امیر", "Amir"), ("نرگس", "Narges"), ("مهدی", "Mehdi"), ("لیلا", "Leila"),
    ("یاشار", "Yashar"), ("سولماز", "Solmaz"), ("بهروز", "Behrouz"), ("آیدا", "Ayda"),
)  # fmt: skip
FAMILY = (
    ("سهندی", "Sahandi"), ("ارسباران", "Arasbaran"), ("اهری", "Ahari"), ("مرندی", "Marandi"),
    ("سرابی", "Sarabi"), ("تبریزی", "Tabrizi"), ("میانجی", "Mianji"), ("شبستری", "Shabestari"),
    ("باغبان", "Baghban"), ("کارگر", "Kargar"),
    ("نجفی", "Najafi"), ("رحیمی", "Rahimi"), ("قاسمی", "Ghasemi"), ("عباسی", "Abbasi"),
)  # fmt: skip
TEXTS = {
    "round": ("انتخابات ریاست جمهوری (نمونه ساختگی)", "Presidential election (invented example)"),
    "province": ("آذربایجان شرقی", "East Azerbaijan"),
    "basis": ("مراجعان دوره ۱۴۰۳ با تعدیل جمعیت", "Attendance of 2024, adjusted for population"),
    "central": ("بخش مرکزی", "Central District"),
    "outer": ("بخش {}", "{} District"),
    "user": ("کاربر رایانه", "computer user"),
    "courier": ("پیک", "courier"),
    "lead": ("سرگروه فناوری", "technology lead"),
    "route_duty": (
        "تعیین مرجع صدور دستور تعرفه کاغذی",
        "settle who orders paper ballots",
    ),
    "route_basis": ("دستورالعمل اجرایی ستاد، بند ۴", "Instructions of the headquarters, item 4"),
    "duty_lead": ("نظارت بر نصب و آزمون تجهیزات شعب", "oversee installation and tests"),
    "total": ("جمع کل", "Total"),
    "reserve": ("دستگاه احراز هویت (ذخیره)", "identity device (reserve)"),
    "depot": ("انبار {}", "{} depot"),
    "depot_in": ("انبار {} در {}", "{} depot at {}"),
    "relocation": ("مصوبه ستاد شهرستان، شماره ۱۲", "County headquarters, decision 12"),
    "none": ("ندارد", "none"),
    "substation": ("پست برق {} {}", "{} substation {}"),
    "feeder": ("فیدر {} {}", "{} feeder {}"),
    "site": ("سایت {} {}", "{} site {}"),
    "node": ("گره تجمیع {} {}", "{} aggregation node {}"),
    "exchange": ("مرکز مخابرات {} {}", "{} exchange {}"),
    "ring": ("حلقه {}، بخش {}", "Ring {}, section {}"),
    "generator": ("ژنراتور سیار", "mobile generator"),
    "terminal": ("پایانه ماهواره‌ای", "satellite terminal"),
    "modem": ("سیم‌کارت و مودم", "SIM card and modem"),
    "technician": ("تکنسین", "technician"),
    "vehicle": ("خودرو اعزام", "dispatch vehicle"),
    "power_out": ("قطع برق", "power outage"),
    "link_out": ("قطع ارتباط", "link outage"),
    "device_out": ("خرابی دستگاه", "device failure"),
    "storm": ("توفان", "storm"),
    "cut": ("قطع کابل بر اثر حفاری", "cable cut by digging"),
    "worn": ("فرسودگی", "wear"),
    "moved": ("جابه‌جایی دستگاه از ستاد شهرستان", "device moved from the county headquarters"),
    "lesson": (
        "پیش از رأی‌گیری باتری و مسیر دوم آزموده شود",
        "test battery and second path before voting",
    ),
}


class Words:
    """The example's words in one language."""

    def __init__(self, language: str, random: Random) -> None:
        self.language, self.column = language, 0 if language == "fa" else 1
        self.random = random

    def text(self, name: str, *parts: str) -> str:
        """Give a fixed text; its numbers in the digits of its language."""
        return digits(TEXTS[name][self.column].format(*parts), self.language)

    def pick(self, pairs: tuple[tuple[str, str], ...]) -> str:
        """Pick one of a list of pairs."""
        return self.random.choice(pairs)[self.column]

    def person(self) -> str:
        """Invent a person."""
        return f"{self.pick(GIVEN)} {self.pick(FAMILY)}"

    def people(self, count: int) -> list[str]:
        """Invent people with different names."""
        names: list[str] = []
        while len(names) < count:
            name = self.person()
            if name not in names:
                names.append(name)
        return names

    def building(self) -> str:
        """Invent a building."""
        return self.pick(BUILDINGS).format(self.pick(PATRONS))
