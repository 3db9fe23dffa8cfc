"""Make token-parity.tsv.gz: checksums of the ids of many pairs in many
languages, for the tokenizers in shared/data/tokenizers. No text is stored.

    python make_token_parity.py [--shared FOLDER] [--out FOLDER]

The columns are described in the README of the golden folder.
"""

import csv
import gzip
import io
import json
import struct
import tempfile
import zipfile
import zlib
from functools import cache
from pathlib import Path

import common
from tokenizers import Tokenizer
from transformers import BertTokenizer

MAX_LENGTH = 512
XQUAD = "ar de el en es hi ro ru th tr vi zh".split()

# Retrieval sets, and how many of their judged pairs are taken.
RETRIEVAL = {**{f"xquad/{language}": 260 for language in XQUAD},
             "squad": 800, "nq-oracle": 300, "medquad": 600, "jaquad": 400,
             "tldr": 500}
# Files of text pairs, and how many rows are taken.
PAIRS = {"stsb/dev.tsv.gz": 400, "conjnli/dev.tsv.gz": 400,
         "covid-faq/test.tsv.gz": 400}


class Data:
    """Texts by reference: (file below shared/data, key, field)."""

    def __init__(self, folder):
        self.folder = folder

    @cache
    def rows(self, file):
        """All rows of a file by key: _id of a .jsonl.gz, or for a .tsv.gz
        the number of the row, the first below the header being 0."""
        with gzip.open(self.folder / file, "rt", encoding="utf-8",
                       newline="\n") as lines:
            if ".jsonl" in file:
                parsed = [json.loads(line) for line in lines]
                return {row["_id"]: row for row in parsed}
            header, *rest = [line.rstrip("\n").split("\t") for line in lines]
            return {str(i): dict(zip(header, row, strict=True))
                    for i, row in enumerate(rest)}

    def text(self, reference):
        file, key, field = reference
        return self.rows(file)[key][field]

    def judged(self, name):
        with open(self.folder / name / "qrels/test.tsv",
                  encoding="utf-8") as file:
            return [(row["query-id"], row["corpus-id"])
                    for row in csv.DictReader(file, delimiter="\t")]


def spread(rows, count):
    """`count` of the rows, evenly spaced."""
    count = min(count, len(rows))
    return [rows[i * len(rows) // count] for i in range(count)]


def references(data):
    """Every pair as two references."""
    for name, count in RETRIEVAL.items():
        for query, document in spread(data.judged(name), count):
            yield ((f"{name}/queries.jsonl.gz", query, "text"),
                   (f"{name}/corpus.jsonl.gz", document, "text"))
    for file, count in PAIRS.items():
        for key in spread(list(data.rows(file)), count):
            yield (file, key, "text1"), (file, key, "text2")
    bank = "covid-faq/faq-multilingual.jsonl.gz"
    for key in spread(list(data.rows(bank)), 400):
        yield (bank, key, "title"), (bank, key, "text")
    # Both sides long: the same paragraph in two languages, two long answers.
    for i, language in enumerate(XQUAD):
        other = XQUAD[(i + 5) % len(XQUAD)]
        keys = list(data.rows(f"xquad/{language}/corpus.jsonl.gz"))
        for key in spread(keys, 20):
            yield ((f"xquad/{language}/corpus.jsonl.gz", key, "text"),
                   (f"xquad/{other}/corpus.jsonl.gz", key, "text"))
    answers = "medquad/corpus.jsonl.gz"
    keys = spread(list(data.rows(answers)), 400)
    for a, b in zip(keys[0::2], keys[1::2]):
        yield (answers, a, "text"), (answers, b, "text")


def tokenizers(folder):
    """Name and tokenizer, as the tokenizers library reads the file."""
    def of_json(text):
        return Tokenizer.from_str(text)

    yield ("bert-base-uncased",
           of_json((folder / "bert-base-uncased-tokenizer.json").read_text()))
    with tempfile.TemporaryDirectory() as scratch:
        vocab = (folder / "bert-base-uncased-vocab.txt").read_bytes()
        (Path(scratch) / "vocab.txt").write_bytes(vocab)
        yield ("bert-base-uncased-vocab", BertTokenizer.from_pretrained(
            scratch).backend_tokenizer)
    with zipfile.ZipFile(folder / "mbert-uncased.zip") as archive:
        yield "mbert-uncased", of_json(archive.read("tokenizer.json").decode())
    yield "roberta", of_json((folder / "roberta-tokenizer.json").read_text())
    xlm_r = folder / "paraphrase-multilingual-mpnet-base-v2.tokenizer.json.gz"
    yield "xlm-r", of_json(gzip.decompress(xlm_r.read_bytes()).decode())


def checksum(numbers):
    """CRC-32 of the numbers as little-endian int32s, eight hex digits."""
    return f"{zlib.crc32(struct.pack(f'<{len(numbers)}i', *numbers)):08x}"


def checksums(tokenizer, a, b):
    tokenizer.no_padding()
    tokenizer.no_truncation()
    length = len(tokenizer.encode(a, b).ids)
    tokenizer.enable_truncation(MAX_LENGTH, strategy="longest_first")
    encoding = tokenizer.encode(a, b)
    assert len(encoding.ids) == min(length, MAX_LENGTH)
    return length, checksum(encoding.ids), checksum(encoding.type_ids)


def main():
    args = common.arguments(__doc__)
    data = Data(args.shared / "data")
    named = list(tokenizers(args.shared / "data/tokenizers"))
    text = io.StringIO()
    print("tokenizer", "a_file", "a_key", "a_field", "b_file", "b_key",
          "b_field", "length", "ids_crc32", "type_ids_crc32",
          sep="\t", file=text)
    pairs = list(references(data))
    for a, b in pairs:
        for name, tokenizer in named:
            row = checksums(tokenizer, data.text(a), data.text(b))
            print(name, *a, *b, *row, sep="\t", file=text)
    args.out.mkdir(parents=True, exist_ok=True)
    (args.out / "token-parity.tsv.gz").write_bytes(
        gzip.compress(text.getvalue().encode(), 9, mtime=0))
    print(len(pairs), "pairs,", len(named), "tokenizers")


if __name__ == "__main__":
    main()
