"""How often silver labels are right: pairs that people judged, labelled by a teacher, with the sure ones alone, too.

Usage: label_precision.py PAIRS.tsv[.gz] WORK_DIR TEACHER

PAIRS has text, text and 0 or 1 as its last columns; the teacher, a cross-encoder with a probability, is not shown the
last. JUXTA names another command than ./juxta. For each least confidence it prints which share of the pairs has it, how
many of those the teacher takes for relevant, what share of these is (precision), and the same of the irrelevant.
"""
import gzip
import json
import os
import subprocess
import sys
from pathlib import Path

home = Path(__file__).resolve().parents[2]
source, work, teacher = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
opener = gzip.open if source.suffix == ".gz" else open
with opener(source, "rt", encoding="utf-8") as file:
    rows = [line.rstrip("\n").split("\t") for line in file][1:]
work.mkdir(parents=True, exist_ok=True)
pairs, labelled = work / "pairs.jsonl", work / "labelled.jsonl"
pairs.write_text("".join(json.dumps({"a": a, "b": b}) + "\n" for *_, a, b, _ in rows), encoding="utf-8")
judged = [float(label) > 0 for *_, label in rows]
labelled.unlink(missing_ok=True)
subprocess.run([os.environ.get("JUXTA", home / "juxta"), "label", pairs, "--task", "relevance", "--teacher", teacher,
                "--out", labelled], check=True, stdout=subprocess.DEVNULL)
labels = [json.loads(line) for line in labelled.read_text(encoding="utf-8").splitlines()]
for least in (0, 0.8, 0.9, 0.95):
    found = {True: [], False: []}
    for row in labels:
        if row["confidence"] >= least:
            found[row["label"] > 0].append(judged[row["line"] - 1])  # a logit above 0 is a probability above one half
    relevant, other = found[True], found[False]
    print(f"confidence {least}: {(len(relevant) + len(other)) / len(rows):.3f} of {len(rows)} pairs kept; "
          f"{len(relevant)} relevant, {sum(relevant) / max(len(relevant), 1):.3f} of them rightly; "
          f"{len(other)} irrelevant, {1 - sum(other) / max(len(other), 1):.3f} rightly", flush=True)
