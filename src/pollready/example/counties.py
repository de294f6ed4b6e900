"""East Azerbaijan's counties as they are: names, stations of 2024, population, centroids.

Facts, from public reports: 3,166 stations, 2,429 of them fixed and 737 mobile. Three counties
were parts of others when people were last counted; Leylan was founded after the boundaries were
drawn, its centroid is that of its town.
"""

from dataclasses import dataclass

MOBILE_STATIONS = 737
EXPECTED_VOTERS = 3_040_000


@dataclass(frozen=True, slots=True)
class County:
    """One county; `mobile_weight` says how much of it is villages (invented)."""

    number: int
    fa: str
    en: str
    stations: int
    population: int
    lat: float
    lon: float
    mobile_weight: float

    @property
    def code(self) -> str:
        """The county's part of a station code."""
        return f"{self.number:02}"


_ROWS = (
    ("تبریز", "Tabriz", 814, 1_773_033, 38.0663, 46.2938, 0.15),
    ("میانه", "Mianeh", 236, 182_848, 37.4670, 47.7254, 1.2),
    ("مراغه", "Maragheh", 186, 262_604, 37.3639, 46.4201, 0.8),
    ("مرند", "Marand", 182, 244_971, 38.5592, 45.6644, 0.8),
    ("سراب", "Sarab", 167, 125_341, 37.9807, 47.4682, 1.2),
    ("اهر", "Ahar", 134, 133_829, 38.5140, 47.1369, 1.2),
    ("اسکو", "Osku", 129, 158_270, 37.8685, 45.8047, 0.5),
    ("بناب", "Bonab", 127, 134_892, 37.3210, 45.9546, 0.6),
    ("بستان‌آباد", "Bostanabad", 127, 94_769, 37.8032, 46.8175, 1.4),
    ("ملکان", "Malekan", 119, 80_000, 37.1261, 46.2111, 1.0),
    ("شبستر", "Shabestar", 115, 135_421, 38.2200, 45.6726, 0.7),
    ("هشترود", "Hashtrud", 99, 57_199, 37.4260, 46.9062, 1.6),
    ("ورزقان", "Varzaqan", 98, 52_650, 38.6002, 46.4615, 1.6),
    ("هریس", "Heris", 92, 69_093, 38.2284, 46.8223, 1.2),
    ("آذرشهر", "Azarshahr", 87, 110_311, 37.7182, 45.8289, 0.6),
    ("عجب‌شیر", "Ajab Shir", 87, 70_852, 37.4982, 45.8215, 0.9),
    ("جلفا", "Jolfa", 81, 61_358, 38.8367, 45.8821, 0.8),
    ("کلیبر", "Kaleybar", 72, 48_000, 38.9407, 47.1423, 1.6),
    ("چاراویماق", "Charuymaq", 65, 31_071, 37.0630, 47.1169, 1.8),
    ("خداآفرین", "Khoda Afarin", 52, 31_120, 39.0629, 46.9444, 1.6),
    ("هوراند", "Hurand", 51, 20_701, 38.8512, 47.3745, 1.6),
    ("لیلان", "Leylan", 46, 31_319, 37.0070, 46.2060, 1.0),
)
COUNTIES = tuple(County(number, *row) for number, row in enumerate(_ROWS, start=1))


def mobile_by_county() -> dict[int, int]:
    """Split the mobile stations over the counties by weight; the sum is exact."""
    weights = {county.number: county.stations * county.mobile_weight for county in COUNTIES}
    whole = sum(weights.values())
    shares = {number: MOBILE_STATIONS * weight / whole for number, weight in weights.items()}
    counts = {number: int(share) for number, share in shares.items()}
    left = MOBILE_STATIONS - sum(counts.values())
    for number in sorted(shares, key=lambda n: counts[n] - shares[n])[:left]:
        counts[number] += 1
    return counts
