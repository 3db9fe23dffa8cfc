"""Does a model that Juxta trained give the same scores everywhere?

Run: python scripts/training/round_trip.py MODEL_DIR PAIRS.tsv   (goldens/requirements.txt)
Scores the first 64 pairs (a<TAB>b) with sentence-transformers, with transformers alone, and with ./juxta score --json, and
fails if logits differ by more than 1e-4.
"""

import json
import pathlib
import subprocess
import sys

import torch
from sentence_transformers import CrossEncoder
from transformers import AutoModelForSequenceClassification, AutoTokenizer

ROOT = pathlib.Path(__file__).parents[2]


def main(model, file):
    pairs = [line.split("\t")[:2] for line in pathlib.Path(file).read_text(encoding="utf-8").splitlines()][:64]
    reference = CrossEncoder(model, device="cpu", model_kwargs={"dtype": torch.float32}).predict(pairs, activation_fn=torch.nn.Identity(), convert_to_tensor=True)
    tokenizer, network = AutoTokenizer.from_pretrained(model), AutoModelForSequenceClassification.from_pretrained(model, dtype=torch.float32)
    network.eval()
    with torch.no_grad():
        tokens = tokenizer([a for a, _ in pairs], [b for _, b in pairs], padding=True, truncation=True, return_tensors="pt")
        bare = network(**tokens).logits.squeeze(-1)
    lines = "".join(f"{a}\t{b}\n" for a, b in pairs)
    output = subprocess.run([ROOT / "juxta", "score", "--json", "--model", model], input=lines, text=True, check=True,
                            stdout=subprocess.PIPE).stdout
    ours = torch.tensor([json.loads(line)["logits"][0] for line in output.splitlines()])
    for name, scores in (("transformers", bare), ("juxta", ours)):
        print(f"{name}: largest difference from sentence-transformers {(scores - reference).abs().max():.1e}")
    if max((bare - reference).abs().max(), (ours - reference).abs().max()) > 1e-4:
        sys.exit("the scores differ")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
