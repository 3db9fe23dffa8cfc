"""Make the goldens of bi-encoders, exactly as SentenceTransformer.save_pretrained
leaves them, and of a bare network.

    python make_embedders.py [--out FOLDER] [--only NAME ...]

The encoders and tokenizers are those of make_families.py, which comes first.
"""

import json
import random
import shutil

import torch
from safetensors.torch import load_file, save_file
from sentence_transformers import SentenceTransformer
from sentence_transformers.base.modules import Dense, Normalize
from sentence_transformers.sentence_transformer.modules import LayerNorm
from sentence_transformers.sentence_transformer.modules import Pooling

import common
import make_chains as chains
import pairs

ROLES = ("text", "query", "document")

TEXTS = [
    pairs.QUESTION, pairs.PASSAGE, "", "a", "  two  spaces ",
    "MANY People LIVE in É Berlin", "[SEP] <s> </s> [MASK] <mask>",
    "Wie viele Menschen leben in Berlin? 柏林有多少人口？",
    {"repeat": "of the city ", "times": 6, "suffix": "."},
    {"repeat": "many people live in the old city of berlin , ",
     "times": 60, "suffix": "end"},
]

PAIRS = [(TEXTS[0], TEXTS[1]), (TEXTS[0], TEXTS[7]), (TEXTS[1], TEXTS[1]),
         (TEXTS[5], TEXTS[9]), (TEXTS[3], TEXTS[2])]

# name: (encoder, modules, max_seq_length, options of SentenceTransformer)
CHECKPOINTS = {
    "embedder-mean": ("mpnet", lambda h: [
        Pooling(h, pooling_mode="mean"), Normalize()], 100, {
        "prompts": {"query": "query: ", "document": "the passage: ",
                    "web": "Search: "}, "default_prompt_name": "web"}),
    "embedder-cls": ("xlm-roberta-3labels", lambda h: [
        Pooling(h, pooling_mode="cls"), Normalize()], None, {
        "prompts": {"query": "many people: "}}),
    "embedder-max-dense": ("distilbert-3labels", lambda h: [
        Pooling(h, pooling_mode="max"), Dense(h, 24)], 30, {
        "similarity_fn_name": "dot"}),
    "embedder-lasttoken": ("qwen3", lambda h: [
        Pooling(h, pooling_mode="lasttoken"), Normalize()], 60, {
        "prompts": {"query": "Instruct: find the passage\nQuery:"},
        "truncate_dim": 12}),
    "embedder-several": ("electra", lambda h: [
        Pooling(h, pooling_mode=("lasttoken", "cls", "mean_sqrt_len_tokens",
                                 "max", "weightedmean")),
        Dense(5 * h, 20, activation_function=torch.nn.Identity())],
        None, {"prompts": {"query": "query: "}}),
    "embedder-no-prompt": ("mpnet", lambda h: [
        Pooling(h, pooling_mode="mean", include_prompt=False), Normalize()],
        100, {"prompts": {
            "query": "Represent the question for retrieval: ",
            "document": "passage: "}}),
    "embedder-no-prompt-several": ("qwen3", lambda h: [
        Pooling(h, pooling_mode=("cls", "weightedmean", "mean_sqrt_len_tokens"),
                include_prompt=False)], 60, {
        "prompts": {"query": "Instruct: find the passage\nQuery:"}}),
    "embedder-gemma3": ("gemma3-both-ways", lambda h: [
        Pooling(h, pooling_mode="mean"),
        Dense(h, 48, bias=False, activation_function=torch.nn.Identity()),
        Dense(48, h, bias=False, activation_function=torch.nn.Identity()),
        Normalize()], 60, {"prompts": {
            "query": "task: search result | query: ",
            "document": "title: none | text: "}}),
}


def saved(out, name, source, modules, length, options, seed):
    first = chains.encoder(out, source)
    if length:
        first.max_seq_length = length
    modules = chains.seeded(modules(first.get_embedding_dimension()), seed)
    model = SentenceTransformer(modules=[first, *modules], **options)
    model[0].model.half()
    folder = out / name
    shutil.rmtree(folder, ignore_errors=True)
    model.save_pretrained(str(folder), create_model_card=False)
    finish(folder)


def bare(out, name, source):
    """A masked language model without modules.json, as base models lie on the
    hub: the mean of its tokens."""
    folder = out / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for file in ("tokenizer.json", "tokenizer_config.json"):
        shutil.copy(out / source / file, folder)
    config = json.loads((out / source / "config.json").read_text())
    config["architectures"] = ["BertForMaskedLM"]
    for key in ("id2label", "label2id", "sentence_transformers"):
        config.pop(key, None)
    common.write_json(folder / "config.json", config)
    state = {key: value.half() for key, value
             in load_file(out / source / "model.safetensors").items()
             if not key.startswith(("classifier", "bert.pooler"))}
    state["cls.predictions.bias"] = torch.zeros(config["vocab_size"]).half()
    save_file(state, folder / "model.safetensors", {"format": "pt"})
    finish(folder)


def load(folder):
    """The checkpoint as the reference resolves it, computing in fp32."""
    random.seed(0)
    torch.manual_seed(0)
    return SentenceTransformer(str(folder), device="cpu", local_files_only=True,
                               model_kwargs={"dtype": torch.float32})


def prompt_of(model, role):
    """What encode, encode_query and encode_document put before a text."""
    if role == "text":
        return model._resolve_prompt(None, None) or ""
    return model.prompts.get(role, "")


def encode(model, text, role, **options):
    function = {"text": model.encode, "query": model.encode_query,
                "document": model.encode_document}[role]
    return function([text], convert_to_tensor=True, **options)[0]


def golden(model, text, role):
    full = common.expand(text)
    prompt = prompt_of(model, role)
    features = model.preprocess([full], prompt=prompt or None)
    assert features["attention_mask"].all(), "a single text has no padding"
    types = features.get("token_type_ids")
    length = len(model.tokenizer(prompt + full, truncation=False)["input_ids"])
    return {
        "text": text,
        "as": role,
        "ids": features["input_ids"][0].tolist(),
        **({} if types is None else {"type_ids": types[0].tolist()}),
        "length": length,
        "vector": common.floats(encode(model, full, role)),
    }


def check_batching(model, lines):
    """Padded batches must give what the texts gave alone."""
    for role in ROLES:
        own = [line for line in lines if line["as"] == role]
        alone = torch.tensor([line["vector"] for line in own])
        function = {"text": model.encode, "query": model.encode_query,
                    "document": model.encode_document}[role]
        together = function([common.expand(line["text"]) for line in own],
                            convert_to_tensor=True)
        difference = (alone - together).abs().max().item()
        assert difference < 5e-5, f"batching changes vectors by {difference}"


def finish(folder):
    model = load(folder)
    texts = [text for text in TEXTS
             if model.tokenizer(common.expand(text))["input_ids"]]
    lines = [golden(model, text, role) for role in ROLES for text in texts]
    check_batching(model, lines)
    write_lines(folder / "golden.jsonl", lines)
    write_lines(folder / "pairs.jsonl", [
        {"a": a, "b": b, "similarity": common.floats(model.similarity(
            encode(model, common.expand(a), "query"),
            encode(model, common.expand(b), "document")))[0]}
        for a, b in PAIRS if a in texts and b in texts])
    common.write_json(folder / "expected.json", {
        "dimensions": len(lines[0]["vector"]),
        "max_length": model.max_seq_length,
        "similarity": str(model.similarity_fn_name),
        "prompts": {role: prompt_of(model, role) for role in ROLES},
    })
    spread = torch.tensor([line["vector"] for line in lines]).std(0).min()
    size = sum(p.stat().st_size for p in folder.rglob("*") if p.is_file())
    print(folder.name, len(lines), "texts", f"{size // 1000} kB",
          f"spread {spread:.3f}", sep=", ", flush=True)
    for path in folder.rglob("*"):
        if path.is_file():
            path.chmod(0o644)           # safetensors writes 600


def write_lines(path, lines):
    with open(path, "w", encoding="ascii", newline="\n") as file:
        for line in lines:
            file.write(json.dumps(line, separators=(",", ":")) + "\n")


def real(args):
    """The vectors of a checkpoint that lies in ../shared."""
    name = "all-MiniLM-L6-v2"
    model = load(args.shared / "models" / name)
    lines = [golden(model, text, role) for role in ROLES for text in TEXTS]
    check_batching(model, lines)
    for line in lines:
        line["vector"] = [round(value, 6) for value in line["vector"]]
    (args.out / name).mkdir(exist_ok=True)
    write_lines(args.out / name / "golden.jsonl", lines)
    print(name, len(lines), "texts", sep=", ")


def main():
    args = common.arguments(__doc__)
    for seed, (name, checkpoint) in enumerate(CHECKPOINTS.items(), 300):
        if not args.only or name in args.only:
            saved(args.out, name, *checkpoint, seed)
    if not args.only or "embedder-bare" in args.only:
        bare(args.out, "embedder-bare", "bert-tiny-1label")
    if not args.only or "all-MiniLM-L6-v2" in args.only:
        real(args)


if __name__ == "__main__":
    main()
