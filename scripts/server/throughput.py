"""Pairs per second and waiting times of a running server, by the number of clients, against the library alone.

    ./juxta serve --port 8080
    python scripts/server/throughput.py http://127.0.0.1:8080 ../shared/bench/pairs.tsv.gz --juxta ./juxta

Each client sends one request after the other over a connection of its own: a query of the file with `--documents` of its
documents. The library alone is `juxta bench` on the same pairs, before and after; the server is idle meanwhile. Last, one
small request at a time is sent while another client's 1,000 documents are being ranked.
"""

import argparse
import gzip
import http.client
import itertools
import json
import statistics
import subprocess
import tempfile
import threading
import time
from urllib.parse import urlparse


def requests(path, documents):
    """(query, documents) of rows that follow each other, each list of the same length."""
    opened = gzip.open(path, "rt") if path.endswith(".gz") else open(path)
    with opened as lines:
        rows = [line.rstrip("\n").split("\t")[:2] for line in lines]
    found = []
    for query, group in itertools.groupby(rows, key=lambda row: row[0]):
        texts = [row[1] for row in group]
        found += [(query, texts[i : i + documents]) for i in range(0, len(texts) - documents + 1, documents)]
    return found


def library(juxta, work):
    with tempfile.NamedTemporaryFile("w", suffix=".tsv") as file:
        file.writelines(f"{query}\t{text}\n" for query, texts in work for text in texts)
        file.flush()
        out = subprocess.run([juxta, "bench", "--pairs", file.name, "--json"], check=True, capture_output=True, text=True)
    return json.loads(out.stdout.strip().splitlines()[-1])["pairs_per_s"]


def post(connection, query, texts):
    body = json.dumps({"query": query, "documents": texts})
    start = time.perf_counter()
    connection.request("POST", "/v2/rerank", body, {"content-type": "application/json"})
    response = connection.getresponse()
    answer = response.read()
    if response.status != 200:
        raise RuntimeError(f"{response.status}: {answer[:200]}")
    return time.perf_counter() - start


def connect(url):
    return http.client.HTTPConnection(urlparse(url).netloc, timeout=120)


def load(url, work, clients, seconds):
    """(pairs per second, waiting times in ms)."""
    times, lock, turns = [], threading.Lock(), itertools.count()
    pairs = 0
    end = time.perf_counter() + seconds

    def client():
        nonlocal pairs
        connection = connect(url)
        while time.perf_counter() < end:
            query, texts = work[next(turns) % len(work)]
            waited = post(connection, query, texts)
            with lock:
                times.append(1000 * waited)
                pairs += len(texts)

    start = time.perf_counter()
    threads = [threading.Thread(target=client) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return pairs / (time.perf_counter() - start), sorted(times)


def beside_a_long_one(url, work, documents=1000):
    long = [text for _, texts in work for text in texts][:documents]
    assert len(long) == documents, f"{documents} documents are needed, and there are {len(long)}"
    done = threading.Event()

    def client():
        post(connect(url), "a long request", long)
        done.set()

    thread = threading.Thread(target=client)
    thread.start()
    time.sleep(0.5)
    times = []
    connection = connect(url)
    while not done.is_set():
        times.append(1000 * post(connection, *[work[0][0], work[0][1][:1]]))
    thread.join()
    return sorted(times[:-1])


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url")
    parser.add_argument("pairs")
    parser.add_argument("--juxta", default="./juxta")
    parser.add_argument("--documents", type=int, default=10)
    parser.add_argument("--clients", default="1,8,32,128")
    parser.add_argument("--seconds", type=float, default=15)
    parser.add_argument("--requests", type=int, default=60)
    options = parser.parse_args()
    everything = requests(options.pairs, options.documents)
    work = everything[: options.requests]
    load(options.url, work, 2, 3)
    before = library(options.juxta, work)
    rows = [(n, *load(options.url, work, n, options.seconds)) for n in map(int, options.clients.split(","))]
    alone = statistics.mean([before, library(options.juxta, work)])
    print(f"library alone: {alone:.1f} pairs/s")
    print("clients  pairs/s  of the library  p50 ms  p99 ms")
    for clients, rate, times in rows:
        p99 = times[min(len(times) - 1, int(0.99 * len(times)))]
        print(f"{clients:7d}  {rate:7.1f}  {rate / alone:14.2f}  {statistics.median(times):6.0f}  {p99:6.0f}")
    times = beside_a_long_one(options.url, everything)
    print(f"one document, {len(times)} times beside 1,000: p50 {statistics.median(times):.0f} ms, most {times[-1]:.0f} ms")


if __name__ == "__main__":
    main()
