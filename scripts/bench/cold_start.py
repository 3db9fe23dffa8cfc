"""Cold process to answer printed, against a Python process that ranks the same passages with sentence-transformers.

usage: cold_start.py CHECKPOINT PAIRS.tsv[.gz] [--passages 100] [--rounds 3] [--juxta ./juxta] [--options "--precision int8"] [--python PYTHON]
CHECKPOINT is a directory that both can load; `embedded` leaves it to juxta and takes it from the sources for Python.
PAIRS: query<TAB>passage; the first query's passages are used. Both take turns. The Python of --python (this one unless
given) needs sentence-transformers. Prints seconds and the most memory (RSS) of each process, and the ratios of medians.
"""
import argparse, gzip, os, pathlib, shlex, statistics, subprocess, sys, tempfile, time

PEER = """
import os, sys
os.environ["HF_HUB_OFFLINE"] = "1"
from sentence_transformers import CrossEncoder
model = CrossEncoder(sys.argv[1], device="cpu", trust_remote_code=True)
passages = open(sys.argv[3], encoding="utf-8").read().splitlines()
for hit in model.rank(sys.argv[2], passages, show_progress_bar=False):
    print(f"{hit['score']:.4f}\\t{passages[hit['corpus_id']]}")
"""
ROOT = pathlib.Path(__file__).resolve().parents[2]
EMBEDDED = ROOT / "juxta-model-default/src/main/resources/dev/juxta/model/embedded"




def first_query(path, count):
    passages, query = [], None
    with (gzip.open(path, "rt", encoding="utf-8") if path.endswith(".gz") else open(path, encoding="utf-8")) as lines:
        for line in lines:
            q, passage = line.rstrip("\n").split("\t")[:2]
            query = query or q
            if q != query or len(passages) == count:
                break
            passages.append(passage)
    return query, passages


def run(command):
    """Seconds and peak memory in MB of one process."""
    begin = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    output = process.stdout.read()
    errors = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - begin
    if status != 0:
        sys.exit(f"{shlex.join(command)} failed:\n{errors.decode()}")
    return seconds, usage.ru_maxrss / 1024, usage.ru_utime + usage.ru_stime, output.count(b"\n")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("checkpoint")
    parser.add_argument("pairs")
    parser.add_argument("--passages", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--juxta", default=str(ROOT / "juxta"))
    parser.add_argument("--options", default="")
    parser.add_argument("--python", default=sys.executable)
    parser.add_argument("--only-juxta", action="store_true")
    arguments = parser.parse_args()
    query, passages = first_query(arguments.pairs, arguments.passages)
    with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf-8") as file:
        file.write("\n".join(passages) + "\n")
        file.flush()
        embedded = arguments.checkpoint == "embedded"
        model = [] if embedded else ["--model", arguments.checkpoint]
        commands = {
            "juxta": [arguments.juxta, "rerank", *model, *shlex.split(arguments.options), "--query", query, file.name],
            "sentence-transformers": [arguments.python, "-c", PEER,
                                      str(EMBEDDED) if embedded else arguments.checkpoint, query, file.name],
        }
        if arguments.only_juxta:
            del commands["sentence-transformers"]
        seen = {name: [] for name in commands}
        for _ in range(arguments.rounds):
            for name, command in commands.items():
                seen[name].append(run(command))
                seconds, megabytes, cpu, lines = seen[name][-1]
                print(f"{name:22} {seconds:6.2f} s  {megabytes:6.0f} MB  {cpu:6.2f} s of processor  {lines} lines", flush=True)
        if len(seen) == 2:
            (mine, peer) = [[statistics.median(column) for column in zip(*runs)] for runs in seen.values()]
            print(f"ratios: time {mine[0] / peer[0]:.3f}, memory {mine[1] / peer[1]:.3f}")


main()
