"""Writes the exit of a gated cross-encoder before its first layer: its words and its term head alone.

Usage: early_exit.py MODEL OUT SCALE TERMS

MODEL is a folder with fp32 weights. What OUT has of its own is a classifier that gives the cosine of the means of both
texts' words, each as its term weighs, the weight SCALE, and the terms that were found and missed TERMS and -TERMS, for
behind the layers they count less.
"""
import json
import shutil
import sys
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file, save_file

model, out = map(Path, sys.argv[1:3])
scale, terms = map(float, sys.argv[3:5])
weights = {name: value for name, value in load_file(model / "model.safetensors").items()
           if name == "bert.embeddings.word_embeddings.weight" or name.startswith(("terms.", "classifier."))}
hidden = weights["terms.match.weight"].shape[1]
classifier = np.full((1, hidden + 2), scale, dtype=np.float32)
classifier[0, hidden:] = terms, -terms
shutil.copytree(model, out, ignore=shutil.ignore_patterns("checkpoint", "training*", "model.safetensors"))
save_file(weights | {"classifier.weight": classifier}, out / "model.safetensors", metadata={"format": "pt"})
config = json.loads((out / "config.json").read_text(encoding="utf-8"))
config["num_hidden_layers"] = 0
(out / "config.json").write_text(json.dumps(config, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
