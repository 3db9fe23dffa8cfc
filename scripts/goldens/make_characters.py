"""Make bert-characters.json: what BERT's normalizer and pre-tokenizer do to
every single character (the tokenizers library has Unicode tables of its own,
older than a Java runtime's, so the categories of both do not agree).

    python make_characters.py [--out FOLDER]
"""

import json
import unicodedata

import common
from tokenizers import normalizers, pre_tokenizers

CHARACTERS = [chr(c) for c in range(0x110000) if not 0xd800 <= c < 0xe000]


def normalizer(**chosen):
    """A BertNormalizer that does one thing only."""
    flags = {"clean_text": False, "handle_chinese_chars": False,
             "strip_accents": False, "lowercase": False}
    return normalizers.BertNormalizer(**{**flags, **chosen}).normalize_str


def ranges(accept):
    """The characters that `accept` holds for, as hex ranges, both ends in."""
    found = []
    for character in CHARACTERS:
        if accept(character):
            code = ord(character)
            if found and found[-1][1] == code - 1:
                found[-1][1] = code
            else:
                found.append([code, code])
    return [f"{a:x}" if a == b else f"{a:x}-{b:x}" for a, b in found]


def mapping(change):
    """What `change` makes of a character, where it is neither the character
    nor nothing. Hangul syllables, which decompose by rule, are left out."""
    return {f"{ord(c):x}": change(c) for c in CHARACTERS
            if change(c) not in (c, "") and not "\uac00" <= c <= "\ud7a3"}


def main():
    args = common.arguments(__doc__)
    clean, strip = normalizer(clean_text=True), normalizer(strip_accents=True)
    ideograph = normalizer(handle_chinese_chars=True)
    split = pre_tokenizers.BertPreTokenizer().pre_tokenize_str
    args.out.mkdir(parents=True, exist_ok=True)
    text = json.dumps({
        "removed": ranges(lambda c: clean(c) == ""),
        "space": ranges(lambda c: clean(c) == " "),
        "ideograph": ranges(lambda c: ideograph(c) == f" {c} "),
        "punctuation": ranges(lambda c: len(split(f"a{c}b")) == 3),
        "mark": ranges(lambda c: strip(c) == ""),
        "strip": mapping(strip),
        "lower": mapping(normalizer(lowercase=True)),
    }, indent=0)
    (args.out / "bert-characters.json").write_text(text + "\n",
                                                   encoding="ascii")
    print(unicodedata.unidata_version, "is Python's Unicode version;",
          len(text), "bytes written")


if __name__ == "__main__":
    main()
