"""Pairs per second of Juxta and its peers on a checkpoint of make_shapes.py,
all in one run, the engines taking turns query by query.

    python compare.py CHECKPOINT CLASSPATH [--queries N] [--candidates N]
                      [--engines st,ort,ort-int8] [--juxta fp32,int8]
                      [--rounds N]

CLASSPATH is juxta-bench's (docs/performance.md); with --candidates 1 it is the
latency of single pairs. With --rounds the engines take turns by all requests
instead, N times after one that is not timed, for threads that still spin after
an answer (ONNX Runtime's do) take a core from the next engine, and what is
compiled for a new length counts once only. The peers get batches of 32, the longest first; ONNX
Runtime gets the graph of
torch.onnx.export with eager attention, after the fusions of its own optimizer.
"""

import argparse
import collections
import csv
import gzip
import json
import os
import subprocess
import sys
import time
from pathlib import Path

os.environ["HF_HUB_OFFLINE"] = "1"
import numpy as np  # noqa: E402
import onnxruntime  # noqa: E402
import torch  # noqa: E402
from onnxruntime.quantization import QuantType, quantize_dynamic  # noqa: E402
from onnxruntime.transformers.optimizer import optimize_model  # noqa: E402
from sentence_transformers import CrossEncoder  # noqa: E402
from transformers import AutoModelForSequenceClassification  # noqa: E402
from transformers import AutoTokenizer  # noqa: E402

BATCH = 32
THREADS = 2


class Graph(torch.nn.Module):
    """The network with its inputs as arguments."""

    def __init__(self, model, names):
        super().__init__()
        self.model = model
        self.names = names

    def forward(self, *inputs):
        return self.model(**dict(zip(self.names, inputs))).logits


def export(checkpoint, work):
    """The ONNX graph, optimized."""
    plain, fused = work / "plain.onnx", work / "fused.onnx"
    if fused.exists():
        return fused
    tokenizer = AutoTokenizer.from_pretrained(checkpoint)
    model = AutoModelForSequenceClassification.from_pretrained(
        checkpoint, attn_implementation="eager", dtype=torch.float32).eval()
    example = tokenizer(["a b c", "d"], ["e f g " * 40, "h i"], padding=True,
                        return_tensors="pt")
    names = list(example)
    axes = {name: {0: "batch", 1: "length"} for name in names}
    torch.onnx.export(
        Graph(model, names), tuple(example[name] for name in names), str(plain),
        dynamo=False, input_names=names, output_names=["logits"],
        dynamic_axes={**axes, "logits": {0: "batch"}}, opset_version=17)
    optimized = optimize_model(
        str(plain), "bert", num_heads=model.config.num_attention_heads,
        hidden_size=model.config.hidden_size, opt_level=1)
    print("fused:", json.dumps(optimized.get_fused_operator_statistics()),
          file=sys.stderr)
    optimized.save_model_to_file(str(fused))
    return fused


def onnx(checkpoint, work, int8):
    path = export(checkpoint, work)
    if int8:
        quantized = work / "int8.onnx"
        if not quantized.exists():
            quantize_dynamic(path, quantized, weight_type=QuantType.QInt8,
                             per_channel=True,
                             extra_options={"DefaultTensorType": 1})
        path = quantized
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = THREADS
    session = onnxruntime.InferenceSession(
        str(path), options, providers=["CPUExecutionProvider"])
    names = [given.name for given in session.get_inputs()]
    tokenizer = AutoTokenizer.from_pretrained(checkpoint)

    def score(query, documents):
        order = sorted(range(len(documents)), key=lambda i: -len(documents[i]))
        found = np.zeros(len(documents), np.float32)
        for start in range(0, len(order), BATCH):
            rows = order[start:start + BATCH]
            batch = tokenizer([query] * len(rows), [documents[i] for i in rows],
                              padding=True, truncation="longest_first",
                              return_tensors="np")
            found[rows] = session.run(None, {
                name: batch[name].astype(np.int64)
                for name in names})[0].reshape(-1)
        return found
    return score


def timed(score):
    """The same, with the seconds that it took."""
    def measured(query, documents):
        begin = time.perf_counter()
        found = score(query, documents)
        return found, time.perf_counter() - begin
    return measured


def torch_engine(checkpoint):
    model = CrossEncoder(str(checkpoint), device="cpu",
                         model_kwargs={"dtype": torch.float32})
    return lambda query, documents: model.predict(
        [(query, text) for text in documents], batch_size=BATCH,
        activation_fn=torch.nn.Identity(), show_progress_bar=False)


class Juxta:
    """A Java process that scores what it is sent, and says how long that took
    it: what is piped to and fro is no part of scoring."""

    def __init__(self, checkpoint, classpath, precisions):
        self.process = subprocess.Popen(
            ["java", "-cp", classpath, "dev.juxta.onednn.Turns",
             str(checkpoint), ",".join(precisions)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8")
        assert self.process.stdout.readline().strip() == "ready"

    def engine(self, precision):
        def score(query, documents):
            for text in documents:
                self.process.stdin.write(f"{query}\t{text}\n")
            self.process.stdin.write(precision + "\n")
            self.process.stdin.flush()
            seconds, *logits = map(float, self.process.stdout.readline().split())
            return np.array(logits), seconds
        return score


def ranks(values):
    return np.argsort(np.argsort(values))


def requests(path, queries, candidates):
    groups = collections.defaultdict(list)
    with gzip.open(path, "rt", encoding="utf-8", newline="") as lines:
        for query, text in (line[:2] for line in csv.reader(
                lines, delimiter="\t", quoting=csv.QUOTE_NONE)):
            groups[query].append(text)
    return [(query, texts[:candidates])
            for query, texts in list(groups.items())[:queries]]


Turn = collections.namedtuple("Turn", "requests timed")


def turns(groups, rounds):
    """Requests that each engine computes before the next one's turn."""
    if not rounds:
        return [Turn([group], True) for group in groups]
    return [Turn(groups, timed > 0) for timed in range(rounds + 1)]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("classpath")
    parser.add_argument("--pairs", type=Path,
                        default=Path(__file__).resolve().parents[3]
                        / "shared/bench/pairs.tsv.gz")
    parser.add_argument("--queries", type=int, default=4)
    parser.add_argument("--candidates", type=int, default=32)
    parser.add_argument("--engines", default="st,ort,ort-int8")
    parser.add_argument("--juxta", default="fp32")
    parser.add_argument("--rounds", type=int, default=0)
    options = parser.parse_args()
    torch.set_num_threads(THREADS)
    work = options.checkpoint / "onnx"
    work.mkdir(exist_ok=True)
    engines = {}
    for name in filter(None, options.engines.split(",")):
        engines[name] = timed(
            torch_engine(options.checkpoint) if name == "st"
            else onnx(options.checkpoint, work, name == "ort-int8"))
    precisions = [name for name in options.juxta.split(",") if name]
    if precisions:
        juxta = Juxta(options.checkpoint, options.classpath, precisions)
        for name in precisions:
            engines["juxta-" + name] = juxta.engine(name)
    groups = requests(options.pairs, options.queries, options.candidates)
    for score in engines.values():
        score(groups[0][0], groups[0][1][:8])
    seconds, scores = collections.defaultdict(list), {}
    for turn in turns(groups, options.rounds):
        for name, score in engines.items():
            for query, texts in turn.requests:
                found, took = score(query, texts)
                if turn.timed:
                    seconds[name].append(took)
                scores.setdefault(name, {})[query] = list(map(float, found))
    count = sum(len(texts) for _, texts in groups) * max(1, options.rounds)
    scores = {name: [score for found in all.values() for score in found]
              for name, all in scores.items()}
    exact = scores[next(iter(engines))]
    for name in engines:
        error = np.abs(np.array(scores[name]) - exact).max()
        rho = np.corrcoef(ranks(scores[name]), ranks(exact))[0, 1]
        print(f"{name:14s} {count / sum(seconds[name]):8.2f} pairs/s,"
              f" median of a request {np.median(seconds[name]) * 1e3:7.2f} ms,"
              f" off by {error:.2g} at most, Spearman {rho:.4f}")


if __name__ == "__main__":
    main()
