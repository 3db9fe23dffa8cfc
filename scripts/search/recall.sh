#!/bin/bash
# What HNSW, int8, int4, an inverted file and signs find of what comparing all vectors finds: prints docs/search.md's table.
# Usage: scripts/search/recall.sh BI_ENCODER QUERIES.jsonl[.gz] COUNT INDEX…     (indexes made by juxta index --dense)
set -eu
home=$(cd "$(dirname "$0")/../.." && pwd)
"$home/juxta" --version >/dev/null # builds the jars
mvn -o -q -B -f "$home/pom.xml" test-compile -pl juxta-search -am -Dspotless.check.skip=true
exec java -Xmx1g -XX:+UseSerialGC -cp "$home/juxta-search/target/test-classes:$home/juxta-search/target/classes:$(
    ls "$home"/juxta-cli/target/lib/*.jar | grep -v juxta-search | tr '\n' ':')" \
    dev.juxta.search.VectorSearchBenchmark "$@"
