"""Does a model that Juxta trained give the same scores everywhere?

Run: python scripts/training/round_trip.py MODEL_DIR PAIRS.tsv   (goldens/requirements.txt)
Scores the first 64 pairs (a<TAB>b) with sentence-transformers and with ./juxta score --json; cross-encoders with transformers
alone too, bi-encoders too by their pooled hidden states, ColBERT models too by the formula on their hidden states. Fails if
scores differ by more than 1e-4, of their size where that is above 1.
"""

import json
import pathlib
import string
import subprocess
import sys

import torch
from safetensors.torch import load_file
from sentence_transformers import CrossEncoder, MultiVectorEncoder, SentenceTransformer
from transformers import AutoModel, AutoModelForSequenceClassification, AutoTokenizer

ROOT = pathlib.Path(__file__).parents[2]
FP32 = {"dtype": torch.float32}


def cross_encoder(model, pairs):
    reference = CrossEncoder(model, device="cpu", model_kwargs=FP32, trust_remote_code=True).predict(pairs, activation_fn=torch.nn.Identity(), convert_to_tensor=True)
    tokenizer, network = AutoTokenizer.from_pretrained(model), AutoModelForSequenceClassification.from_pretrained(model, dtype=torch.float32, trust_remote_code=True)
    tokens = tokenizer([a for a, _ in pairs], [b for _, b in pairs], padding=True, truncation=True, return_tensors="pt")
    return reference, network.eval()(**tokens).logits.squeeze(-1)


def bi_encoder(model, pairs):
    """The second way is for models whose chain is mean, perhaps normalized, which fresh ones have."""
    embedder = SentenceTransformer(model, device="cpu", model_kwargs=FP32)
    sides = (embedder.encode_query([a for a, _ in pairs], convert_to_tensor=True),
             embedder.encode_document([b for _, b in pairs], convert_to_tensor=True))
    reference = embedder.similarity_pairwise(*sides)
    tokenizer, network = AutoTokenizer.from_pretrained(model), AutoModel.from_pretrained(model, dtype=torch.float32).eval()

    def vectors(texts):
        tokens = tokenizer(texts, padding=True, truncation=True, max_length=embedder.max_seq_length, return_tensors="pt")
        mask = tokens["attention_mask"].unsqueeze(-1)
        return (network(**tokens).last_hidden_state * mask).sum(1) / mask.sum(1)
    return reference, torch.cosine_similarity(vectors([a for a, _ in pairs]), vectors([b for _, b in pairs]))


def colbert(model, pairs):
    """The second way is PyLate's, text by text, for models that Juxta made of others."""
    embedder = MultiVectorEncoder(model, device="cpu", model_kwargs=FP32)
    reference = torch.stack([embedder.similarity([embedder.encode_query([a])[0]], [embedder.encode_document([b])[0]]).squeeze()
                             for a, b in pairs])
    folder = pathlib.Path(model)
    if not (folder / "config_sentence_transformers.json").read_text().count("query_prefix"):
        return reference, reference  # the form of MultiVectorEncoder, which is the only one to read it
    saved = json.loads((folder / "config_sentence_transformers.json").read_text())
    weight = load_file(folder / "1_Dense/model.safetensors")["linear.weight"]
    tokenizer, network = AutoTokenizer.from_pretrained(model), AutoModel.from_pretrained(model, dtype=torch.float32).eval()
    skipped = set(tokenizer.convert_tokens_to_ids(list(string.punctuation)))

    def rows(text, side):
        length = saved[f"{side}_length"]
        ids = tokenizer(text, truncation=True, max_length=length - 1)["input_ids"]
        ids.insert(1, tokenizer.convert_tokens_to_ids(saved[f"{side}_prefix"]))
        masks = length - len(ids) if side == "query" else 0
        attended = torch.tensor([[1] * len(ids) + [0] * masks])
        ids += [tokenizer.mask_token_id] * masks
        states = network(input_ids=torch.tensor([ids]), attention_mask=attended).last_hidden_state[0]
        kept = [side == "query" or id not in skipped for id in ids]
        return torch.nn.functional.normalize(states @ weight.T, dim=-1)[kept]
    formula = torch.stack([(rows(a, "query") @ rows(b, "document").T).max(1).values.sum() for a, b in pairs])
    return reference.to(formula.dtype), formula


def main(model, file):
    pairs = [line.split("\t")[:2] for line in pathlib.Path(file).read_text(encoding="utf-8").splitlines()][:64]
    chain = pathlib.Path(model) / "config_sentence_transformers.json"
    kind = json.loads(chain.read_text()).get("model_type", "SentenceTransformer") if chain.exists() else "CrossEncoder"
    with torch.no_grad():
        reference, bare = {"CrossEncoder": cross_encoder, "SentenceTransformer": bi_encoder,
                           "ColBERT": colbert, "MultiVectorEncoder": colbert}[kind](model, pairs)
    lines = "".join(f"{a}\t{b}\n" for a, b in pairs)
    output = subprocess.run([ROOT / "juxta", "score", "--json", "--model", model], input=lines, text=True, check=True,
                            stdout=subprocess.PIPE).stdout
    ours = torch.tensor([json.loads(line)["logits"][0] for line in output.splitlines()])
    size = max(1, reference.abs().max().item())
    print(f"{kind}, {len(pairs)} pairs, scores from {reference.min():.4f} to {reference.max():.4f}")
    for name, scores in (("transformers", bare), ("juxta", ours)):
        print(f"{name}: largest difference from sentence-transformers {(scores - reference).abs().max():.1e}")
    if max((bare - reference).abs().max(), (ours - reference).abs().max()) > 1e-4 * size:
        sys.exit("the scores differ")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
