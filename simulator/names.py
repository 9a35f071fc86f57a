"""Made-up names: long and odd enough that finding one in a file can only mean that it leaked."""

import random

_FIRST_HEADS = ("Ther", "Evan", "Mari", "Calli", "Orso", "Luci", "Bren", "Ysol", "Cori", "Dami", "Thad", "Alar")
_FIRST_TAILS = {
    "F": ("solde", "bella", "wenna", "thea", "ndra", "lisse", "monde", "vielle", "rosa", "phine"),
    "M": ("baldo", "derick", "ximus", "thorn", "lando", "vander", "cander", "wald", "rius", "gorn"),
}
_LAST_HEADS = (
    "Harlo", "Quenn", "Bramble", "Okon", "Vasque", "Thistle", "Marlo", "Pelham", "Rosen", "Dunwood", "Kasz",
    "Ljung", "Fenwick", "Abergan", "Cordel", "Winter", "Ostro", "Hollo", "Grims", "Yarrow", "Lockes", "Tamar",
)  # fmt: skip
_LAST_TAILS = (
    "wick", "bury", "valde", "stead", "mere", "thorpe", "kowski", "vitch", "feld", "grove", "dottir", "quist",
    "lund", "hurst", "combe", "worth", "shaw", "berg", "zano", "rudin",
)  # fmt: skip

AWKWARD_NAMES: tuple[tuple[str, str, str, str], ...] = (
    # (tag, first name, last name, gender)
    ("apostrophe", "Siobhanna", "O'Brienwick", "F"),
    ("apostrophe", "D'Artagnon", "O'Shaughnesserly", "M"),
    ("diacritics", "Zoë", "Núñezgarra", "F"),
    ("diacritics", "Jürgenhold", "Müllerström", "M"),
    ("diacritics", "Łucjanna", "Żółkiewskaja", "F"),
    ("hyphen", "Anne-Marguerithe", "Villanova-Castellane", "F"),
    ("markup", "<b>Boldwin</b>", "Markupson", "M"),
    ("markup", "Amper&sande", 'Quot"ewell', "F"),
    ("formula", "Formulina", "=cmd|' /C calc'!A0", "F"),
    ("formula", "Plussander", "+1+1Calcworth", "M"),
    ("very_long", "Wolfeschlegelsteinhausenberger", "Hubert-Blaine-Vandenplasschereghem-Oosterhuizenburgh", "M"),
    ("single_letter", "Q", "Y", "X"),
    ("two_words", "Maria del Carmenza", "de la Fuenterrabia", "F"),
    ("suffix", "Theobaldus", "Kingsleyford Jr.", "M"),
)


def first_name(rng: random.Random, gender: str | None) -> str:
    tails = _FIRST_TAILS.get(gender or "F", _FIRST_TAILS["F"])
    return rng.choice(_FIRST_HEADS) + rng.choice(tails)


def last_name(rng: random.Random) -> str:
    return rng.choice(_LAST_HEADS) + rng.choice(_LAST_TAILS)


def npi(rng: random.Random) -> str:
    """A National Provider Identifier with a right check digit (Luhn over 80840 and the first nine digits)."""
    stem = f"1{rng.randrange(10**8):08d}"
    total = 24
    for index, digit in enumerate(int(char) for char in reversed(stem)):
        doubled = digit * 2 if index % 2 == 0 else digit
        total += doubled - 9 if doubled > 9 else doubled
    return stem + str(-total % 10)
