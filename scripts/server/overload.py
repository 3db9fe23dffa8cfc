"""Four times the load that a server can bear: what it still does, and how long those wait whom it takes.

    ./juxta serve --port 8080 --request-timeout 5s --access-log none
    python scripts/server/overload.py http://127.0.0.1:8080 ../shared/bench/pairs.tsv.gz --seconds 20

First 8 clients send one request of 10 passages after the other, which gives the load that it bears; then requests come at
four times that rate, whether or not others are answered. Those that are refused (429) must be told when to come again.
"""

import argparse
import asyncio
import collections
import itertools
import json
import statistics
import time
from urllib.parse import urlparse

from throughput import requests

TIMES = 4
CLIENTS = 8


async def ask(host, port, query, texts):
    """(status, seconds)"""
    body = json.dumps({"query": query, "documents": texts}).encode()
    start = time.perf_counter()
    reader, writer = await asyncio.open_connection(host, port)
    try:
        head = f"POST /v2/rerank HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: {len(body)}\r\n\r\n"
        writer.write(head.encode() + body)
        answer = await reader.read()
    finally:
        writer.close()
    status = int(answer.split(b" ", 2)[1])
    if status == 429 and b"retry-after: " not in answer.lower():
        raise RuntimeError("429 without Retry-After")
    if status not in (200, 429, 504):
        raise RuntimeError(f"{status}: {answer[-200:]!r}")
    return status, time.perf_counter() - start


async def bearable(host, port, work, seconds):
    end = time.perf_counter() + seconds
    turns, done = itertools.count(), []

    async def client():
        while time.perf_counter() < end:
            done.append(await ask(host, port, *work[next(turns) % len(work)]))

    start = time.perf_counter()
    await asyncio.gather(*(client() for _ in range(CLIENTS)))
    return done, time.perf_counter() - start


async def flood(host, port, work, seconds, rate):
    start = time.perf_counter()
    under_way = []
    for i in range(int(rate * seconds)):
        await asyncio.sleep(max(0, start + i / rate - time.perf_counter()))
        under_way.append(asyncio.create_task(ask(host, port, *work[i % len(work)])))
    inside = sum(task.done() and not task.exception() and task.result()[0] == 200 for task in under_way)
    elapsed = time.perf_counter() - start
    return await asyncio.gather(*under_way), inside, elapsed


def told(name, done):
    times = sorted(1000 * seconds for status, seconds in done if status == 200)
    p99 = times[min(len(times) - 1, int(0.99 * len(times)))]
    print(f"{name}: p50 {statistics.median(times):.0f} ms, p99 {p99:.0f} ms, the longest {times[-1]:.0f} ms")


async def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("url")
    parser.add_argument("pairs")
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--documents", type=int, default=10)
    options = parser.parse_args()
    place = urlparse(options.url)
    work = requests(options.pairs, options.documents)
    done, seconds = await bearable(place.hostname, place.port, work, options.seconds)
    rate = len(done) / seconds
    print(f"bearable, {CLIENTS} clients: {rate * options.documents:.1f} pairs/s")
    told("  taken", done)
    done, inside, elapsed = await flood(place.hostname, place.port, work, options.seconds, TIMES * rate)
    counts = collections.Counter(status for status, _ in done)
    print(f"{TIMES} times that: {inside / elapsed * options.documents:.1f} pairs/s, {counts[200]} answered, {counts[429]} refused, "
          f"{counts[504]} taken and not done in time")
    told("  taken", done)
    told_refused = sorted(1000 * seconds for status, seconds in done if status == 429)
    if told_refused:
        print(f"  refused: p99 {told_refused[int(0.99 * (len(told_refused) - 1))]:.0f} ms")


asyncio.run(main())
