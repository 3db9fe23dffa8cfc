"""Values and gradients of sentence-transformers' losses, for juxta-train.

Run: python scripts/goldens/make_losses.py   (requirements.txt beside it)
Writes juxta-train/src/test/resources/losses/losses.jsonl, one case a line: the scores of several lists end to end, their
labels, where the lists begin (offsets), and the loss's value and its gradient by each score.

The losses are the library's own classes; only the model is replaced, by one that looks scores up.
"""

import json
import pathlib

import torch
from sentence_transformers.sentence_transformer import losses as bi
from sentence_transformers.cross_encoder import CrossEncoder, losses

OUT = pathlib.Path(__file__).parents[2] / "juxta-train/src/test/resources/losses/losses.jsonl"


class LookUp(CrossEncoder):
    """A cross-encoder whose score for ("i", "j") is scores[i][j]; rows may differ in length."""

    def __init__(self, rows, labels=1):
        torch.nn.Module.__init__(self)
        self.rows, self.outputs = rows, labels

    num_labels = property(lambda self: self.outputs)
    device = property(lambda self: torch.device("cpu"))

    def preprocess(self, pairs, **kwargs):
        return {"pairs": pairs}

    def forward(self, features, **kwargs):
        found = [self.rows[int(i)][int(j)] for i, j in features["pairs"]]
        return {"scores": torch.stack(found).reshape(len(found), -1)}


def rows_of(scores):
    return [torch.tensor(row, dtype=torch.float32, requires_grad=True) for row in scores]


def write(out, name, scores, labels, rows, value, options=None):
    value.backward()
    gradient = [g for row in rows for g in (row.grad if row.grad is not None else torch.zeros_like(row)).flatten().tolist()]
    offsets = [0]
    for row in scores:
        offsets.append(offsets[-1] + len(row))
    flat = lambda lists: [float(x) for part in lists for x in part]
    out.write(json.dumps({"loss": name, **({"options": options} if options else {}), "scores": flat(scores),
                          "labels": flat(labels), "offsets": offsets, "value": value.item(), "gradient": gradient}) + "\n")


def listwise(out, name, make, scores, labels, options=None):
    rows = rows_of(scores)
    queries = [str(i) for i in range(len(scores))]
    documents = [[str(j) for j in range(len(row))] for row in scores]
    value = make(LookUp(rows))([queries, documents], [torch.tensor(row, dtype=torch.float32) for row in labels])
    write(out, name, scores, labels, rows, value, options)


def pointwise(out, name, make, scores, labels, options=None):
    rows = rows_of(scores)
    pairs = [(str(i), str(j)) for i, row in enumerate(scores) for j in range(len(row))]
    flat = torch.tensor([y for row in labels for y in row], dtype=torch.float32)
    value = make(LookUp(rows))([[a for a, _ in pairs], [b for _, b in pairs]], flat)
    write(out, name, scores, labels, rows, value, options)


class Embedder(torch.nn.Module):
    """Stands for a bi-encoder where a loss only compares what a similarity function gives."""

    def forward(self, features):
        return {"sentence_embedding": features["embedding"]}


def main():
    torch.manual_seed(5)
    OUT.parent.mkdir(parents=True, exist_ok=True)
    schemes = {"ndcg1": losses.NDCGLoss1Scheme, "ndcg2": losses.NDCGLoss2Scheme, "lambdarank": losses.LambdaRankScheme,
               "ndcg2++": losses.NDCGLoss2PPScheme}
    random = [torch.randn(n).mul(3).tolist() for n in (7, 2, 12)]
    graded = [torch.randint(0, 4, (n,)).tolist() for n in (7, 2, 12)]
    cases = {
        "ragged": ([[0.5, -1.25, 2.0], [3.0, 0.25, -0.5, 1.5, -2.0], [0.75]], [[1, 0, 0], [0, 2, 1, 0, 2], [1]]),
        "one positive": ([[1.0, 2.0, -0.5, 0.0]], [[0, 1, 0, 0]]),
        "none": ([[1.0, 2.0, -0.5], [0.1, -0.1, 0.0]], [[0, 0, 0], [0, 0, 0]]),
        "far apart": ([[40.0, -40.0, 0.0], [-60.0, 30.0, 5.0]], [[0, 1, 0], [1, 0, 0]]),
        "random": (random, graded),
    }
    with OUT.open("w") as out:
        for scores, labels in cases.values():
            listwise(out, "listnet", losses.ListNetLoss, scores, labels)
            for respect in (True, False):
                order = {"order": "given" if respect else "labels"}
                listwise(out, "listmle", lambda m: losses.ListMLELoss(m, respect_input_order=respect), scores, labels, order)
                listwise(out, "plistmle", lambda m: losses.PListMLELoss(
                    m, lambda_weight=losses.PListMLELambdaWeight(), respect_input_order=respect), scores, labels, order)
            for scheme, kind in schemes.items():
                for k in (None, 2):
                    listwise(out, "lambda", lambda m: losses.LambdaLoss(m, weighting_scheme=kind(), k=k), scores, labels,
                             {"scheme": scheme, "k": k or 0})
            listwise(out, "ranknet", losses.RankNetLoss, scores, labels)
            listwise(out, "adr-mse", losses.ADRMSELoss, scores, labels)
            pointwise(out, "bce", losses.BinaryCrossEntropyLoss, scores, [[min(1, y) for y in row] for row in labels])
            pointwise(out, "bce", lambda m: losses.BinaryCrossEntropyLoss(m, pos_weight=torch.tensor(3.0)), scores,
                      [[min(1, y) for y in row] for row in labels], {"positiveWeight": 3.0})
            pointwise(out, "mse", losses.MSELoss, scores, [[y - 0.3 for y in row] for row in labels])

        classes = torch.randn(5, 3).mul(2).tolist()
        rows = rows_of(classes)
        wanted = [0, 2, 1, 1, 0]
        model = LookUp(rows, labels=3)
        model.forward = lambda features, **kw: {"scores": torch.stack([rows[int(i)] for i, _ in features["pairs"]])}
        value = losses.CrossEntropyLoss(model)([[str(i) for i in range(5)], ["0"] * 5], torch.tensor(wanted))
        write(out, "ce", classes, [[float(c == w) for c in range(3)] for w in wanted], rows, value)

        square = torch.randn(4, 5).mul(2).tolist()
        teacher = torch.randn(4, 5).mul(4).tolist()
        rows = rows_of(square)
        columns = [[str(i) for i in range(4)]] + [[str(j)] * 4 for j in range(5)]
        value = losses.MarginMSELoss(LookUp(rows))(columns, torch.tensor(teacher))
        write(out, "margin-mse", square, teacher, rows, value)

        # 4 queries with a positive (columns 0-3) and a hard negative (columns 4-7) each: every query is scored with its
        # positive, with all candidates of the others, and with its own negative, in this order.
        whole = torch.randn(4, 8).mul(2)
        for kind, name in ((losses.MultipleNegativesRankingLoss, "mnrl"), (losses.CachedMultipleNegativesRankingLoss, "mnrl")):
            rows = rows_of(whole.tolist())
            columns = [[str(i) for i in range(4)], [str(i) for i in range(4)], [str(4 + i) for i in range(4)]]
            value = kind(LookUp(rows), num_negatives=None)(columns, torch.ones(4))
            value.backward()
            order = [[i] + [j for j in range(8) if j % 4 != i] + [4 + i] for i in range(4)]
            out.write(json.dumps({"loss": name, "scores": [whole[i][j].item() for i in range(4) for j in order[i]],
                                  "labels": [float(p == 0) for i in range(4) for p in range(8)], "offsets": [0, 8, 16, 24, 32],
                                  "value": value.item(),
                                  "gradient": [rows[i].grad[j].item() for i in range(4) for j in order[i]]}) + "\n")

        matrix = torch.randn(4, 4).mul(0.5).requires_grad_()
        features = [{"embedding": torch.ones(4, 1)}, {"embedding": torch.ones(4, 1)}]
        value = bi.MultipleNegativesRankingLoss(Embedder(), scale=20.0, similarity_fct=lambda a, b: matrix)(features, None)
        value.backward()
        out.write(json.dumps({"loss": "infonce", "scores": matrix.flatten().tolist(),
                              "labels": torch.eye(4).flatten().tolist(), "offsets": [0, 4, 8, 12, 16],
                              "value": value.item(), "gradient": matrix.grad.flatten().tolist()}) + "\n")

        near, far = torch.rand(6).mul(4).requires_grad_(), torch.rand(6).mul(12).requires_grad_()
        parts = iter((near, far))
        triple = [{"embedding": torch.ones(6, 1)} for _ in range(3)]
        value = bi.TripletLoss(Embedder(), distance_metric=lambda a, b: next(parts), triplet_margin=5)(triple, None)
        value.backward()
        interleaved = lambda a, b: [x for pair in zip(a.tolist(), b.tolist()) for x in pair]
        out.write(json.dumps({"loss": "triplet", "options": {"margin": 5.0},
                              "scores": [-x for x in interleaved(near, far)], "labels": [1.0, 0.0] * 6,
                              "offsets": list(range(0, 13, 2)), "value": value.item(),
                              "gradient": [-x for x in interleaved(near.grad, far.grad)]}) + "\n")

        for temperature in (1.0, 2.0):
            student, target = torch.randn(4, 3).mul(2).requires_grad_(), torch.randn(4, 3).mul(3)
            parts = iter(student.unbind(1))
            features = [{"embedding": torch.ones(4, 1)} for _ in range(4)]
            value = bi.DistillKLDivLoss(Embedder(), similarity_fct=lambda a, b: next(parts),
                                        temperature=temperature)(features, target)
            value.backward()
            out.write(json.dumps({"loss": "kl", "options": {"temperature": temperature}, "scores": student.flatten().tolist(),
                                  "labels": target.flatten().tolist(), "offsets": [0, 3, 6, 9, 12], "value": value.item(),
                                  "gradient": student.grad.flatten().tolist()}) + "\n")


if __name__ == "__main__":
    main()
