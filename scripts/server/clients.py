"""Asks a running server through the clients that people have: the Cohere and Voyage SDKs, LlamaIndex's for TEI, and plain
requests to TEI's paths. LangChain4j's are asked by LangChain4jTest.

    pip install cohere voyageai requests llama-index-postprocessor-tei-rerank
    ./juxta serve --port 8080
    python scripts/server/clients.py http://127.0.0.1:8080

Every client must rank the second text first; the script ends with an error otherwise.
"""

import sys

QUERY = "How do I undo my last commit?"
TEXTS = ["git commit records changes.", "git reset --soft HEAD~1 takes back the last commit.", "git log shows the history."]


def cohere_v2(url):
    import cohere

    client = cohere.ClientV2(api_key="any", base_url=url)
    answer = client.rerank(model="rerank-v3.5", query=QUERY, documents=TEXTS, top_n=2)
    assert answer.meta.billed_units.search_units == 1
    return [(r.index, r.relevance_score) for r in answer.results]


def cohere_v1(url):
    import cohere

    client = cohere.Client(api_key="any", base_url=url)
    answer = client.rerank(model="rerank-english-v3.0", query=QUERY, documents=TEXTS, return_documents=True)
    assert answer.results[0].document.text == TEXTS[1]
    return [(r.index, r.relevance_score) for r in answer.results]


def cohere_error(url):
    import cohere

    client = cohere.ClientV2(api_key="any", base_url=url)
    try:
        client.rerank(model="rerank-v3.5", query=QUERY, documents=[])
    except cohere.BadRequestError as e:
        assert e.body["message"] == "list of documents must not be empty", e.body
        return [(1, 1.0)]
    raise AssertionError("no error")


def voyage(url):
    import voyageai

    client = voyageai.Client(api_key="any", base_url=url + "/v1")
    answer = client.rerank(query=QUERY, documents=TEXTS, model="rerank-2", top_k=2)
    assert answer.results[0].document == TEXTS[1]
    return [(r.index, r.relevance_score) for r in answer.results]


def voyage_error(url):
    import voyageai

    client = voyageai.Client(api_key="any", base_url=url + "/v1")
    try:
        client.rerank(query=QUERY, documents=["word " * 2000], model="rerank-2", truncation=False)
    except voyageai.error.InvalidRequestError as e:
        assert "tokens" in str(e), e
        return [(1, 1.0)]
    raise AssertionError("no error")


def tei(url):
    import requests

    answer = requests.post(url + "/rerank", json={"query": QUERY, "texts": TEXTS, "raw_scores": False}, timeout=30)
    answer.raise_for_status()
    assert "x-inference-time" in answer.headers and "x-queue-time" in answer.headers
    return [(r["index"], r["score"]) for r in answer.json()]


def llama_index(url):
    from llama_index.core.schema import NodeWithScore, TextNode
    from llama_index.postprocessor.tei_rerank import TextEmbeddingInference

    nodes = [NodeWithScore(node=TextNode(text=text, id_=str(i))) for i, text in enumerate(TEXTS)]
    ranked = TextEmbeddingInference(base_url=url, top_n=2).postprocess_nodes(nodes, query_str=QUERY)
    assert len(ranked) == 2
    return [(int(node.node.node_id), node.score) for node in ranked]


def main():
    url = sys.argv[1].rstrip("/")
    failed = 0
    for ask in (cohere_v2, cohere_v1, cohere_error, voyage, voyage_error, tei, llama_index):
        try:
            results = ask(url)
            assert results[0][0] == 1, results
            print(f"{ask.__name__:14} ok   {results}")
        except Exception as e:  # every client is asked, whatever became of the others
            failed += 1
            print(f"{ask.__name__:14} FAILED {type(e).__name__}: {e}")
    sys.exit(1 if failed else 0)


main()
