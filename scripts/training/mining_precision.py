"""How many mined negatives are right: of each query one relevant document is judged, the others are hidden, and those that
are mined as negatives are counted.

Usage: mining_precision.py BEIR_DIR WORK_DIR MINE_OPTION…

JUXTA names another command than ./juxta. Queries with one relevant document are left out. Prints how many negatives were
mined for how many queries, and what share of them is relevant by the hidden judgements.
"""
import gzip
import json
import os
import random
import subprocess
import sys
from pathlib import Path

home = Path(__file__).resolve().parents[2]
data, work = map(Path, sys.argv[1:3])


def lines(path):
    packed = path.with_name(path.name + ".gz")
    opener = (lambda: gzip.open(packed, "rt", encoding="utf-8")) if packed.exists() else (
        lambda: open(path, encoding="utf-8"))
    with opener() as file:
        yield from file


random.seed(5)
relevant = {}
for line in list(lines(data / "qrels/test.tsv"))[1:]:
    query, document, grade = line.rstrip("\n").split("\t")
    if float(grade) > 0:
        relevant.setdefault(query, []).append(document)
hidden = {}
(work / "qrels").mkdir(parents=True, exist_ok=True)
with open(work / "qrels/test.tsv", "w", encoding="utf-8") as out:
    out.write("query-id\tcorpus-id\tscore\n")
    for query, documents in relevant.items():
        if len(documents) < 2:
            continue
        judged, = random.sample(documents, 1)
        hidden[query] = set(documents) - {judged}
        out.write(f"{query}\t{judged}\t1\n")
for name in ("corpus.jsonl", "queries.jsonl"):
    (work / name).write_text("".join(lines(data / name)), encoding="utf-8")
mined = work / "mined.jsonl"
mined.unlink(missing_ok=True)
subprocess.run([os.environ.get("JUXTA", home / "juxta"), "mine", "--data", work, "--split", "test", "--language", "en",
                "--format", "labeled-list", "--out", mined, *sys.argv[3:]], check=True, stdout=subprocess.DEVNULL)
texts = {}
for row in map(json.loads, lines(data / "corpus.jsonl")):
    texts.setdefault(f"{row.get('title', '')} {row['text']}".strip(), set()).add(row["_id"])
found = wrong = queries = 0
for row in map(json.loads, open(mined, encoding="utf-8")):
    queries += 1
    for document, label in zip(row["documents"], row["labels"]):
        if label == 0:
            found += 1
            wrong += bool(texts.get(document.strip(), set()) & hidden[row["query_id"]])
print(f"{found} negatives for {queries} queries, {100 * wrong / max(found, 1):.1f} % of them relevant")
