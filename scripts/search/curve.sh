#!/bin/bash
# How indexing and searching grow as a corpus doubles: prints a row of docs/search.md's table for each size.
# Usage: scripts/search/curve.sh DATA SIZE…     (DATA: a folder of BEIR folders, or a TSV of documents beside QUERIES;
# SIZE counts documents)
# QUERIES (DATA/squad/queries.jsonl.gz) is asked 500 of its queries.
# INDEX_OPTIONS and SEARCH_OPTIONS go to juxta index and juxta search, JUXTA names another command than ./juxta.
set -eu
home=$(cd "$(dirname "$0")/../.." && pwd)
juxta=${JUXTA:-$home/juxta}
data=$1
shift
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

documents() {
    if [ -d "$data" ]; then
        for set in squad medquad tldr nfcorpus nq-oracle cacm cisi med clapnq jaquad; do
            zcat "$data/$set/corpus.jsonl.gz"
        done
    else
        zcat -f "$data"
    fi
}
kind=$([ -d "$data" ] && echo jsonl || echo tsv)

# the same order in every run, so that each size holds the smaller one
documents | shuf --random-source=<(yes) >"$work/all"
zcat -f "${QUERIES:-$data/squad/queries.jsonl.gz}" | shuf --random-source=<(yes) | head -n 500 >"$work/queries.jsonl"

# MB of memory that a command took at most; its output goes to a file
peak() { /usr/bin/time -f %M -o "$work/kb" "${@:2}" >"$1" && echo $(($(cat "$work/kb") / 1024)); }

echo '| documents | passages | s | passages/s | MB on disk | index RSS MB | query p50 ms | p99 ms | search RSS MB |'
echo '|---|---|---|---|---|---|---|---|---|'
for size in "$@"; do
    head -n "$size" "$work/all" >"$work/$size.$kind"
    indexing=$(peak "$work/report" "$juxta" index "$work/$size.$kind" --out "$work/$size.index" ${INDEX_OPTIONS:-} --json)
    report=$(cat "$work/report")
    searching=$(peak "$work/found" "$juxta" search "$work/$size.index" --queries "$work/queries.jsonl" \
        ${SEARCH_OPTIONS:-} --json)
    sed 's/.*"stages":\[{"stage":"[a-z0-9]*".*"ms":\([0-9.]*\)}\]}$/\1/' "$work/found" | tail -n +101 | sort -n >"$work/ms"
    passages=$(sed 's/.*"passages":\([0-9]*\).*/\1/' <<<"$report")
    seconds=$(sed 's/.*"seconds":\([0-9.]*\).*/\1/' <<<"$report")
    awk -v size="$size" -v passages="$passages" -v seconds="$seconds" -v mb="$(du -sm "$work/$size.index" | cut -f1)" \
        -v indexing="$indexing" -v searching="$searching" '
        { ms[NR] = $1 }
        END {
            printf "| %d | %d | %.1f | %.0f | %d | %d | %.2f | %.2f | %d |\n", size, passages, seconds, passages / seconds,
                mb, indexing, ms[int((NR + 1) / 2)], ms[int(NR * 0.99)], searching
        }' "$work/ms"
done
