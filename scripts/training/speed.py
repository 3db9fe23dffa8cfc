"""Training steps per second of Juxta beside PyTorch: the same network, precision, batch and threads, in turns in one run.

Run (goldens/requirements.txt); it builds what it needs:
    python scripts/training/speed.py CHECKPOINT_DIR [--precision fp32|bf16] [--threads 2] [--rounds 3]

CHECKPOINT_DIR is a cross-encoder that both load, such as ../shared/models/juxta-reference-v0. Two batches: 16 pairs of 128 tokens,
where no padding is saved, and 16 of real lengths. A step is a forward and a backward pass, clipping and (fused) AdamW.
"""

import argparse
import pathlib
import re
import statistics
import subprocess
import time

import torch
from transformers import AutoModelForSequenceClassification

ROOT = pathlib.Path(__file__).parents[2]
BATCHES = {
    "16 x 128": [128] * 16,
    "16 of 40 to 199": [199, 181, 165, 147, 131, 121, 110, 102, 95, 88, 82, 76, 70, 63, 55, 40],
}
STEPS = 5


def pytorch(folder, lengths, precision, threads):
    torch.set_num_threads(threads)
    model = AutoModelForSequenceClassification.from_pretrained(
        folder, dtype=torch.float32, hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0)
    model.train()
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-5, fused=True)
    longest = max(lengths)
    ids = torch.randint(1000, 30000, (len(lengths), longest))
    mask = torch.tensor([[1] * n + [0] * (longest - n) for n in lengths])
    wanted = torch.tensor([float(i % 2) for i in range(len(lengths))])
    seconds = []
    for step in range(3 + STEPS):
        start = time.perf_counter()
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=precision == "bf16"):
            logits = model(input_ids=ids, attention_mask=mask).logits.squeeze(-1)
        loss = torch.nn.functional.binary_cross_entropy_with_logits(logits.float(), wanted)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad()
        if step >= 3:
            seconds.append(time.perf_counter() - start)
    return statistics.median(seconds)


def juxta(classes, folder, lengths, precision, threads):
    output = subprocess.run(["java", "-cp", classes, "dev.juxta.torch.Benchmark", folder, precision, str(threads), str(STEPS),
                             *map(str, lengths)], check=True, text=True, stdout=subprocess.PIPE).stdout
    return float(re.search(r"step ([0-9.]+)", output).group(1))


def class_path():
    file = ROOT / "juxta-torch/target/class-path"
    subprocess.run(["mvn", "-q", "-o", "-B", "-pl", "juxta-torch", "-am", "test-compile", "dependency:build-classpath",
                    f"-Dmdep.outputFile={file}", "-Dmdep.includeScope=test"], cwd=ROOT, check=True)
    return ":".join([str(ROOT / "juxta-torch/target/test-classes"), str(ROOT / "juxta-torch/target/classes"),
                     str(ROOT / "juxta-core/target/classes"), str(ROOT / "juxta-model-default/target/classes"),
                     file.read_text()])


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("checkpoint")
    arguments.add_argument("--precision", default="fp32")
    arguments.add_argument("--threads", type=int, default=2)
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument("--class-path", default="")
    given = arguments.parse_args()
    classes = given.class_path or class_path()
    for name, lengths in BATCHES.items():
        for _ in range(given.rounds):
            theirs = pytorch(given.checkpoint, lengths, given.precision, given.threads)
            ours = juxta(classes, given.checkpoint, lengths, given.precision, given.threads)
            print(f"{name}, {given.precision}: PyTorch {len(lengths) / theirs:.1f} pairs/s, Juxta {len(lengths) / ours:.1f}, "
                  f"ratio {theirs / ours:.2f}", flush=True)


if __name__ == "__main__":
    main()
