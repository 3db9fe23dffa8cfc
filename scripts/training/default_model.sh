#!/bin/bash
# Makes the default model and its exit for --fast: chooses texts, mines negatives, trains, calibrates and measures.
# docs/training.md says what each run of it has given.
#
# Usage: scripts/training/default_model.sh DATA_DIR MODELS_DIR WORK_DIR
#
# DATA_DIR and MODELS_DIR are ../shared's. WORK_DIR keeps every step's result; what is there is not made again, and a
# training that was stopped goes on. PYTHON needs numpy and safetensors; JUXTA names another command than ./juxta, MINUTES
# another length of the two trainings than 45, PRECISION another than fp32 of mining and training. What comes out are
# WORK_DIR/default and WORK_DIR/embedded-fast, the two folders of juxta-model-default. The trainings run side by side and
# take 13 GB of memory.
set -eu -o pipefail
home=$(cd "$(dirname "$0")/../.." && pwd)
juxta=${JUXTA:-$home/juxta}
python=${PYTHON:-python3}
data=$1 models=$2 work=$3
precision=${PRECISION:-fp32}
mkdir -p "$work"

[ -s "$work/medquad-parted/queries.jsonl" ] || "$python" "$home/scripts/training/default_texts.py" "$data" "$work"

# mined SET TOKENS: some of the 60 candidates that words and meaning put first, and 20 times the bi-encoder's cosines
mined() {
    [ -s "$work/$1.mined.jsonl" ] || "$juxta" mine --data "$work/$1" --first hybrid --dense "$models/all-MiniLM-L6-v2" \
        --max-length "$2" --language en --range-max 60 --num-negatives 5 --sampling random --format labeled-list \
        --precision "$precision" --offline --resume --out "$work/$1.mined.jsonl"
    [ -s "$work/$1.scored.jsonl" ] || "$juxta" label "$work/$1.mined.jsonl" --task relevance \
        --teacher "$models/all-MiniLM-L6-v2" --scale 20 --max-length "$2" --precision "$precision" --offline --resume \
        --out "$work/$1.scored.jsonl"
}

for set in squad medquad nq tldr wordnet squad-parted medquad-parted; do mined "$set" 128; done
for set in medquad-long squad-long; do mined "$set" 256; done
if [ ! -s "$work/lists.jsonl" ]; then
    "$python" "$home/scripts/training/default_lists.py" "$work" "$work/lists.jsonl.part" squad medquad nq tldr wordnet \
        medquad-long squad-long medquad-parted squad-parted
    mv "$work/lists.jsonl.part" "$work/lists.jsonl"
fi

# trained SEED: on a core of its own
trained() {
    [ -s "$work/trained-$1/config.json" ] || "$juxta" train --data "$work/lists.jsonl" --base "$models/all-MiniLM-L6-v2" \
        --into gated-cross-encoder --loss kl --batch 12 --max-length 128 --freeze-embeddings --freeze-layers 3 --lr 6e-5 \
        --head-lr-factor 50 --warmup 0.04 --schedule linear --minutes "${MINUTES:-45}" --base-share 0.5 \
        --checkpoint-every 5m --precision "$precision" --threads 1 --seed "$1" --resume --out "$work/trained-$1"
}
trained 21 &
other=$!
trap 'kill "$other" 2>/dev/null || true' EXIT # where the second one fails
trained 22
wait "$other"
trap - EXIT
[ -s "$work/trained/config.json" ] || "$python" "$home/scripts/training/mean_weights.py" "$work/trained" \
    "$work/trained-21" "$work/trained-22"

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
from pathlib import Path
work = Path(sys.argv[1])
kept = []
for name in ("squad", "medquad", "tldr"):
    chosen = {json.loads(line)["_id"] for file in work.glob(f"{name}*/queries.jsonl") for line in open(file, encoding="utf-8")}
    kept += [line for line in open(work / f"judged.{name}.jsonl", encoding="utf-8")
             if json.loads(line)["query_id"] not in chosen]
with open(f"{work}/judged.jsonl", "w", encoding="utf-8") as out:
    out.writelines(kept[::3])  # for the time it takes to score them
P
fi

# calibrated OUT MODEL
calibrated() {
    [ -s "$1/config.json" ] || "$juxta" calibrate --model "$2" --data "$work/judged.jsonl" --format fp16 --out "$1"
}
calibrated "$work/default" "$work/trained"
[ -s "$work/exit/config.json" ] || "$python" "$home/scripts/training/early_exit.py" "$work/trained" "$work/exit" 6 1.5
calibrated "$work/fast" "$work/exit"
"$python" "$home/scripts/training/shared_weights.py" "$work/default" "$work/fast" "$work/embedded-fast" 0.25 8

"$home/scripts/training/held_out.sh" "$data" "$work/held" "$models/all-MiniLM-L6-v2" "$models/juxta-reference-v0" \
    "$work/default"
