"""What every golden script shares: paths, scoring with the reference, writing.

The reference is sentence-transformers' CrossEncoder, always computed in fp32
on one thread, each pair alone, so that no padding is involved.
"""

import argparse
import json
import os
import random
import shutil
import tempfile
from pathlib import Path

os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["TOKENIZERS_PARALLELISM"] = "false"

import torch  # noqa: E402
import transformers  # noqa: E402
from sentence_transformers import CrossEncoder  # noqa: E402
from sentence_transformers.util import fullname  # noqa: E402

REPOSITORY = Path(__file__).resolve().parents[2]
GOLDEN = REPOSITORY / "juxta-core/src/test/resources/golden"
MODELING = REPOSITORY / ("juxta-model-default/src/main/resources/dev/juxta/"
                         "model/embedded/modeling_gated_bert.py")

torch.set_num_threads(1)
torch.use_deterministic_algorithms(True)
transformers.logging.set_verbosity_error()


def arguments(description):
    """Command line of a golden script: where to read and where to write."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--shared", type=Path,
                        default=REPOSITORY.parent / "shared",
                        help="folder with data/ and models/")
    parser.add_argument("--out", type=Path, default=GOLDEN,
                        help="folder the goldens are written to")
    parser.add_argument("--only", nargs="*",
                        help="make only the goldens of these names")
    return parser.parse_args()


def expand(text):
    """The string that a text of pairs.py stands for."""
    if isinstance(text, str):
        return text
    return text["repeat"] * text["times"] + text["suffix"]


def with_code(folder, scratch):
    """A copy of a gated cross-encoder with the Python that it lacks; any other
    checkpoint as it is."""
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    if (config.get("model_type") != "juxta_gated_bert"
            or (folder / MODELING.name).exists()):
        return folder
    shutil.copytree(folder, scratch, dirs_exist_ok=True)
    shutil.copy(MODELING, scratch)
    return Path(scratch)


def load(folder):
    """The checkpoint as the reference resolves it, computing in fp32."""
    random.seed(0)
    torch.manual_seed(0)
    with tempfile.TemporaryDirectory() as scratch:
        return CrossEncoder(str(with_code(Path(folder), scratch)),
                            device="cpu", local_files_only=True,
                            trust_remote_code=True,
                            model_kwargs={"dtype": torch.float32})


def floats(tensor):
    """Shortest decimals that read back as the same fp32 numbers."""
    return [float(str(value)) for value in tensor.reshape(-1).numpy()]


def encode(model, a, b):
    """What the reference feeds to the model: (ids, type_ids or None)."""
    prompt = model._resolve_prompt(None, None)
    features = model.preprocess([[a, b]], prompt=prompt)
    assert features["attention_mask"].all(), "a single pair has no padding"
    types = features.get("token_type_ids")
    return (features["input_ids"][0].tolist(),
            None if types is None else types[0].tolist())


def full_length(model, a, b):
    """Tokens of the pair before truncation, special tokens included."""
    # As a batch, as predict does it: tokenizer(a, "") would take a alone.
    prompt = model._resolve_prompt(None, None) or ""
    batch = model.tokenizer([[prompt + a, b]], truncation=False, padding=False)
    return len(batch["input_ids"][0])


def predict(model, a, b, activation=None):
    return model.predict([[a, b]], activation_fn=activation,
                         convert_to_tensor=True)[0]


def golden(model, a, b):
    """One line of a golden: the pair and what the reference makes of it."""
    full_a, full_b = expand(a), expand(b)
    ids, type_ids = encode(model, full_a, full_b)
    length = full_length(model, full_a, full_b)
    assert len(ids) == min(length, model.max_seq_length), (
        str(a)[:50], str(b)[:50], len(ids), length)
    return {
        "a": a,
        "b": b,
        "ids": ids,
        **({} if type_ids is None else {"type_ids": type_ids}),
        "length": length,
        "logits": floats(predict(model, full_a, full_b, torch.nn.Identity())),
        "scores": floats(predict(model, full_a, full_b)),
    }


def expected(model):
    """How the reference resolved the checkpoint."""
    return {
        "activation": fullname(model.activation_fn),
        "labels": list(model.config.id2label.values()),
        "max_length": model.max_seq_length,
        "num_labels": model.num_labels,
        "prompt": model._resolve_prompt(None, None) or "",
    }


def write_json(path, value):
    path.write_text(json.dumps(value, indent=2) + "\n", encoding="utf-8")


def write_golden(folder, model, pairs):
    """Write golden.jsonl (ASCII, sorted as given) and expected.json."""
    lines = [golden(model, a, b) for a, b in pairs]
    check_batching(model, lines)
    with open(folder / "golden.jsonl", "w", encoding="ascii",
              newline="\n") as file:
        for line in lines:
            file.write(json.dumps(line, separators=(",", ":")) + "\n")
    write_json(folder / "expected.json", expected(model))
    return lines


def logits(model, lines):
    """Logits of goldens, from their ids and type ids: [lines, labels]."""
    rows = []
    with torch.inference_mode():
        for line in lines:
            types = {"token_type_ids": torch.tensor([line["type_ids"]])} \
                if "type_ids" in line else {}
            rows.append(model.model(
                input_ids=torch.tensor([line["ids"]]), **types).logits[0])
    return torch.stack(rows)


def check_batching(model, lines):
    """Padded batches must give what the pairs gave alone."""
    alone = torch.tensor([line["logits"] for line in lines])
    together = model.predict(
        [[expand(line["a"]), expand(line["b"])] for line in lines],
        batch_size=16, activation_fn=torch.nn.Identity(),
        convert_to_tensor=True).reshape(alone.shape)
    difference = (alone - together).abs().max().item()
    assert difference < 5e-5, f"batching changes logits by {difference}"
