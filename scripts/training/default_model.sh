#!/bin/bash
# Makes the default model: chooses texts, mines negatives, trains, calibrates and measures. docs/training.md says what each
# run of it has given.
#
# Usage: scripts/training/default_model.sh DATA_DIR MODELS_DIR WORK_DIR
#
# DATA_DIR and MODELS_DIR are ../shared's. WORK_DIR keeps every step's result; what is there is not made again, and a
# training that was stopped goes on. PYTHON needs numpy and bm25s; JUXTA names another command than ./juxta, MINUTES
# another length of the training than 105.
set -eu -o pipefail
home=$(cd "$(dirname "$0")/../.." && pwd)
juxta=${JUXTA:-$home/juxta}
python=${PYTHON:-python3}
data=$1 models=$2 work=$3
sets="squad medquad nq tldr wordnet"
mkdir -p "$work"

[ -s "$work/wordnet.queries.jsonl" ] || "$python" "$home/scripts/training/default_texts.py" "$data" "$work"

for set in $sets; do
    for kind in docs queries; do
        [ -s "$work/$set.$kind.npy" ] || "$juxta" embed --model "$models/all-MiniLM-L6-v2" --max-length 128 --offline \
            --json "$work/$set.$kind.jsonl" | "$python" -c '
import json, sys
import numpy as np
vectors = np.array([json.loads(line)["embedding"] for line in sys.stdin], dtype=np.float32)
np.save(sys.argv[1], vectors / np.linalg.norm(vectors, axis=1, keepdims=True))' "$work/$set.$kind.npy"
    done
done

[ -s "$work/lists.jsonl" ] || {
    "$python" "$home/scripts/training/default_lists.py" "$work" "$work/lists.part"
    mv "$work/lists.part" "$work/lists.jsonl"
}

[ -s "$work/trained/config.json" ] || "$juxta" train --data "$work/lists.jsonl" --base "$models/juxta-reference-v0" \
    --loss kl --batch 12 --max-length 96 --freeze-embeddings --lr 4e-5 --warmup 0.04 --schedule linear \
    --minutes "${MINUTES:-105}" --checkpoint-every 5m --seed 11 --resume --out "$work/trained"

# Judged candidates of a first stage, of queries that were not trained on.
if [ ! -s "$work/judged.jsonl" ]; then
    for one in squad:train:600 medquad:train:400 tldr:test:600; do
        IFS=: read -r set split queries <<<"$one"
        rm -f "$work/judged.$set.jsonl"
        "$juxta" mine --data "$data/$set" --split "$split" --max-queries "$queries" --first bm25 --language en \
            --include-positives --num-negatives 9 --format labeled-list --out "$work/judged.$set.jsonl"
    done
    "$python" - "$work" <<'P'
import json, sys
work = sys.argv[1]
seen = {json.loads(line)["query"].lower().rstrip("?") for line in open(f"{work}/lists.jsonl", encoding="utf-8")}
kept = [line for name in ("squad", "medquad", "tldr") for line in open(f"{work}/judged.{name}.jsonl", encoding="utf-8")
        if json.loads(line)["query"].lower().rstrip("?") not in seen]
with open(f"{work}/judged.jsonl", "w", encoding="utf-8") as out:
    out.writelines(kept[::3])  # for the time it takes to score them
P
fi

[ -s "$work/default/config.json" ] || "$juxta" calibrate --model "$work/trained" --data "$work/judged.jsonl" \
    --format fp16 --out "$work/default"

"$home/scripts/training/held_out.sh" "$data" "$work/held" "$models/all-MiniLM-L6-v2" "$models/juxta-reference-v0" \
    "$work/default"
