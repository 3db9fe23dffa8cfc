"""Writes what a light model has of its own, beside a larger one whose embeddings it shares.

Usage: shared_weights.py LARGER LIGHT OUT SHARE LEAST

The first three are folders. OUT gets LIGHT's card and configuration, in which "juxta" lists as "shared_weights" the weights
that equal LARGER's, and the others as its model.safetensors; "cascade" says that LARGER reads again a SHARE of
a query's candidates, at least LEAST. Juxta puts the two together when it loads embedded-fast; OUT alone is no checkpoint.
"""
import json
import shutil
import sys
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file, save_file

larger, light, out = map(Path, sys.argv[1:4])
share, least = float(sys.argv[4]), int(sys.argv[5])
whole, own = load_file(larger / "model.safetensors"), load_file(light / "model.safetensors")
shared = sorted(name for name, value in own.items()
                if name in whole and value.dtype == whole[name].dtype and np.array_equal(value, whole[name]))
out.mkdir(parents=True, exist_ok=True)
save_file({name: value for name, value in own.items() if name not in shared}, out / "model.safetensors",
          metadata={"format": "pt"})
config = json.loads((light / "config.json").read_text(encoding="utf-8"))
config.setdefault("juxta", {}).update(cascade={"share": share, "least": least}, shared_weights=shared)
(out / "config.json").write_text(json.dumps(config, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
shutil.copy(light / "README.md", out / "README.md")
print(f"{len(shared)} of {len(own)} weights shared; {(out / 'model.safetensors').stat().st_size} bytes of its own")
