"""Lists of one positive and three hard negatives, with a teacher's log-probabilities, for the default model.

Usage: default_lists.py FOLDER OUT.jsonl NAME…

FOLDER holds NAME/corpus.jsonl, NAME.mined.jsonl, which juxta mine found, and NAME.scored.jsonl, the same lists with 20
times the bi-encoder's cosine of each document, from juxta label (default_model.sh makes them). Negatives that the
bi-encoder puts before the positive are likelier right than wrong, and left out; where fewer than three remain, random
documents take their place. The teacher is the mean of the judgement and of a softmax, and for phrases, which nobody has
judged, only the softmax. That is of 20 times the cosine plus 3 times the part of the query's words that the document has,
each as often as its idf: two teachers that know different things.
"""
import json
import math
import random
import re
import sys
from collections import Counter
from pathlib import Path

OVERLAP = 3
LOOSE = ("tldr", "wordnet")  # whose judgements name one of several that would do
SLACK = 1
LEAST = 3  # 20 cosines of a question that can be understood without its paragraph
NEGATIVES = 3
UNLIKE = 0  # what a random document is taken to score, unseen


def read(path):
    with open(path, encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)


def words(text):
    return re.findall(r"\w+", text.lower())


def overlap(query, document, idf):
    """From 0 to 1: with m the idf of the query's words that the document has, and n that of the others, (m - n) / |(m, n)|,
    which is moved to that range."""
    has = set(words(document))
    parts = [0, 0]
    for word in words(query):
        parts[word not in has] += idf(word)
    return 0.5 + 0.5 * (parts[0] - parts[1]) / (math.hypot(*parts) or 1)


def inverse_frequency(texts):
    documents = Counter(word for text in texts for word in set(words(text)))
    return lambda word: math.log((len(texts) + 1) / (documents[word] + 0.5))


def teacher(scores, overlaps, judged):
    """Log-probabilities; the first is the positive's."""
    logits = [score + OVERLAP * overlap for score, overlap in zip(scores, overlaps)]
    soft = [math.exp(logit - max(logits)) for logit in logits]
    soft = [one / sum(soft) for one in soft]
    if judged:
        soft = [(one + (n == 0)) / 2 for n, one in enumerate(soft)]
    return [round(math.log(max(one, 1e-4)), 4) for one in soft]


def lists(folder, name):
    texts = [row["text"] for row in read(folder / name / "corpus.jsonl")]
    idf = inverse_frequency(texts)
    for mined, scored in zip(read(folder / f"{name}.mined.jsonl"), read(folder / f"{name}.scored.jsonl")):
        if (mined["query"], mined["documents"]) != (scored["query"], scored["documents"]):
            sys.exit(f"{name}: what was scored is not what was mined: {mined['query']!r}, {scored['query']!r}")
        judged = not mined["query_id"].startswith("phrase-")
        rows = list(zip(mined["labels"], mined["documents"], scored["scores"]))
        _, positive, most = random.choice([row for row in rows if row[0]])
        if judged and most < LEAST:
            continue
        limit = most + (SLACK if name in LOOSE else 0) if judged else math.inf
        wrong = [(text, score) for label, text, score in rows if not label and score < limit][:NEGATIVES]
        while len(wrong) < NEGATIVES:
            text = random.choice(texts)
            if text not in mined["documents"]:
                wrong.append((text, UNLIKE))
        chosen = [(positive, most)] + wrong
        labels = teacher([score for _, score in chosen],
                         [overlap(mined["query"], text, idf) for text, _ in chosen], judged)
        order = random.sample(range(len(chosen)), len(chosen))
        yield {"query": mined["query"], "documents": [chosen[at][0] for at in order],
               "labels": [labels[at] for at in order]}


def main():
    random.seed(7)
    with open(sys.argv[2], "w", encoding="utf-8") as out:
        for name in sys.argv[3:]:
            count = 0
            for one in lists(Path(sys.argv[1]), name):
                out.write(json.dumps(one, ensure_ascii=False) + "\n")
                count += 1
            print(name, count, flush=True)


main()
