"""Values and gradients of sentence-transformers' losses of bi-encoders and of late-interaction models, for juxta-train.

Run: python scripts/goldens/make_similarities.py   (requirements.txt beside it)
Writes juxta-train/src/test/resources/losses/similarities.jsonl, one case a line: what a network made of queries and of
documents ([rows · width] each, one row for a bi-encoder, one per token for ColBERT), which documents each query is compared
with (lists), their labels, the loss's value, and its gradient by every one of these numbers.

The losses are the library's own classes; only the model is replaced, by one that gives what it is told.
"""

import json
import pathlib

import torch
from sentence_transformers.multi_vector_encoder import losses as late
from sentence_transformers.sentence_transformer import losses as dense
from sentence_transformers.util import pairwise_cos_sim, cos_sim, dot_score, pairwise_dot_score

OUT = pathlib.Path(__file__).parents[2] / "juxta-train/src/test/resources/losses/similarities.jsonl"
WIDTH = 5


class Told(torch.nn.Module):
    def forward(self, features, **kwargs):
        return dict(features)


def texts(count, tokens):
    """Rows of unit length with gradients; of several tokens their number differs from text to text."""
    made = []
    for i in range(count):
        rows = torch.randn(1 if tokens == 1 else tokens - i % 3, WIDTH)
        if tokens > 1:
            rows = torch.nn.functional.normalize(rows, dim=-1)
        made.append(rows.requires_grad_())
    return made


def column(rows, tokens):
    if tokens == 1:
        return {"sentence_embedding": torch.cat(rows)}
    padded = torch.nn.utils.rnn.pad_sequence(rows, batch_first=True)
    mask = torch.nn.utils.rnn.pad_sequence([torch.ones(len(r)) for r in rows], batch_first=True)
    return {"token_embeddings": padded, "attention_mask": mask.long()}



def write(out, similarity, name, scale, tokens, make, teacher):
    """Three queries with a positive and three negatives each; document i of query q is number 4q + i."""
    queries, documents = texts(3, tokens), texts(12, 7 if tokens > 1 else 1)
    columns = [column(queries, tokens)] + [column(documents[i::4], tokens) for i in range(4)]
    labels = torch.randn(3, 4).mul(4) if teacher else torch.tensor([[1.0, 0, 0, 0]] * 3)
    value = make(Told())(columns, labels if teacher else None)
    value.backward()
    own = [[4 * q + i for i in range(4)] for q in range(3)]
    lists = own if teacher else [row + [d for d in range(12) if d not in row] for row in own]
    padded = [row.tolist() + [0.0] * (len(lists[0]) - 4) for row in labels]
    out.write(json.dumps({
        "similarity": similarity, "loss": name, "scale": scale, "width": WIDTH,
        "queries": [q.flatten().tolist() for q in queries], "documents": [d.flatten().tolist() for d in documents],
        "lists": lists, "labels": padded, "value": value.item(),
        "query_gradients": [q.grad.flatten().tolist() for q in queries],
        "document_gradients": [d.grad.flatten().tolist() for d in documents]}) + "\n")


def main():
    torch.manual_seed(7)
    with OUT.open("w") as out:
        for scale in (1.0, 20.0):
            for name, pairwise, all_pairs in (("cosine", pairwise_cos_sim, cos_sim), ("dot", pairwise_dot_score, dot_score)):
                scaled = lambda a, b: scale * pairwise(a, b)
                write(out, name, "margin-mse", scale, 1, lambda m: dense.MarginMSELoss(m, similarity_fct=scaled), True)
                write(out, name, "kl", scale, 1, lambda m: dense.DistillKLDivLoss(m, similarity_fct=scaled), True)
                write(out, name, "infonce", scale, 1,
                      lambda m: dense.MultipleNegativesRankingLoss(m, scale=scale, similarity_fct=all_pairs), False)
        write(out, "maxsim", "margin-mse", 1.0, 6, late.MultiVectorMarginMSELoss, True)
        write(out, "maxsim", "kl", 1.0, 6, late.MultiVectorDistillKLDivLoss, True)
        write(out, "maxsim", "infonce", 1.0, 6, lambda m: late.MultiVectorMultipleNegativesRankingLoss(m, scale=1.0), False)


if __name__ == "__main__":
    main()
