"""Goldens of the measures: trec_eval's (pytrec_eval-terrier), SciPy's and scikit-learn's values.

    python scripts/goldens/make_measures.py

Rankings are random and small, so that every odd case comes up often: equal
scores, scores that differ beyond a float's digits, documents without a
judgement, negative and graded judgements, queries without relevant documents,
queries that the run lacks, queries that nobody judged.
"""

import argparse
import json
import random
from pathlib import Path

import numpy
import pytrec_eval
from scipy import stats
from sklearn import metrics
from sklearn.calibration import calibration_curve

REPOSITORY = Path(__file__).resolve().parents[2]
OUT = REPOSITORY / "juxta-core/src/test/resources/measures"

# ours -> the key in pytrec_eval's results
RANKING = {"nDCG": "ndcg", "nDCG@3": "ndcg_cut_3", "nDCG@10": "ndcg_cut_10",
           "RR": "recip_rank", "AP": "map", "AP@3": "map_cut_3",
           "AP@10": "map_cut_10", "P@1": "P_1", "P@5": "P_5", "P@10": "P_10",
           "R@5": "recall_5", "R@100": "recall_100", "Success@1": "success_1",
           "Success@5": "success_5", "Rprec": "Rprec", "Bpref": "bpref"}
ASKED = {"ndcg", "ndcg_cut.3,10", "recip_rank", "map", "map_cut.3,10",
         "P.1,5,10", "recall.5,100", "success.1,5", "Rprec", "bpref"}


def documents(rng):
    plain = [f"d{i}" for i in range(rng.choice([3, 8, 30]))]
    return plain + ["D2", "é", "z", "\uffee", "\U0001f600", "d 1".replace(" ", "_")]


def score(rng, style):
    if style == "tied":
        return float(rng.choice([1, 2, 3]))
    if style == "float":  # apart as doubles, equal as floats
        return 0.1 + rng.choice([0, 1e-9, -1e-9, 0.5])
    if style == "negative":
        return -rng.random() * 10
    return rng.gauss(0, 5)


def collection(rng):
    qrels, run = {}, {}
    for q in range(rng.randint(2, 6)):
        name = f"q{q}"
        ids = documents(rng)
        grades = rng.choice([[0, 1], [0, 1, 2, 3], [-1, 0, 1], [-2, 0, 0, 4], [0], [1]])
        judged = rng.sample(ids, rng.randint(1, len(ids)))
        judgements = {d: rng.choice(grades) for d in judged}
        # trec_eval 9 crashes on a query whose judgements are all negative
        if rng.random() < 0.95 and max(judgements.values()) >= 0:
            qrels[name] = judgements
        returned = rng.sample(ids, rng.randint(1, len(ids)))
        style = rng.choice(["tied", "float", "negative", "normal"])
        if rng.random() < 0.9:
            run[name] = {d: score(rng, style) for d in returned}
    return qrels, run


def rankings():
    rng = random.Random(20260)
    cases = []
    while len(cases) < 120:
        qrels, run = collection(rng)
        if not qrels or not run:
            continue
        values = pytrec_eval.RelevanceEvaluator(qrels, ASKED).evaluate(run)
        expected = {q: {ours: row[key] for ours, key in RANKING.items()}
                    for q, row in values.items()}
        cases.append({"qrels": qrels, "run": run, "expected": expected})
    return cases


def calibration_error(probability, right, bins):
    """Guo et al. 2017 on scikit-learn's bins, which calibration_curve does not count."""
    rate, confidence = calibration_curve(right, probability, n_bins=bins, strategy="uniform")
    edges = numpy.linspace(0, 1, bins + 1)
    count = numpy.bincount(numpy.searchsorted(edges[1:-1], probability), minlength=bins)
    count = count[count > 0]
    return float(numpy.sum(count * numpy.abs(rate - confidence)) / count.sum())


def similarity(rng, size):
    expected = rng.integers(0, 6, size) / rng.choice([1.0, 2.5])
    predicted = expected * rng.choice([1, 0.2, -1]) + rng.normal(0, 1, size)
    if rng.random() < 0.5:
        predicted = predicted.round(1)
    if len(set(expected)) == 1 or len(set(predicted)) == 1:
        return None
    return {"predicted": predicted.tolist(), "expected": expected.tolist(),
            "values": {"Pearson": float(stats.pearsonr(predicted, expected)[0]),
                       "Spearman": float(stats.spearmanr(predicted, expected)[0])}}


def binary(rng, size):
    right = rng.random(size) < rng.choice([0.1, 0.5, 0.9])
    if not right.any():
        return None
    scores = 1 / (1 + numpy.exp(-(right * 2.0 - 1 + rng.normal(0, 2, size))))
    if rng.random() < 0.5:
        scores = scores.round(1)
    thresholds = sorted(set(scores))
    return {"scores": scores.tolist(), "positive": right.tolist(),
            "values": {
                "AP": float(metrics.average_precision_score(right, scores)),
                "F1": max(metrics.f1_score(right, scores >= t) for t in thresholds),
                "Accuracy": max(metrics.accuracy_score(right, scores >= t)
                                for t in thresholds + [2.0]),
                "ECE": calibration_error(scores, right, 10),
                "ECE@15": calibration_error(scores, right, 15)}}


def several(rng, size):
    classes = int(rng.integers(2, 6))
    probabilities = rng.dirichlet([0.5] * classes, size)
    expected = numpy.where(rng.random(size) < 0.6, probabilities.argmax(1),
                           rng.integers(0, classes, size))
    predicted = probabilities.argmax(1)
    right = predicted == expected
    return {"probabilities": probabilities.tolist(), "expected": expected.tolist(),
            "values": {
                "Accuracy": metrics.accuracy_score(expected, predicted),
                "MacroF1": metrics.f1_score(expected, predicted, average="macro", zero_division=0),
                "WeightedF1": metrics.f1_score(expected, predicted, average="weighted", zero_division=0),
                "ECE": calibration_error(probabilities.max(1), right, 10),
                "ECE@15": calibration_error(probabilities.max(1), right, 15)}}


def paired(rng, size):
    """Two-sided p of the mean difference under all 2^n changes of sign."""
    a, b = rng.random(size).round(2), rng.random(size).round(2)
    test = stats.permutation_test((a, b), lambda x, y: numpy.mean(x - y), permutation_type="samples",
                                  n_resamples=numpy.inf)
    return {"first": a.tolist(), "second": b.tolist(), "p": float(test.pvalue)}


def pairs():
    rng = numpy.random.default_rng(20260)
    sizes = [2, 5, 12, 60]
    return {kind.__name__: [case for i in range(30) if (case := kind(rng, sizes[i % 4]))]
            for kind in (similarity, binary, several)} | {
                "paired": [paired(rng, 2 + i) for i in range(10)]}


def write(out, name, cases):
    out.mkdir(parents=True, exist_ok=True)
    (out / name).write_text(json.dumps(cases, ensure_ascii=False, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=OUT)
    out = parser.parse_args().out
    write(out, "rankings.json", rankings())
    write(out, "pairs.json", pairs())
