#!/bin/bash
# Makes the table of docs/evaluation.md: nDCG@10 of BM25, dense and hybrid search and of reranking, with 95 % intervals.
#
# Usage: scripts/evaluation/table.sh DATA_DIR WORK_DIR BI_ENCODER [SET:LANGUAGE:QUERIES:RERANKED…]
#
# QUERIES is how many of a set's queries are searched for, RERANKED of how many the candidates are reranked, both evenly
# spaced over the judged ones. WORK_DIR keeps vectors (WORK_DIR/index), runs and measures (WORK_DIR/results); what is
# there is not made again, so a stopped run goes on, and `rm WORK_DIR/results/*.reranked.json` remakes the reranked
# columns alone, for another default model. JUXTA names another command than ./juxta, CANDIDATES another number than 50,
# SKIP cells that are not made, such as "medquad.dense medquad.hybrid".
set -eu -o pipefail
home=$(cd "$(dirname "$0")/../.." && pwd)
juxta=${JUXTA:-$home/juxta}
candidates=${CANDIDATES:-50}
skip=" ${SKIP:-} "
data=$1 work=$2 encoder=$3
shift 3
[ $# -gt 0 ] || set -- nfcorpus:en:400:50 nq-oracle:en:3000:50 clapnq:en:300:50 medquad:en:800:50 covid-faq:en:300:50 \
    tldr:en:2000:50 cisi:en:100:50 cacm:en:100:50 xquad/en:en:1200:50 xquad/de:de:1200:50
mkdir -p "$work/results"

# Where the lines of JSON of a cell such as cisi.dense are kept.
file() { echo "$work/results/${1//\//-}.json"; }

# measure CELL ARGUMENT…: whole or not at all
measure() {
    local out
    out=$(file "$1")
    [[ -s $out || $skip == *" $1 "* ]] && return
    "$juxta" evaluate "${@:2}" --measures nDCG@10 --json >"$out.part"
    mv "$out.part" "$out"
}

# field CELL NAME: a mean of the last line
field() { tail -n 1 "$(file "$1")" | sed -n "s/.*\"$2\":{\"nDCG@10\":\([0-9.E-]*\)}.*/\1/p"; }

# shown CELL: 0.123 (0.101 – 0.145)
shown() {
    [ -s "$(file "$1")" ] || { printf -- '–'; return; }
    read -r low high < <(sed -n 's/.*"intervals":{"nDCG@10":\[\([0-9.E-]*\),\([0-9.E-]*\)\]}.*/\1 \2/p' "$(file "$1")")
    printf '%.3f (%.3f – %.3f)' "$(field "$1" measures)" "$low" "$high"
}

asked() { [ ! -s "$(file "$1")" ] || tail -n 1 "$(file "$1")" | sed 's/.*"queries":\([0-9]*\),.*/\1/'; }

for row in "$@"; do
    IFS=: read -r set language queries reranked <<<"$row"
    run=$work/results/${set//\//-}.trec.gz
    all=(retrieve --data "$data/$set" --language "$language" --max-queries "$queries")
    vectors=(--dense "$encoder" --index "$work/index/$set")
    measure "$set.bm25" "${all[@]}" --first bm25 --run "$run"
    measure "$set.dense" "${all[@]}" --first dense "${vectors[@]}"
    measure "$set.hybrid" "${all[@]}" --first hybrid "${vectors[@]}"
    measure "$set.reranked" retrieve --data "$data/$set" --language "$language" --max-queries "$reranked" --first bm25 \
        --rerank embedded --candidates "$candidates"
done

echo "| set | queries | BM25 | known | dense | hybrid | of which | BM25 | reranked |"
echo '|---|---|---|---|---|---|---|---|---|'
for row in "$@"; do
    IFS=: read -r set language queries reranked <<<"$row"
    known=$(awk -F '\t' -v set="$set" '$1 == set { print $9 }' "$data/STATS.tsv")
    first=$(field "$set.reranked" first 2>/dev/null || true)
    printf '| %s | %s | %s | %s | %s | %s | %s | %s | %s |\n' "$set" "$(asked "$set.bm25")" "$(shown "$set.bm25")" \
        "$known" "$(shown "$set.dense")" "$(shown "$set.hybrid")" "$(asked "$set.reranked")" \
        "${first:+$(printf '%.3f' "$first")}" "$(shown "$set.reranked")"
done
