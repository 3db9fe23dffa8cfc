#!/bin/bash
# Makes the table of the default model's card: nDCG@10 of BM25's best candidates as they stand and as models rerank them,
# on retrieval sets that no training has seen.
#
# Usage: scripts/training/held_out.sh DATA_DIR WORK_DIR MODEL…
#
# A MODEL is what --rerank takes: embedded, a directory, a hub id. QUERIES (50) evenly spaced queries of each of SETS are
# asked, CANDIDATES (50) of each are reranked. WORK_DIR keeps runs and measures by the model's name; what is there is not
# made again. JUXTA names another command than ./juxta.
set -eu -o pipefail
home=$(cd "$(dirname "$0")/../.." && pwd)
juxta=${JUXTA:-$home/juxta}
data=$1 work=$2
shift 2
sets=${SETS:-nfcorpus covid-faq clapnq cisi cacm med}
mkdir -p "$work"

# measure FILE ARGUMENT…: whole or not at all
measure() {
    [ -s "$1" ] && return
    "$juxta" evaluate "${@:2}" --measures nDCG@10 --json >"$1.part"
    mv "$1.part" "$1"
}

# mean FILE: of the last line
mean() { tail -n 1 "$1" | sed -n 's/.*"measures":{"nDCG@10":\([0-9.E-]*\)}.*/\1/p'; }

for set in $sets; do
    run=$work/$set.trec.gz
    measure "$work/$set.bm25.json" retrieve --data "$data/$set" --first bm25 --language en \
        --max-queries "${QUERIES:-50}" --candidates 100 --run "$run"
    for model in "$@"; do
        measure "$work/$set.$(basename "$model").json" rerank --data "$data/$set" --run-in "$run" --rerank "$model" \
            --max-queries "${QUERIES:-50}" --candidates "${CANDIDATES:-50}"
    done
done

printf '| set | BM25'; printf ' | %s' "${@##*/}"; echo ' |'
printf '|---|---'; for _ in "$@"; do printf '|---'; done; echo '|'
for set in $sets mean; do
    printf '| %s' "$set"
    for column in bm25 "${@##*/}"; do
        if [ "$set" = mean ]; then
            for one in $sets; do mean "$work/$one.$column.json"; done | awk '{ s += $1 } END { printf " | %.3f", s / NR }'
        else
            mean "$work/$set.$column.json" | awk '{ printf " | %.3f", $1 }'
        fi
    done
    echo ' |'
done
