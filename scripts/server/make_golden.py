"""Asks a running server the requests of every dialect and writes them with their answers, for DialectGoldenTest.

    ./juxta serve --model bert-tiny-1label=juxta-core/src/test/resources/golden/bert-tiny-1label --engine reference --port 8191 --access-log none
    python scripts/server/make_golden.py http://127.0.0.1:8191 juxta-server/src/test/resources/dialects.jsonl

Read the difference before it is committed: the answers are what the clients will get. Ids and times become "*".
"""

import json
import sys
import urllib.error
import urllib.request

QUERY = "how many people live in the city"
TEXTS = ["the city has 3000 people", "parks and trees", "people live in the city"]
LONG = "word " * 200
CHANGING = {
    *("id", "created", "reading", "waiting", "computing"),
    *("source", "model_id", "root", "name", "model", "threads", "tokenization_workers", "max_batch_tokens", "version", "engine"),
}
PAIR = {"query": QUERY, "documents": TEXTS}


def cases():
    def case(name, path, body, **headers):
        return {"name": name, "path": path, "headers": headers, "body": body}

    yield case("cohere v2", "/v2/rerank", {"model": "rerank-v3.5", **PAIR, "top_n": 2})
    yield case("cohere v2, all options", "/v2/rerank", {"model": "m", **PAIR, "max_tokens_per_doc": 4096, "priority": 0})
    yield case("cohere v2 cuts", "/v2/rerank", {"query": QUERY, "documents": [LONG]})
    yield case("cohere v2 without documents", "/v2/rerank", {"query": QUERY, "documents": []})
    yield case("cohere v2, blank query", "/v2/rerank", {"query": "  ", "documents": TEXTS})
    yield case("cohere v2, top_n 0", "/v2/rerank", {**PAIR, "top_n": 0})
    yield case("cohere v2, wrong type", "/v2/rerank", {"query": QUERY, "documents": [1]})
    yield case("cohere v2, no query", "/v2/rerank", {"documents": TEXTS})
    yield case("cohere v2, not JSON", "/v2/rerank", "{\"query\":")
    yield case("cohere v2, a list", "/v2/rerank", "[]")
    yield case("cohere v2, same key twice", "/v2/rerank", "{\"query\":\"a\",\"query\":\"b\"}")
    yield case("cohere v1", "/cohere/v1/rerank", {"model": "rerank-english-v3.0", **PAIR, "return_documents": True})
    yield case(
        "cohere v1, fields",
        "/v1/rerank",
        {
            "query": QUERY,
            "documents": [{"title": "City", "text": "3000 people", "id": 7}, {"title": "b", "text": "c"}],
            "rank_fields": ["title", "text"],
            "return_documents": True,
        },
    )
    yield case("cohere v1, no such field", "/v1/rerank", {**PAIR, "documents": [{"a": 1}], "rank_fields": ["text"]})
    yield case("jina", "/v1/rerank", {"model": "jina-reranker-v2", **PAIR, "top_n": 2})
    yield case("jina, objects", "/v1/rerank", {"query": QUERY, "documents": [{"text": t} for t in TEXTS], "return_documents": False})
    yield case("jina, as LangChain4j sends it", "/jina/v1/rerank", {"model": "m", **PAIR, "return_documents": False})
    yield case("jina, an image", "/v1/rerank", {"query": QUERY, "documents": [{"image": "x"}]})
    yield case("voyage", "/v1/rerank", {**PAIR, "model": "rerank-2", "top_k": 2, "return_documents": True})
    yield case("voyage, as its SDK sends it", "/v1/rerank", {**PAIR, "model": "rerank-2", "top_k": None, "truncation": True})
    yield case("voyage refuses to cut", "/v1/rerank", {"query": QUERY, "documents": ["a", LONG], "truncation": False})
    yield case("voyage, too many", "/voyage/v1/rerank", {"query": "q", "documents": ["a"] * 1001})
    yield case("tei", "/rerank", {"query": QUERY, "texts": TEXTS})
    yield case("tei, raw with texts", "/rerank", {"query": QUERY, "texts": TEXTS, "raw_scores": True, "return_text": True, "truncate": True, "truncation_direction": "Right"})
    yield case("tei, Elasticsearch's other names", "/tei/rerank", {**PAIR, "return_documents": True})
    yield case("tei without texts", "/rerank", {"query": QUERY, "texts": []})
    yield case("tei refuses to cut", "/rerank", {"query": QUERY, "texts": [LONG], "truncate": False})
    yield case("tei, cut left", "/rerank", {"query": QUERY, "texts": [LONG], "truncation_direction": "Left"})
    yield case("tei, not JSON", "/tei/rerank", "nonsense")
    yield case("tei predict, a pair", "/predict", {"inputs": [QUERY, TEXTS[0]]})
    yield case("tei predict, pairs", "/predict", {"inputs": [[QUERY, t] for t in TEXTS], "raw_scores": True})
    yield case("tei predict, one text", "/predict", {"inputs": "alone"})
    yield case("tei embed", "/embed", {"inputs": "alone"})
    yield case("tei info", "/info", None)
    yield case("vllm score", "/score", {"model": "m", "text_1": QUERY, "text_2": TEXTS})
    yield case("vllm score, one to one", "/v1/score", {"text_1": TEXTS, "text_2": TEXTS, "use_activation": False})
    yield case("vllm score, uneven", "/score", {"text_1": TEXTS, "text_2": TEXTS[:2]})
    yield case("vllm score refuses to cut", "/score", {"text_1": QUERY, "text_2": LONG})
    yield case("vllm score cuts", "/score", {"text_1": QUERY, "text_2": LONG, "truncate_prompt_tokens": -1})
    yield case("vllm rerank", "/vllm/v1/rerank", {**PAIR, "top_n": 1})
    yield case("vllm rerank, known by a field", "/rerank", {"query": QUERY, "documents": [LONG], "truncate_prompt_tokens": 16})
    yield case("vllm rerank, by header", "/v2/rerank", {**PAIR, "top_n": 0}, **{"X-Juxta-Dialect": "vllm"})
    yield case("vllm models", "/v1/models", None)
    yield case("llama.cpp", "/v1/reranking", {"model": "m", **PAIR, "top_n": 2})
    yield case("llama.cpp, texts", "/llamacpp/rerank", {"query": QUERY, "texts": TEXTS})
    yield case("llama.cpp refuses to cut", "/reranking", {"query": QUERY, "documents": [LONG]})
    yield case("xinference", "/xinference/v1/rerank", {"model": "m", **PAIR, "return_documents": True})
    yield case("xinference, lengths", "/v1/rerank", {"model": "m", **PAIR, "top_n": 1, "return_len": True})
    yield case("details", "/v2/rerank", {"query": QUERY, "documents": [LONG]}, **{"X-Juxta-Detail": "1", "X-Juxta-On-Long": "chunk"})
    yield case("details, cut off", "/v1/rerank", {"query": QUERY, "documents": [LONG], "top_k": 1}, **{"X-Juxta-Detail": "1"})
    yield case("explained", "/rerank", {"query": QUERY, "texts": TEXTS[:2]}, **{"X-Juxta-Explain": "1"})
    yield case("explained, too many", "/v2/rerank", PAIR, **{"X-Juxta-Explain": "50"})
    yield case("own, explained", "/juxta/v1/rank", {"query": QUERY, "documents": ["The city is old. Many people live in it."], "explain": 2})
    yield case("own", "/juxta/v1/rank", {"query": QUERY, "documents": TEXTS + [LONG], "top_k": 2, "on_long": "chunk"})
    yield case("own, wrong way", "/juxta/v1/rank", {"query": QUERY, "documents": TEXTS, "on_long": "cut"})
    yield case("OpenSearch's connector for Cohere", "/v1/rerank", {"documents": TEXTS, "query": QUERY, "model": "rerank-english-v3.0", "top_n": 3})
    yield case("Elasticsearch's service for Hugging Face", "/rerank", {"texts": TEXTS, "query": QUERY, "return_text": True})
    yield case("Elasticsearch's service for Jina", "/v1/rerank", {"model": "jina-reranker-v2", "query": QUERY, "documents": TEXTS, "top_n": 2, "return_documents": False})
    yield case("Elasticsearch's service for Cohere", "/v2/rerank", {"model": "rerank-v3.5", "query": QUERY, "documents": TEXTS, "top_n": 2})
    yield case("no such path", "/v9/rerank", PAIR)
    yield case("wrong method", "/v2/rerank", None)


def masked(node, key=""):
    if isinstance(node, dict):
        return {k: masked(v, k) for k, v in node.items()}
    if isinstance(node, list):
        return [masked(v) for v in node]
    return "*" if key in CHANGING and node not in ("1", "2") else node


def main():
    server, target = sys.argv[1:]
    with open(target, "w", encoding="utf-8") as out:
        for case in cases():
            body = case["body"]
            data = None if body is None else (body if isinstance(body, str) else json.dumps(body)).encode()
            request = urllib.request.Request(server + case["path"], data=data, headers={"Content-Type": "application/json", **case["headers"]})
            try:
                with urllib.request.urlopen(request) as response:
                    status, text = response.status, response.read()
            except urllib.error.HTTPError as e:
                status, text = e.code, e.read()
            case["status"] = status
            case["answer"] = masked(json.loads(text))
            out.write(json.dumps(case) + "\n")


main()
