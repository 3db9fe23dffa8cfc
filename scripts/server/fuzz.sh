#!/bin/sh
# Sends what a property-based fuzzer makes of every description to a running server; any 5xx, undescribed status or answer
# of another form than described is an error.
#
#   pip install schemathesis
#   ./juxta serve --port 8080
#   scripts/server/fuzz.sh http://127.0.0.1:8080 [EXAMPLES]
set -eu
url=$1
examples=${2:-100}
for name in cohere jina voyage tei vllm llamacpp xinference juxta; do
    base=$url/$name
    [ "$name" != juxta ] || base=$url
    schemathesis run "$url/openapi/$name.json" --url "$base" --max-examples "$examples" --phases examples,coverage,fuzzing \
        --checks not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance
done
