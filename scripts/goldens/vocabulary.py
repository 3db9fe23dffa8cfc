"""Small WordPiece vocabularies cut from that of bert-base-uncased."""

import unicodedata

from common import expand
from pairs import HARD_TEXTS, PASSAGE, PLAIN, QUESTION, WORDS

SPECIALS = ["[UNK]", "[CLS]", "[SEP]", "[MASK]"]

# Outside the BMP, so that counting UTF-16 units instead of characters shows.
SUPPLEMENTARY = ["\U0001f600", "##\U0001f600", "\U00020000", "\U00010428",
                 "##\U00010429", "\U0001d401", "##\U0001d41e"]
CASED = ("Berlin Paris France Germany York City New The In What How Who Is A "
         "No Yes Ada Engine Stra Caf BOM STR ##ASSE ##SE ΠΟ ##ΣΟΙ "
         "Йо").split()


def texts():
    """Every text of the goldens, once."""
    plain = [text for pair in PLAIN for text in pair]
    return [expand(text)[:400] for text in plain + HARD_TEXTS]


def characters(cased):
    """Characters of the golden texts, as written and as BERT normalises."""
    seen = set()
    for text in texts():
        bare = "".join(c for c in unicodedata.normalize("NFD", text)
                       if unicodedata.category(c) != "Mn")
        for form in (bare, text) if cased else (bare.lower(), text.lower()):
            seen.update(form)
    return sorted(c for c in seen if not unicodedata.category(c)[0] in "CZ")


def is_letter(character):
    """A letter or mark of a script that BERT does not cut into characters."""
    ideograph = 0x3100 <= ord(character) <= 0xabff
    return (ord(character) < 0x10000 and not ideograph
            and unicodedata.category(character)[0] in "LM")


def build(base, size, cased=False, accents=False, unused=3):
    """A vocabulary of `size` entries: [PAD] is 0, the other specials follow
    `unused` unused entries; then characters, then words by frequency.

    With `cased` or `accents`, letters and marks that bert-base-uncased lacks
    are added, so that keeping capitals and accents shows.
    """
    known = set(base)
    entries = dict.fromkeys(
        ["[PAD]"] + [f"[unused{i}]" for i in range(unused)] + SPECIALS)
    for character in characters(cased):
        extra = (cased or accents) and is_letter(character)
        for piece in (character, "##" + character):
            if piece in known or extra:
                entries[piece] = None
    entries.update(dict.fromkeys(SUPPLEMENTARY + (CASED if cased else [])))
    for word in WORDS + (QUESTION + " " + PASSAGE).lower().split():
        if word in known:
            entries[word] = None
    frequent = [entry for entry in base
                if len(entry) > 1 and entry[0] != "["
                and not (entry.startswith("##") and len(entry) == 3)]
    for entry in frequent:
        if len(entries) >= size:
            break
        entries[entry] = None
    assert len(entries) == size, f"{len(entries)} entries, {size} wanted"
    return list(entries)
