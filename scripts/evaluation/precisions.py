"""What the faster number formats cost: nDCG@10 in fp32, bf16 and int8, and how their scores go with fp32's.

    python scripts/evaluation/precisions.py --runs RUNS nfcorpus nq-oracle … stsb

RUNS holds a first stage's run for each retrieval set, as SET.trec.gz (xquad/de is
xquad-de.trec.gz). Queries are spaced evenly over each set. Of stsb's test
pairs it is the Spearman correlation of the scores with those in fp32. What has been measured is kept in RUNS/precisions.json
and not measured again, so the script can be run in pieces.
"""

import argparse
import gzip
import json
import subprocess
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
PRECISIONS = ["fp32", "bf16", "int8"]


def juxta(*arguments, text=None):
    """The lines of a juxta command's JSON."""
    done = subprocess.run([str(REPOSITORY / "juxta"), *arguments, "--json"],
                          check=True, input=text, stdout=subprocess.PIPE, text=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


def rerank(name, precision, options):
    file = name.replace("/", "-")
    return juxta("evaluate", "rerank", "--data", str(options.shared / "data" / name),
                 "--run-in", str(options.runs / f"{file}.trec.gz"),
                 "--rerank", options.model, "--candidates", str(options.candidates),
                 "--max-queries", str(options.max_queries), "--measures", "nDCG@10",
                 "--run", str(options.runs / f"{file}.{precision}.trec.gz"),
                 "--precision", precision)[-1]


def agree(name, precision, options):
    """How the scores of pairs go with those in fp32, which are the labels."""
    labelled = options.runs / f"{name}.fp32.tsv"
    if precision == "fp32":
        with gzip.open(options.shared / "data" / name / "test.tsv.gz", "rt") as lines:
            pairs = [line.rsplit("\t", 1)[0] for line in list(lines)[1:]]
        scores = juxta("score", "--model", options.model, "--precision", precision,
                       text="\n".join(pairs) + "\n")
        labelled.write_text("".join(f"{pair}\t{score['logits'][0]}\n"
                                    for pair, score in zip(pairs, scores)))
        return {"queries": len(pairs), "measures": {"Spearman": 1.0}}
    return juxta("evaluate", "pairs", "--data", str(labelled), "--task", "similarity",
                 "--model", options.model, "--activation", "identity",
                 "--precision", precision)[-1]


def measure(name, precision, options):
    """The result; None where this processor has no instructions for a format."""
    try:
        return (agree if name == "stsb" else rerank)(name, precision, options)
    except subprocess.CalledProcessError as error:
        if error.returncode == 2 and precision != "fp32":
            return None
        raise


def row(name, results):
    measured = "Spearman" if name == "stsb" else "nDCG@10"
    values = [results[precision]["measures"][measured] if results[precision] else None
              for precision in PRECISIONS]
    first = results["fp32"].get("first", {}).get(measured)
    ratios = [None if value is None else 100 * value / values[0] for value in values[1:]]
    cells = [name, str(results["fp32"]["queries"]), measured,
             *["–" if value is None else f"{value:.4f}" for value in [first, *values]],
             *["–" if ratio is None else f"{ratio:.2f} %" for ratio in ratios]]
    return "| " + " | ".join(cells) + " |"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("sets", nargs="+", help="nfcorpus, xquad/en, …, or stsb")
    parser.add_argument("--runs", type=Path, required=True)
    parser.add_argument("--shared", type=Path, default=REPOSITORY.parent / "shared")
    parser.add_argument("--model", default="embedded")
    parser.add_argument("--candidates", type=int, default=50)
    parser.add_argument("--max-queries", type=int, default=200)
    options = parser.parse_args()
    kept = options.runs / "precisions.json"
    known = json.loads(kept.read_text()) if kept.exists() else {}
    print("| set | queries | measure | first stage | fp32 | bf16 | int8 | bf16 of fp32 | int8 of fp32 |")
    print("|---|---|---|---|---|---|---|---|---|")
    for name in options.sets:
        results = known.setdefault(
            f"{name} {options.max_queries} {options.candidates} {options.model}", {})
        for precision in PRECISIONS:
            if precision not in results:
                results[precision] = measure(name, precision, options)
                kept.write_text(json.dumps(known, indent=1))
        print(row(name, results), flush=True)


if __name__ == "__main__":
    main()
