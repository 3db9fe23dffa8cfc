"""Many requests in every dialect, and much that clients should not do, against a server that is stopped in the middle.

    python scripts/server/soak.py --juxta ./juxta --model juxta-core/src/test/resources/golden/bert-tiny-1label --requests 200000

It starts `JUXTA serve` with small limits, sends requests over many connections, and holds every score to what `JUXTA score`
says of the same pair. Among them are slow readers, bodies of which half comes, connections dropped before the answer,
bodies that are too large (announced or not), malformed JSON, invalid UTF-8 and no HTTP at all. At `--stop-at` of the way
the server gets SIGTERM and is started again. The script fails where an answer is wrong, where one is lost without a status
outside of the restart, where a status is another than it must be, or where the server's memory grows by more than a fifth
between a third of the way and the end. `--seconds` ends it earlier; then it says how far it came.
"""

import argparse
import asyncio
import collections
import json
import math
import random
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time

WORDS = "berlin city people live many how river trees park school music war king water house film world year state".split()
SHORT = 0.86  # of requests that are well-formed
MOST_BODY = 1 << 20


class Wrong(Exception):
    """An answer that is not what it must be."""


def sigmoid(x):
    return 1 / (1 + math.exp(-x))


def texts(random_, count, least, most):
    return [" ".join(random_.choices(WORDS, k=random_.randint(least, most))) for _ in range(count)]


def logits(juxta, model, queries, documents):
    """What the library says of every pair."""
    with tempfile.NamedTemporaryFile("w", suffix=".tsv") as file:
        file.writelines(f"{q}\t{d}\n" for q in queries for d in documents)
        file.flush()
        command = [*juxta, "score", "--model", model, "--engine", "reference", "--json", file.name]
        lines = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
    values = iter(json.loads(line)["logits"][0] for line in lines)
    return {(q, d): next(values) for q in queries for d in documents}


class Soak:
    def __init__(self, options):
        self.options = options
        self.random = random.Random(options.seed)
        self.queries = texts(self.random, 20, 2, 6)
        self.documents = texts(self.random, 57, 1, 6) + texts(self.random, 3, 80, 100)  # some are cut off
        self.juxta = options.juxta.split()
        self.expected = logits(self.juxta, options.model, self.queries, self.documents)
        self.counts = collections.Counter()
        self.problems = []
        self.sent = 0
        self.ending = False  # between SIGTERM and the next start
        self.starts = 0
        self.ready = asyncio.Event()
        self.server = None
        self.memory = []  # (requests, MiB)

    # --- the server

    def start(self):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = self.options.port or free.getsockname()[1]
        command = [
            *self.juxta, "serve", "--model", f"tiny={self.options.model}", "--engine", "reference", "--threads", "1",
            "--port", str(self.port), "--access-log", "none", "--max-body", str(MOST_BODY >> 20), "--body-timeout", "3s",
            "--idle-timeout", "20s", "--drain-time", "20s",
        ]  # fmt: skip
        self.server = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
        told = []
        for line in self.server.stderr:
            told.append(line)
            if "listening on" in line:
                break
        else:
            sys.exit("".join(told))
        self.starts += 1
        self.ready.set()

    def rss(self):
        try:
            with open(f"/proc/{self.server.pid}/status") as status:
                return int(re.search(r"VmRSS:\s+(\d+)", status.read()).group(1)) / 1024
        except (OSError, AttributeError):
            return 0

    async def restart(self):
        self.ending = True
        self.ready.clear()
        start = time.time()
        self.server.send_signal(signal.SIGTERM)
        code = await asyncio.to_thread(self.server.wait)
        told = self.server.stderr.read()
        if code != 143 or "ended" not in told or "before all" in told:
            self.problems.append(f"SIGTERM: exit code {code}, {told!r}")
        await asyncio.to_thread(self.start)
        self.ending = False
        print(f"SIGTERM at request {self.sent}: exit code {code}, serving again after {time.time() - start:.1f} s", flush=True)

    # --- requests

    def request(self):
        """(path, headers, body, what checks the answer's JSON)."""
        r = self.random
        query = r.choice(self.queries)
        docs = r.sample(self.documents, r.choice((1, 1, 1, 2, 2, 4)))
        value = {d: self.expected[query, d] for d in docs}

        def ranked(results, name, of, key="index"):
            found = [(one[key], one[name]) for one in results]
            for index, score in found:
                if abs(score - of(value[docs[index]])) > 2e-5:
                    raise Wrong(f"{query!r} {docs[index]!r}: {score}, and the library says {of(value[docs[index]])}")
            scores = [score for _, score in found]
            if scores != sorted(scores, reverse=True) or len({index for index, _ in found}) != len(found):
                raise Wrong(f"not in order: {found}")
            return len(found)

        def all_of(count):
            if count != len(docs):
                raise Wrong(f"{count} results for {len(docs)} documents")

        def plain(x):
            return x

        def paired(data):
            for one in data:
                if abs(one["score"] - sigmoid(value[docs[one["index"]]])) > 2e-5:
                    raise Wrong(f"{query!r} {docs[one['index']]!r}: {one['score']}")
            all_of(len(data))

        def own(answer):
            for one in answer["results"]:
                document = docs[one["index"]]
                if abs(one["logit"] - value[document]) > 2e-5:
                    raise Wrong(f"{query!r} {document!r}: {one['logit']}")
                if one["truncated"] > 0 and one["unread"] != [[one["span"][1], len(document)]]:
                    raise Wrong(f"unread {one}")

        body = {"query": query, "documents": docs}
        choice = r.randrange(10)
        if choice == 0:
            return "/v2/rerank", {}, body, lambda a: all_of(ranked(a["results"], "relevance_score", sigmoid))
        if choice == 1:
            body = {"query": query, "documents": [{"text": d, "n": "1"} for d in docs], "rank_fields": ["text"]}
            return "/v1/rerank", {}, body, lambda a: all_of(ranked(a["results"], "relevance_score", sigmoid))
        if choice == 2:
            return "/v1/rerank", {}, body, lambda a: all_of(ranked(a["results"], "relevance_score", sigmoid))
        if choice == 3:
            body["top_k"] = 2
            return "/v1/rerank", {}, body, lambda a: ranked(a["data"], "relevance_score", sigmoid)
        if choice == 4:
            body = {"query": query, "texts": docs, "raw_scores": True}
            return "/rerank", {}, body, lambda a: all_of(ranked(a, "score", plain))
        if choice == 5:
            body = {"text_1": query, "text_2": docs, "truncate_prompt_tokens": -1}
            return "/score", {}, body, lambda a: paired(a["data"])
        if choice == 6:
            body["truncate_prompt_tokens"] = -1
            return "/v1/rerank", {}, body, lambda a: all_of(ranked(a["results"], "relevance_score", sigmoid))
        if choice == 7:
            headers = {"x-juxta-on-long": "truncate"}
            return "/llamacpp/rerank", headers, body, lambda a: all_of(ranked(a["results"], "relevance_score", plain))
        if choice == 8:
            body["return_len"] = True
            return "/v1/rerank", {}, body, lambda a: all_of(ranked(a["results"], "relevance_score", sigmoid))
        if r.random() < 0.03:
            body["explain"] = 1
        return "/juxta/v1/rank", {}, body, own

    def bytes_of(self, path, headers, body, length=None):
        identity = f"soak-{self.sent}"
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        head = [f"POST {path} HTTP/1.1", "host: soak", "content-type: application/json", f"x-request-id: {identity}"]
        head += [f"{name}: {value}" for name, value in headers.items()]
        head.append(f"content-length: {len(data) if length is None else length}")
        return identity, "\r\n".join(head).encode() + b"\r\n\r\n", data

    async def read(self, reader):
        head = (await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 60)).decode("latin-1")
        status = int(head.split(" ", 2)[1])
        fields = {}
        for line in head.split("\r\n")[1:]:
            name, _, value = line.partition(":")
            fields[name.lower()] = value.strip()
        return status, fields, await asyncio.wait_for(reader.readexactly(int(fields["content-length"])), 60)

    def check(self, identity, wanted, status, fields, body, verify=None):
        if status == 429 and int(fields.get("retry-after", "0")) > 0:
            self.counts["429 with Retry-After"] += 1
        elif status == 503 and self.ending:
            self.counts["503 while it ended"] += 1
        elif status not in wanted:
            raise Wrong(f"{identity}: {status} instead of {wanted}: {body[:200]!r}")
        elif identity is not None and fields.get("x-request-id") != identity:
            raise Wrong(f"{identity} got the answer of {fields.get('x-request-id')}")
        else:
            answer = json.loads(body)
            if status == 200 and verify is not None:
                verify(answer)
            self.counts[f"{status}"] += 1
        return fields.get("connection", "") != "close"

    async def well(self, connection):
        path, headers, body, verify = self.request()
        identity, head, data = self.bytes_of(path, headers, body)
        connection[1].write(head + data)
        answer = await self.read(connection[0])
        return self.check(identity, (200,), *answer, verify)

    async def odd(self):
        """One that no client should send, on a connection of its own."""
        kind = self.random.choice(
            ("slow reader", "slow reader", "half a body", "half and gone", "dropped", "dropped", "announced too large",
             "grows too large", "malformed", "malformed", "no UTF-8", "no HTTP")
        )  # fmt: skip
        self.counts[kind] += 1
        path, headers, body, verify = self.request()
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            if kind == "slow reader":
                document = "word " * 4_000
                identity, head, data = self.bytes_of("/jina/v1/rerank", {}, {"query": "a", "documents": [document, document]})
                writer.write(head + data)
                await writer.drain()
                got = b""
                while b"\r\n\r\n" not in got or len(got) < len(got.split(b"\r\n\r\n")[0]) + 4 + int(re.search(rb"content-length: (\d+)", got).group(1)):
                    part = await asyncio.wait_for(reader.read(2_048), 60)
                    if not part:
                        raise ConnectionError("closed")
                    got += part
                    await asyncio.sleep(0.01)
                answer = json.loads(got.split(b"\r\n\r\n", 1)[1])
                status = int(got.split(b" ", 2)[1])
                if status == 200 and answer["results"][0]["document"]["text"] != document:
                    raise Wrong("another document came back")
                self.counts[f"{status}"] += 1
            elif kind == "dropped":
                _, head, data = self.bytes_of(path, headers, body)
                writer.write(head + data)
                await writer.drain()
            elif kind == "half and gone":
                _, head, data = self.bytes_of(path, headers, body)
                writer.write(head + data[: len(data) // 2])
                await writer.drain()
            elif kind == "no HTTP":
                writer.write(b"\x16\x03\x01 hello\r\n\r\n")
                self.check(None, (400,), *await self.read(reader))
            else:
                wanted, length = (400, 422), None
                data = json.dumps(body).encode()
                if kind == "half a body":
                    wanted, length = (408,), len(data) + 10
                elif kind == "announced too large":
                    wanted, length = (413,), MOST_BODY + 1
                elif kind == "grows too large":
                    wanted = (413, 408)  # what is too slow is told so before it is too large
                elif kind == "malformed":
                    data = self.random.choice((data[:-2], b"[1]", b"", b'{"query":1}', data + b"}", b'{"query":"a","query":"b"}'))
                elif kind == "no UTF-8":
                    data = data.replace(b"e", b"\xe9", 1)
                identity, head, data = self.bytes_of(path, headers, data, length)
                if kind == "grows too large":
                    head = re.sub(rb"content-length: \d+", b"transfer-encoding: chunked", head)
                    data = (b"8000\r\n" + b" " * 0x8000 + b"\r\n") * (MOST_BODY // 0x8000 + 1) + b"0\r\n\r\n"
                writer.write(head + data)
                self.check(identity, wanted, *await self.read(reader))
        finally:
            writer.close()

    async def client(self, end):
        connection = None
        while self.sent < self.options.requests and time.time() < end:
            await self.ready.wait()
            self.sent += 1
            self.turns()
            server = self.starts if connection is None else connection[2]  # the one that is asked
            try:
                if self.random.random() >= SHORT:
                    await self.odd()
                    continue
                if connection is None:
                    connection = (*await asyncio.open_connection("127.0.0.1", self.port), self.starts)
                if not await self.well(connection):
                    connection[1].close()
                    connection = None
            except Wrong as e:
                self.problems.append(f"wrong: {e}")
                connection = None
            except (ConnectionError, asyncio.IncompleteReadError, asyncio.TimeoutError, OSError) as e:
                connection = None
                if self.ending or server != self.starts:
                    self.counts["no answer during the restart"] += 1
                else:
                    self.problems.append(f"lost: {type(e).__name__} {e}")

    def turns(self):
        if self.sent % max(1, self.options.requests // 20) == 0:
            self.memory.append((self.sent, self.rss()))
            print(f"{self.sent} requests, {self.rss():.0f} MiB, {len(self.problems)} problems", flush=True)
        if self.sent == int(self.options.requests * self.options.stop_at):
            self.counts["restarts"] += 1
            self.stopping = asyncio.get_running_loop().create_task(self.restart())

    async def run(self):
        self.start()
        start = time.time()
        end = start + self.options.seconds
        try:
            await asyncio.gather(*(self.client(end) for _ in range(self.options.connections)))
            if self.counts["restarts"]:
                await self.stopping
            seconds = time.time() - start
            self.memory.append((self.sent, self.rss()))
        finally:
            self.server.send_signal(signal.SIGTERM)
            self.server.wait()
        return self.report(seconds)

    def report(self, seconds):
        print(f"{self.sent} requests in {seconds:.0f} s ({self.sent / seconds:.0f}/s), {self.options.connections} connections")
        for name, count in sorted(self.counts.items()):
            print(f"  {name}: {count}")
        since = int(self.options.requests * self.options.stop_at) if self.counts["restarts"] else 0
        settled = [mib for at, mib in self.memory if at > since + (self.options.requests - since) / 3]
        print("MiB: " + ", ".join(f"{mib:.0f}" for _, mib in self.memory))
        if len(settled) > 2 and settled[-1] > 1.2 * settled[0]:
            self.problems.append(f"memory grows from {settled[0]:.0f} to {settled[-1]:.0f} MiB")
        for problem in self.problems[:20]:
            print("PROBLEM " + problem)
        print(f"{len(self.problems)} problems")
        return 1 if self.problems else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--juxta", default="./juxta", help="the command, with blanks between its words")
    parser.add_argument("--model", required=True)
    parser.add_argument("--requests", type=int, default=200_000)
    parser.add_argument("--seconds", type=float, default=1e9)
    parser.add_argument("--connections", type=int, default=96)
    parser.add_argument("--stop-at", type=float, default=0.5, help="the part of the requests after which it gets SIGTERM")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    sys.exit(asyncio.run(Soak(parser.parse_args()).run()))


main()
