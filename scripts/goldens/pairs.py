"""Text pairs for the goldens: plain ones, hard Unicode, truncation limits.

A text is a string, or {"repeat": r, "times": n, "suffix": s}, which stands for
r written n times and then s, so that a huge text takes one line in a golden.
"""

QUESTION = "How many people live in Berlin?"
PASSAGE = "Berlin had a population of 3,520,031 in 2019."

# Ours, but for the first two, which are the usage example of
# sentence-transformers (Apache-2.0).
PLAIN = [
    (QUESTION, PASSAGE),
    (QUESTION, "Berlin is well known for its museums."),
    (QUESTION, "The capital of Germany has 3.7 million inhabitants."),
    (QUESTION, "New York City had 8,336,817 people in the year 2020."),
    (QUESTION, "how many people live in berlin?"),
    (QUESTION, QUESTION),
    (PASSAGE, QUESTION),
    ("population of Berlin", "In 1920 the city took in seven towns and grew."),
    ("What is the capital of France?", "Paris is the capital of France."),
    ("What is the capital of France?", "France won the cup in 1998 and 2018."),
    ("What is the capital of France?", "Bread."),
    ("who wrote the first computer program",
     "Ada Lovelace published notes on the Analytical Engine in 1843."),
    ("who wrote the first computer program",
     "The programme of the first concert was written by hand."),
    ("Is the water safe to drink?", "Yes."),
    ("Is the water safe to drink?", "No, it is not safe to drink the water."),
    ("A man is playing a guitar.", "A person plays an instrument."),
    ("A man is playing a guitar.", "Nobody is playing a guitar."),
    ("A man is playing a guitar.", "A man is eating food in a restaurant."),
    ("list all files, also hidden ones", "ls -la"),
    ("list all files, also hidden ones", "rm -rf ./build && mkdir build"),
    ("java.lang.NullPointerException", "for (int i = 0; i < n; i++) { }"),
    ("price of 1 kg of apples", "Apples: $2.99/kg (was 3.49), 10% off!"),
    ("C++ vs. C#", "e.g. i.e. etc... U.S.A., Ph.D. -- don't, can't, we'll"),
    ("antidisestablishmentarianism", "pneumonoultramicroscopic silicosis"),
    ("a", "b"),
    ("the", "the the the the the the the the the the the the"),
]

# Each of these becomes two pairs: as the second text and as the first.
HARD_TEXTS = [
    "",
    " ",
    " \t \n\r\n  ",
    "\u00a0\u2003\u3000\u205f",             # no-break, em, ideographic space
    "[SEP]",
    "Berlin [SEP] has[SEP]people [CLS] and [MASK] museums[PAD].",
    " [MASK]  [MASK] city",
    "[PAD] [PAD]",
    "[UNK] known",
    "[sep] [cls] [mask] [ SEP ] [SEP",
    "[[SEP]] [SEP][SEP] \u2066[CLS]\u2069",
    "I \u2764\ufe0f Berlin \U0001f600!",
    "family \U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466 wave "
    "\U0001f44b\U0001f3fd",                 # joined family, skin tone
    "flags \U0001f1e9\U0001f1ea\U0001f1eb\U0001f1f7 keycap 1\ufe0f\u20e3",
    "\U0001f3f4\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",
    "柏林有多少人口？2019年约有三百五十二万人。",
    "ベルリンの人口は約350万人です。ガラス、ﾊﾝｶｸ、ヴ、が゛",
    "베를린의 인구는 약 350만 명이다.",
    "กรุงเบอร์ลินมีประชากรกี่คน",
    "बर्लिन की जनसंख्या कितनी है? हिन्दी में।",
    "كَمْ عَدَدُ سُكَّانِ بَرْلِين؟ ـــ ٣٬٥٢٠٬٠٣١",
    "כַּמָּה אֲנָשִׁים גָּרִים בְּבֶּרְלִין?",
    "Сколько людей живёт в Берлине? Йод",
    "ΠΟΣΟΙ ΑΝΘΡΩΠΟΙ ΖΟΥΝ ΣΤΟ ΒΕΡΟΛΙΝΟ; ΟΔΟΣ ΣΟΦΟΣ σοφός",
    "Cafe\u0301 nai\u0308ve A\u030angstro\u0308m Vie\u0323\u0302t",     # NFD
    "Caf\u00e9 na\u00efve \u00c5ngstr\u00f6m Vi\u1ec7t \u01d5",         # NFC
    "\u0301\u0308 \u0301alone q\u0307\u0323 a\u0315\u0300\u05ae\u0062",
    "\u0130stanbul Diyarbak\u0131r I\u0307 \u0049\u0131",       # Turkish i
    "Stra\u00dfe STRASSE \u1e9e gro\u00df",
    "\ufb01nd o\ufb03ce \ufb05a\ufb06 \u0132ssel \u01c4 \u01c5",  # ligatures
    "\uff22\uff45\uff52\uff4c\uff49\uff4e \uff12\uff10\uff11\uff19 "
    "\uff08\uff21\uff09\uff01",                                  # full-width
    "\u212aelvin \u212bngstrom \u2126 \u2460 \u00bd \u2163 \u00aa",
    "be\u0001r\u0002lin \u007f \u0085 \u009f \u001b[0m bell\u0007",
    "nul\u0000inside \u0000 end\u0000",
    "\ufffd broken\ufffdtext",
    "zero\u200dwidth\u200bspace \u200cnon-joiner\u2060",
    "soft\u00adhyphen co\u00adop\u00aderate",
    "\ufeffBOM first mid\ufeffdle",
    "tabs\tand\nnew\nlines\x0bvertical\x0cform",
    "one\r\ntwo\r\nthree\rfour\u2028five\u2029six",
    "\u200fright\u200e to \u202eleft\u202c \u2067iso\u2069",
    "private \ue000\uf8ff\U000f0000 unassigned \u0378\U0003ffff \u2fe0",
    "noncharacter \ufdd0 \ufffe \uffff \U0001ffff",
    "\U00020000\U0002a6d6 \U0002f800 plane two \U00030000 three",
    "\U0001d401\U0001d41e\U0001d42b\U0001d425\U0001d422\U0001d427 "
    "\U0001d7d9\U0001d7da",                                  # mathematical
    "\U00010400\U00010401\U00010428 \U0001f130 \U00010330",  # Deseret capitals
    "\u2018quoted\u2019 \u201cdouble\u201d \u00abguillemets\u00bb \u2014 "
    "\u2026 \u2022 \u20ac5 \u00a35 \u00b0C \u00a7 1\u20443",
    "^caret `tick` $dollar +plus <less> =eq |pipe ~tilde _under_score",
    "\u3400\u4dbf \u4e00\u9fff \uf900 \u3007 \u3105 \u31a0 \u2e80 \u30fb",
    "x" * 100,                    # the longest word that is still split ...
    "x" * 101,                    # ... and the shortest that is [UNK]
    "y" * 99 + "\u00e9 z",        # 100 characters, 101 in NFD
    "\U0001f600" * 60,            # 60 characters, 120 UTF-16 units
    "https://example.org/a/b?q=1&r=%20#top user@example.org 192.168.0.1",
    {"repeat": "x", "times": 100000, "suffix": ""},
    {"repeat": "x", "times": 100000, "suffix": " city"},
    {"repeat": "\U0001f600", "times": 250, "suffix": ""},
    {"repeat": "\U0001f600 ", "times": 250, "suffix": "end"},
    {"repeat": "[SEP]", "times": 200, "suffix": ""},
    {"repeat": "e\u0301", "times": 300, "suffix": " caf\u00e9"},
]

LONG = {"repeat": "many people live in the old city of berlin , ",
        "times": 400, "suffix": "but not all ."}

HARD = ([(QUESTION, text) for text in HARD_TEXTS]
        + [(text, PASSAGE) for text in HARD_TEXTS]
        + [("", ""), (" ", "\n"), ("\u0000", "\u200b"), ("[SEP]", "[CLS]"),
           ("\u0301", "\ufeff"), (LONG, "yes"), ("yes", LONG), (LONG, ""),
           ("", LONG), (LONG, LONG)])

# Each is one token of every BERT vocabulary here.
WORDS = ("the of and in to was he is as for on with that it his by at from "
         "her she you had an were but be this are not my they one which or "
         "have him me first all also their").split()


def words(count, start=0):
    """A text of exactly `count` BERT tokens."""
    return " ".join(WORDS[(start + i) % len(WORDS)] for i in range(count))


def limits(max_length):
    """Pairs around every boundary of longest_first truncation."""
    room = max_length - 3
    low, high = room // 2, room - room // 2
    sizes = [(low, high), (high, low), (low, low), (high, high),    # half full
             (low + 1, high + 1), (low - 1, high + 1), (low - 1, high + 2),
             (low + 1, high - 1), (low + 2, high - 1), (low + 5, high + 9),
             (low + 9, high + 5), (room, room), (room + 7, room + 7),
             (1, room - 2), (1, room - 1), (1, room), (1, room + 40),
             (room - 2, 1), (room - 1, 1), (room, 1), (room + 40, 1),
             (0, room - 1), (0, room), (0, room + 1),
             (room - 1, 0), (room, 0), (room + 1, 0),
             (low - 3, room + 11), (room + 11, low - 3),
             (low, room), (high, room), (room, low), (room, high),
             (low, high + 1), (high, high + 1), (high + 1, high),
             (high + 1, low)]
    return [(words(a), words(b, start=7)) for a, b in sizes]
