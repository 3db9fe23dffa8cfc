"""Chooses the texts that the default model learns from: documents and queries of openly licensed training sets.

Usage: default_texts.py DATA_DIR OUT_DIR

Writes BEIR folders OUT_DIR/NAME, which juxta mine reads, of SQuAD, MedQuAD, NQ, tldr and WordNet, and of SQuAD and
MedQuAD in longer documents, with phrases of them as queries ("phrase-…") of which nobody has judged whether that document
is the best for them, and as texts that one of their own sentences asks for. Of SQuAD's questions every second keeps its
form, one in four loses case and question mark, one in four is reduced to its keywords; of MedQuAD's every third is;
WordNet's lemmas are the shortest queries there are. What clapnq asks and its passages are left out of NQ, for they are one
collection's, and test documents out of SQuAD.
"""
import gzip
import json
import random
import re
import sys
from pathlib import Path

STOP = set("""what which who whom whose when where why how is are was were do does did the a an of in on at to for by with
from as it its be been being that this these those there many much and or has have had can could would should will you
your i my about into than then some any""".split())


LONG = 180  # words of a document that is read to its end


def find(folder, name):
    return next(path for path in (folder / name, folder / (name + ".gz")) if path.exists())


def lines(path):
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8") as file:
        yield from file


def rows(folder, name):
    return map(json.loads, lines(find(folder, name + ".jsonl")))


def judged(folder, split):
    found = {}
    for line in list(lines(find(folder / "qrels", split + ".tsv")))[1:]:
        query, document, grade = line.rstrip("\n").split("\t")
        if float(grade) > 0:
            found.setdefault(query, []).append(document)
    return found


def normal(text):
    return re.sub(r"\W+", " ", text.lower()).strip()


def keywords(question):
    return " ".join(word for word in re.findall(r"[\w'-]+", question) if word.lower() not in STOP)


def within(judgements, documents):
    """The judgements whose documents are there."""
    kept = {query: [one for one in found if one in documents] for query, found in judgements.items()}
    return {query: found for query, found in kept.items() if found}


def some(documents, count):
    """So many of them, by chance, in their order."""
    kept = set(random.sample(sorted(documents), count))
    return {key: text for key, text in documents.items() if key in kept}


def titled(row, words=None):
    text = " ".join(row["text"].split()[:words]) if words else row["text"]
    return f"{row.get('title', '')} {text}".strip()


def squad(folder):
    test = {one for found in judged(folder, "test").values() for one in found}
    documents = {row["_id"]: titled(row, 120) for row in rows(folder, "corpus") if row["_id"] not in test}
    documents = some(documents, 7000)
    judgements = within(judged(folder, "train"), documents)
    asked = {row["_id"]: row["text"] for row in rows(folder, "queries")
             if row["_id"] in judgements and len(row["text"].split()) > 3}
    queries = {}
    for n, key in enumerate(random.sample(sorted(asked), min(len(asked), 16000))):
        text = asked[key]
        if n % 4 == 3:
            text = keywords(text)
            if len(text.split()) < 2:
                continue
            text = text.lower() if n % 8 == 3 else text
        elif n % 4 == 2:
            text = text.lower().rstrip("?")
        queries[key] = (text, judgements[key])
    return documents, queries


def medquad(folder):
    documents = {row["_id"]: titled(row, 120) for row in rows(folder, "corpus")}
    documents = some(documents, 4500)
    judgements = within(judged(folder, "train"), documents)
    asked = {row["_id"]: row["text"] for row in rows(folder, "queries") if row["_id"] in judgements}
    return documents, {key: (keywords(asked[key]).lower() if n % 3 == 0 else asked[key], judgements[key])
                       for n, key in enumerate(sorted(asked))}


def nq(folder, held_out):
    asked = {normal(row["text"]) for row in rows(held_out, "queries")}
    passages = {normal(row["text"])[:120] for row in rows(held_out, "corpus")}
    documents = {row["_id"]: titled(row) for row in rows(folder, "corpus")
                 if normal(row["text"])[:120] not in passages}
    judgements = within(judged(folder, "test"), documents)
    return documents, {row["_id"]: (row["text"], judgements[row["_id"]]) for row in rows(folder, "queries")
                       if row["_id"] in judgements and normal(row["text"]) not in asked}


def tldr(folder):
    documents = {row["_id"]: titled(row) for row in rows(folder, "corpus")}
    documents = some(documents, 12000)
    judgements = within(judged(folder, "test"), documents)
    asked = {row["_id"]: row["text"] for row in rows(folder, "queries") if row["_id"] in judgements}
    return documents, {key: (asked[key], judgements[key]) for key in random.sample(sorted(asked), 5000)}


def wordnet(folder):
    """A lemma and the glosses of its synsets."""
    lemmas = {}
    for line in list(lines(folder / "glosses.tsv.gz"))[1:]:
        lemma, gloss = line.rstrip("\n").split("\t")
        lemmas.setdefault(gloss, []).append(lemma)
    glosses = random.sample([gloss for gloss in lemmas if 5 < len(gloss.split()) < 40], 14000)
    judgements = {}
    for n, gloss in enumerate(glosses):
        for lemma in lemmas[gloss]:
            judgements.setdefault(lemma, []).append(f"g{n}")
    asked = random.sample(sorted(lemma for lemma in judgements if len(lemma) > 3), 5000)
    return ({f"g{n}": gloss for n, gloss in enumerate(glosses)},
            {f"w{n}": (lemma, judgements[lemma]) for n, lemma in enumerate(asked)})


def long_medquad(folder):
    """Whole answers, some without their title, asked by question, by keywords and by the title alone."""
    found = {row["_id"]: row for row in rows(folder, "corpus")}
    chosen = random.sample(sorted(found), 5000)
    documents, subjects = {}, {}
    for key in chosen:
        title = found[key].get("title", "")
        untitled = title.lower() in found[key]["text"].lower() and random.random() < 0.4
        documents[key] = " ".join(found[key]["text"].split()[:LONG]) if untitled else titled(found[key], LONG)
        subjects.setdefault(title, []).append(key)
    judgements = within(judged(folder, "train"), documents)
    asked = {row["_id"]: row["text"] for row in rows(folder, "queries") if row["_id"] in judgements}
    queries = {key: (keywords(asked[key]).lower() if n % 2 else asked[key], judgements[key])
               for n, key in enumerate(sorted(asked))}
    for n, title in enumerate(random.sample(sorted(filter(None, subjects)), 1500)):
        queries[f"t{n}"] = (title.lower() if n % 2 else title, subjects[title])
    return documents, queries


def long_squad(folder):
    """Two neighbouring paragraphs as one document."""
    test = {one for found in judged(folder, "test").values() for one in found}
    kept = [row for row in rows(folder, "corpus") if row["_id"] not in test]
    documents, holds = {}, {}
    for one, other in random.sample(list(zip(kept[::2], kept[1::2])), 3500):
        if one.get("title") == other.get("title"):
            documents[one["_id"]] = titled({"title": one.get("title", ""), "text": one["text"] + " " + other["text"]}, LONG)
            holds[one["_id"]] = holds[other["_id"]] = one["_id"]
    judgements = {query: [holds[one] for one in found if one in holds]
                  for query, found in judged(folder, "train").items()}
    asked = {row["_id"]: row["text"] for row in rows(folder, "queries")
             if judgements.get(row["_id"]) and len(row["text"].split()) > 3}
    return documents, {key: (keywords(asked[key]).lower() if n % 2 else asked[key], judgements[key])
                       for n, key in enumerate(random.sample(sorted(asked), 6000))}


def parted(folder, count):
    """Texts with one or two of their sentences taken out, which ask for the rest (the inverse cloze task, Lee et al. 2019,
    arXiv:1906.00300): the queries that are longest."""
    test = {one for found in judged(folder, "test").values() for one in found} if folder.name == "squad" else set()
    kept = {row["_id"]: row for row in rows(folder, "corpus") if row["_id"] not in test}
    documents, queries = {}, {}
    for key in random.sample(sorted(kept), min(len(kept), 2 * count)):
        sentences = re.split(r"(?<=[.!?]) +(?=[A-Z])", " ".join(kept[key]["text"].split()[:LONG]))
        if len(sentences) < 4 or len(queries) == count:
            continue
        begin = random.randrange(1, len(sentences) - 1)
        end = begin + random.randint(1, 2)
        asked = " ".join(sentences[begin:end])
        if 6 <= len(asked.split()) <= 60:
            rest = " ".join(sentences[:begin] + sentences[end:])
            documents[key] = titled({"title": kept[key].get("title", ""), "text": rest}) if random.random() < 0.5 else rest
            queries[f"s{key}"] = (asked, [key])
    return documents, queries


def phrases(documents, count):
    """Neighbouring words of documents as the shortest of queries."""
    queries = {}
    for n, key in enumerate(random.sample(sorted(documents), count)):
        words = keywords(documents[key]).split()
        begin = random.randrange(max(len(words) - 3, 1))
        queries[f"phrase-{n}"] = (" ".join(words[begin:begin + random.randint(1, 4)]).lower(), [key])
    return {key: query for key, query in queries.items() if len(query[0]) > 4}


def write(folder, documents, queries):
    """A BEIR folder."""
    (folder / "qrels").mkdir(parents=True, exist_ok=True)
    with open(folder / "corpus.jsonl", "w", encoding="utf-8") as file:
        file.writelines(json.dumps({"_id": key, "text": text}) + "\n" for key, text in documents.items())
    with open(folder / "qrels" / "train.tsv", "w", encoding="utf-8") as file:
        file.write("query-id\tcorpus-id\tscore\n")
        file.writelines(f"{key}\t{one}\t1\n" for key, (_, found) in queries.items() for one in found)
    with open(folder / "queries.jsonl", "w", encoding="utf-8") as file:
        file.writelines(json.dumps({"_id": key, "text": text}) + "\n" for key, (text, _) in queries.items())


def main():
    data, out = Path(sys.argv[1]), Path(sys.argv[2])
    out.mkdir(parents=True, exist_ok=True)
    random.seed(20261121)
    sets = {"squad": lambda: squad(data / "squad"), "medquad": lambda: medquad(data / "medquad"),
            "nq": lambda: nq(data / "nq-oracle", data / "clapnq"), "tldr": lambda: tldr(data / "tldr"),
            "wordnet": lambda: wordnet(data / "wordnet"), "medquad-long": lambda: long_medquad(data / "medquad"),
            "squad-long": lambda: long_squad(data / "squad"), "squad-parted": lambda: parted(data / "squad", 3000),
            "medquad-parted": lambda: parted(data / "medquad", 2000)}
    for name, choose in sets.items():
        documents, queries = choose()
        if name.endswith("-long"):
            queries |= phrases(documents, 2000)
        write(out / name, documents, queries)
        print(name, len(documents), "documents", len(queries), "queries")


main()
