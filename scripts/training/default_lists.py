"""Lists of one positive and three hard negatives, with a teacher's log-probabilities, for the default model.

Usage: default_lists.py FOLDER OUT.jsonl NAME…

FOLDER holds what default_texts.py wrote, and NAME.docs.npy and NAME.queries.npy, the unit vectors of its texts by the
bi-encoder (default_model.sh makes them by `juxta embed`). The negatives are one of the bi-encoder's 60 best, the likelier
the better it stands, one of its 30 best, one of BM25's 30 best, and random ones where these are missing; what the
bi-encoder puts before the positive is likelier right than wrong, and is left out. The teacher is the mean of the judgement
and of a softmax; a query without judgement has the bi-encoder's best for its positive, and only the softmax. That is of 20
times the bi-encoder's cosine plus 3 times the part of the query's words that the document has, each as often as its idf:
two teachers that know different things.
"""
import json
import math
import random
import re
import sys
from collections import Counter
from pathlib import Path

import bm25s
import numpy as np

TEMPERATURE = 1 / 20
OVERLAP = 3
LOOSE = ("tldr", "wordnet")  # whose judgements name one of several that would do
SLACK = 0.05
LEAST_COSINE = 0.15  # of a question that can be understood without its paragraph
NEGATIVES = 3


def read(path):
    with open(path, encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def tokens(texts):
    return bm25s.tokenize(texts, stopwords="en", show_progress=False)


def negatives(dense, lexical, wrong, count, rng):
    chosen = []
    if dense:
        chosen.append(dense[min(int(random.random() ** 2 * len(dense)), len(dense) - 1)])
    rest = [one for one in dense[:30] if one not in chosen]
    if rest:
        chosen.append(random.choice(rest))
    rest = [one for one in lexical if one not in chosen]
    if rest and random.random() < 0.8:
        chosen.append(random.choice(rest))
    while len(chosen) < NEGATIVES:
        one = int(rng.integers(count))
        if wrong(one) and one not in chosen:
            chosen.append(one)
    return chosen


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


def teacher(cosines, overlaps, judged):
    """Log-probabilities; the first is the positive's."""
    logits = cosines / TEMPERATURE + OVERLAP * np.array(overlaps)
    soft = np.exp(logits - logits.max())
    soft /= soft.sum()
    if judged:
        soft[0] += 1
        soft /= 2
    return [round(float(value), 4) for value in np.log(np.maximum(soft, 1e-4))]


def lists(folder, name, rng):
    documents, queries = read(folder / f"{name}.docs.jsonl"), read(folder / f"{name}.queries.jsonl")
    vectors, asked = np.load(folder / f"{name}.docs.npy"), np.load(folder / f"{name}.queries.npy")
    place = {document["id"]: n for n, document in enumerate(documents)}
    texts = [document["text"] for document in documents]
    idf = inverse_frequency(texts)
    lexicon = bm25s.BM25()
    lexicon.index(tokens(texts), show_progress=False)
    for begin in range(0, len(queries), 256):
        part = queries[begin:begin + 256]
        cosines = asked[begin:begin + 256] @ vectors.T  # [queries, documents]
        nearest = np.argpartition(-cosines, 60, axis=1)[:, :60]
        found, _ = lexicon.retrieve(tokens([query["text"] for query in part]), k=30, show_progress=False)
        for row, query in enumerate(part):
            near = cosines[row]
            right = {place[one] for one in query["positives"] if one in place}
            if query["positives"] and not right:
                continue
            right = right or {int(near.argmax())}
            positive = random.choice(sorted(right))
            if near[positive] < LEAST_COSINE:
                continue
            answers = {texts[one] for one in right}
            limit = near[positive] + (SLACK if name in LOOSE else 0)

            def allowed(one):
                return one not in right and texts[one] not in answers and near[one] < limit

            dense = [one for one in sorted(nearest[row], key=lambda one: -near[one]) if allowed(one)]
            lexical = [one for one in found[row] if allowed(one)]
            chosen = [positive] + negatives(dense, lexical, lambda one: one not in right, len(documents), rng)
            overlaps = [overlap(query["text"], texts[one], idf) for one in chosen]
            labels = teacher(near[chosen], overlaps, bool(query["positives"]))
            order = list(range(len(chosen)))
            random.shuffle(order)
            yield {"query": query["text"], "documents": [texts[chosen[at]] for at in order],
                   "labels": [labels[at] for at in order]}


def main():
    random.seed(7)
    rng = np.random.default_rng(7)
    with open(sys.argv[2], "w", encoding="utf-8") as out:
        for name in sys.argv[3:]:
            count = 0
            for one in lists(Path(sys.argv[1]), name, rng):
                out.write(json.dumps(one, ensure_ascii=False) + "\n")
                count += 1
            print(name, count, flush=True)


main()
