"""The mean of the weights of models that began equal and learned apart (Wortsman et al. 2022, arXiv:2203.05482).

Usage: mean_weights.py OUT MODEL…

MODELs are directories that juxta train wrote; OUT gets the first one's configuration, tokenizer and card.
"""
import shutil
import sys
from pathlib import Path

from safetensors.numpy import load_file, save_file

LEFT_OUT = ("model.safetensors", "checkpoint*", "training*")


def main():
    out, models = Path(sys.argv[1]), [Path(one) for one in sys.argv[2:]]
    weights = [load_file(model / "model.safetensors") for model in models]
    if any(one.keys() != weights[0].keys() for one in weights):
        sys.exit(f"{', '.join(map(str, models))} have different weights, and a mean needs the same network")
    part = out.with_name(out.name + ".part")
    shutil.rmtree(part, ignore_errors=True)
    shutil.copytree(models[0], part, ignore=shutil.ignore_patterns(*LEFT_OUT))
    save_file({name: sum(one[name] for one in weights) / len(weights) for name in weights[0]},
              part / "model.safetensors", metadata={"format": "pt"})
    part.rename(out)


main()
