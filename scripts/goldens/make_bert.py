"""Make the BERT goldens: tiny random checkpoints with their expected scores,
and the expected scores of the embedded model.

    python make_bert.py [--shared FOLDER] [--out FOLDER] [--only NAME ...]

Everything is seeded: a second run writes the same bytes.
"""

import csv
import gzip
import json
import shutil
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

import torch
from safetensors.torch import save_file
from sentence_transformers import CrossEncoder
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers
from tokenizers import processors
from transformers import BertConfig, BertForSequenceClassification

import common
import pairs
import vocabulary

IDENTITY = "torch.nn.modules.linear.Identity"
SIGMOID = "torch.nn.modules.activation.Sigmoid"


@dataclass
class Checkpoint:
    """One tiny checkpoint: its shape, its tokenizer and its files."""
    name: str
    seed: int
    vocab_size: int
    config: dict                        # written to config.json as it is
    dtype: torch.dtype = torch.float32
    spread: float = 1.0                 # standard deviation of the logits
    lowercase: bool = True
    strip_accents: bool | None = None
    unused: int = 3
    tokenizer_config: dict = field(default_factory=dict)
    vocab_only: bool = False            # vocab.txt, no tokenizer.json
    tokenizer_json: dict = field(default_factory=dict)      # overrides
    untyped_model: bool = False         # an older tokenizer.json
    bert_processing: bool = False       # the older post-processor
    position_ids: bool = False          # the buffer that old checkpoints hold


def bert(hidden, layers, heads, intermediate, positions, **others):
    """A config.json for a BERT sequence classifier."""
    return {
        "architectures": ["BertForSequenceClassification"],
        "attention_probs_dropout_prob": 0.1,
        "hidden_act": "gelu",
        "hidden_dropout_prob": 0.1,
        "hidden_size": hidden,
        "initializer_range": 0.02,
        "intermediate_size": intermediate,
        "layer_norm_eps": 1e-3,
        "max_position_embeddings": positions,
        "model_type": "bert",
        "num_attention_heads": heads,
        "num_hidden_layers": layers,
        "pad_token_id": 0,
        "type_vocab_size": 2,
        **others,
    }


def labels(*names):
    return {"id2label": {str(i): name for i, name in enumerate(names)},
            "label2id": {name: i for i, name in enumerate(names)}}


ONE_LABEL = labels("LABEL_0")

CHECKPOINTS = [
    Checkpoint(
        "bert-tiny-1label", 1, 1900, bert(32, 2, 4, 64, 64, **ONE_LABEL),
        tokenizer_config={"do_lower_case": True, "model_max_length": 512,
                          "tokenizer_class": "BertTokenizer"},
        tokenizer_json={
            "truncation": {"direction": "Right", "max_length": 128,
                           "strategy": "LongestFirst", "stride": 0},
            "padding": {"strategy": {"Fixed": 128}, "direction": "Right",
                        "pad_to_multiple_of": None, "pad_id": 0,
                        "pad_type_id": 0, "pad_token": "[PAD]"}}),
    Checkpoint(
        "bert-3labels", 2, 2300,
        bert(48, 3, 3, 96, 96, hidden_act="gelu_new", torch_dtype="float16",
             **labels("contradiction", "entailment", "neutral")),
        dtype=torch.float16, unused=99,
        tokenizer_config={"do_lower_case": True,
                          "tokenizer_class": "BertTokenizer"}),
    Checkpoint(
        "bert-relu-bf16", 3, 1800,
        bert(40, 1, 5, 96, 61, hidden_act="relu", dtype="bfloat16",
             sentence_transformers={"activation_fn": IDENTITY,
                                    "version": "6.2.0"},
             sbert_ce_default_activation_function=SIGMOID, **ONE_LABEL),
        dtype=torch.bfloat16, bert_processing=True,
        tokenizer_config={"do_lower_case": True, "model_max_length": 1000,
                          "tokenizer_class": "BertTokenizerFast"}),
    Checkpoint(
        "bert-vocab-only-cased", 4, 1500,
        bert(72, 2, 2, 101, 80, torch_dtype="float16", **ONE_LABEL,
             sbert_ce_default_activation_function=IDENTITY),
        dtype=torch.float16, lowercase=False, vocab_only=True,
        tokenizer_config={"do_lower_case": False, "model_max_length": 50}),
    Checkpoint(
        "bert-vocab-only-uncased", 5, 1700,
        bert(36, 2, 4, 60, 64, layer_norm_eps=1e-5),    # no id2label: 2
        vocab_only=True, position_ids=True,
        tokenizer_config={"strip_accents": None,
                          "tokenizer_class": "BertTokenizer"}),
    Checkpoint(
        "bert-deep-narrow", 6, 1900, bert(24, 7, 1, 48, 71, **ONE_LABEL),
        strip_accents=False,
        tokenizer_config={"do_lower_case": True, "strip_accents": False,
                          "tokenizer_class": "BertTokenizer"},
        untyped_model=True),
    Checkpoint(
        "bert-sharp", 7, 1600,
        bert(32, 2, 2, 80, 64, layer_norm_eps=1e-12, **ONE_LABEL), spread=3.0,
        tokenizer_config={"do_lower_case": True, "model_max_length": 512,
                          "tokenizer_class": "BertTokenizer"}),
]

SAVED = Checkpoint(
    "bert-saved-6.2", 8, 1600, bert(32, 2, 4, 64, 64, **ONE_LABEL),
    tokenizer_config={"do_lower_case": True, "model_max_length": 512,
                      "tokenizer_class": "BertTokenizer"})


def random_weights(checkpoint, generator):
    """The state of a BERT classifier, every tensor of it random."""
    config = BertConfig(**checkpoint.config)
    config.vocab_size = checkpoint.vocab_size
    state = BertForSequenceClassification(config).state_dict()
    for name in sorted(state):
        shape = state[name].shape
        noise = torch.randn(shape, generator=generator)
        if "embeddings.weight" in name:
            # Small sums, so that layer_norm_eps matters.
            state[name] = 0.3 * noise
        elif "LayerNorm.weight" in name:
            state[name] = 1 + 0.2 * noise
        elif name.endswith("bias"):
            state[name] = 0.2 * noise
        else:
            state[name] = 1.3 * noise / shape[1] ** 0.5
    return state


def set_spread(folder, checkpoint, state):
    """Scale the classifier so that logits of plain pairs spread as asked."""
    model = common.load(folder)
    found = torch.stack([
        common.predict(model, a, b, torch.nn.Identity()).reshape(-1)
        for a, b in pairs.PLAIN]) - state["classifier.bias"]
    factor = checkpoint.spread / found.std(0)           # [labels]
    state["classifier.weight"] *= factor[:, None]
    state["classifier.bias"] -= factor * found.mean(0)


def save_weights(folder, checkpoint, state):
    tensors = {name: value.to(checkpoint.dtype).contiguous()
               for name, value in state.items()}
    if checkpoint.position_ids:
        positions = checkpoint.config["max_position_embeddings"]
        tensors["bert.embeddings.position_ids"] = torch.arange(positions)[None]
    save_file(tensors, folder / "model.safetensors", {"format": "pt"})


def backend(checkpoint, entries):
    """The tokenizer as the tokenizers library alone builds it."""
    ids = {entry: i for i, entry in enumerate(entries)}
    tokenizer = Tokenizer(models.WordPiece(ids, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(
        lowercase=checkpoint.lowercase, strip_accents=checkpoint.strip_accents)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    cls, sep = ("[CLS]", ids["[CLS]"]), ("[SEP]", ids["[SEP]"])
    if checkpoint.bert_processing:
        tokenizer.post_processor = processors.BertProcessing(sep, cls)
    else:
        tokenizer.post_processor = processors.TemplateProcessing(
            single="[CLS]:0 $A:0 [SEP]:0",
            pair="[CLS]:0 $A:0 [SEP]:0 $B:1 [SEP]:1",
            special_tokens=[cls, sep])
    tokenizer.add_special_tokens(["[PAD]"] + vocabulary.SPECIALS)
    return tokenizer


def save_tokenizer(folder, checkpoint, tokenizer, entries):
    common.write_json(folder / "tokenizer_config.json",
                      checkpoint.tokenizer_config)
    if checkpoint.vocab_only:
        (folder / "vocab.txt").write_text("\n".join(entries) + "\n",
                                          encoding="utf-8", newline="\n")
        return
    content = json.loads(tokenizer.to_str())
    content.update(checkpoint.tokenizer_json)
    if checkpoint.untyped_model:
        del content["model"]["type"]
    (folder / "tokenizer.json").write_text(
        json.dumps(content, ensure_ascii=False, separators=(",", ":")),
        encoding="utf-8")
    common.write_json(folder / "special_tokens_map.json", {
        "cls_token": "[CLS]", "mask_token": "[MASK]", "pad_token": "[PAD]",
        "sep_token": "[SEP]", "unk_token": "[UNK]"})


def make_checkpoint(folder, checkpoint, base):
    """Write the checkpoint's files; returns its plain tokenizer."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    entries = vocabulary.build(base, checkpoint.vocab_size,
                               cased=not checkpoint.lowercase,
                               accents=checkpoint.strip_accents is False,
                               unused=checkpoint.unused)
    tokenizer = backend(checkpoint, entries)
    common.write_json(folder / "config.json", {
        **checkpoint.config, "vocab_size": len(entries)})
    save_tokenizer(folder, checkpoint, tokenizer, entries)
    generator = torch.Generator().manual_seed(checkpoint.seed)
    state = random_weights(checkpoint, generator)
    save_file(state, folder / "model.safetensors", {"format": "pt"})
    set_spread(folder, checkpoint, state)
    save_weights(folder, checkpoint, state)
    return tokenizer


def all_pairs(model):
    return pairs.PLAIN + pairs.HARD + pairs.limits(model.max_seq_length)


def check_tokens(model, folder, tokenizer, lines):
    """transformers must agree with the tokenizers library on the file, or on
    the given tokenizer where there is no tokenizer.json."""
    if (folder / "tokenizer.json").exists():
        tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    prompt = model._resolve_prompt(None, None) or ""
    tokenizer.no_padding()
    tokenizer.enable_truncation(model.max_seq_length, strategy="longest_first")
    for line in lines:
        encoding = tokenizer.encode(prompt + common.expand(line["a"]),
                                    common.expand(line["b"]))
        assert encoding.ids == line["ids"], line
        assert encoding.type_ids == line["type_ids"], line


def check_logits(model, checkpoint, lines):
    """The logits must be well spread, exact, and sensitive to mistakes.

    Returns, for the log, by how much each mistake changes some logit.
    """
    right = common.logits(model, lines)
    spread = right[:len(pairs.PLAIN)].std(0).min().item()
    assert spread > 0.3, f"logits spread by {spread} only"
    exact = common.logits(model.double(), lines)
    model.float()
    error = (right - exact).abs().max().item()
    assert error < 3e-5, f"fp32 is off by {error}"

    def change(wrong):
        return (wrong - right).abs().max().item()

    found = {"spread": spread, "fp32 error": error}
    flat = [{**line, "type_ids": [0] * len(line["ids"])} for line in lines]
    found["no types"] = change(common.logits(model, flat))
    norms = [m for m in model.modules() if isinstance(m, torch.nn.LayerNorm)]
    for norm in norms:
        norm.eps = 1e-5 if norm.eps == 1e-12 else 1e-12
    found["other eps"] = change(common.logits(model, lines))
    for norm in norms:
        norm.eps = checkpoint.config["layer_norm_eps"]
    act = checkpoint.config["hidden_act"]
    for layer in model.model.bert.encoder.layer:
        layer.intermediate.intermediate_act_fn = torch.nn.GELU(
            approximate="none" if act == "gelu_new" else "tanh")
    found["other gelu"] = change(common.logits(model, lines))
    assert found["no types"] > 0.05 and found["other gelu"] > 2e-4, found
    assert found["other eps"] > 1e-3 or checkpoint.config[
        "layer_norm_eps"] < 1e-4, found
    return found


def finish(folder, checkpoint, tokenizer):
    """Score the finished checkpoint, check the result, write the golden."""
    model = common.load(folder)
    lines = common.write_golden(folder, model, all_pairs(model))
    check_tokens(model, folder, tokenizer, lines)
    found = check_logits(model, checkpoint, lines)
    print(folder.name, len(lines), "pairs",
          *(f"{name} {value:.1e}" for name, value in found.items()), sep=", ")
    for path in folder.iterdir():
        path.chmod(0o644)               # safetensors writes 600


def make_saved(folder, base):
    """A checkpoint exactly as CrossEncoder.save_pretrained leaves it."""
    with tempfile.TemporaryDirectory() as scratch:
        source = Path(scratch) / "source"
        tokenizer = make_checkpoint(source, SAVED, base)
        model = CrossEncoder(
            str(source), device="cpu", local_files_only=True, max_length=48,
            activation_fn=torch.nn.Tanh(), default_prompt_name="web",
            prompts={"web": "Search the web: ", "faq": "A question: "})
        shutil.rmtree(folder, ignore_errors=True)
        model.save_pretrained(str(folder), create_model_card=False)
    finish(folder, SAVED, tokenizer)


def jsonl(path):
    with gzip.open(path, "rt", encoding="utf-8", newline="\n") as file:
        return [json.loads(line) for line in file]


def data_pairs(data, name, count, rank=0, longest=3000):
    """`count` pairs of a retrieval set, spread evenly over its judgements:
    by turns a question with its own document and with another's."""
    folder = data / name
    queries = {row["_id"]: row["text"]
               for row in jsonl(folder / "queries.jsonl.gz")}
    documents = {row["_id"]: row["text"]
                 for row in jsonl(folder / "corpus.jsonl.gz")}
    with open(folder / "qrels/test.tsv", encoding="utf-8") as file:
        rows = [(row["query-id"], row["corpus-id"])
                for row in csv.DictReader(file, delimiter="\t")]
    rows = [row for row in rows if rank < len(documents[row[1]]) <= longest]
    chosen = []
    for i in range(count):
        at = i * len(rows) // count
        other = (at + (i % 2) * 37) % len(rows)
        chosen.append((queries[rows[at][0]], documents[rows[other][1]]))
    return chosen


def embedded_pairs(data, model):
    found = data_pairs(data, "squad", 30) + data_pairs(data, "nq-oracle", 30)
    found += data_pairs(data, "medquad", 24)
    found += data_pairs(data, "medquad", 6, rank=3000, longest=9000)
    for language in "ar de el en es hi ro ru th tr vi zh".split():
        found += data_pairs(data, f"xquad/{language}", 6, longest=1200)
    return found + all_pairs(model)


def make_embedded(folder, shared):
    """Golden of the model that Juxta embeds; its files are not copied."""
    source = common.REPOSITORY / "juxta-model-default/src/main/resources/dev/juxta/model/embedded"
    model = common.load(source)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    lines = common.write_golden(folder, model,
                                embedded_pairs(shared / "data", model))
    check_tokens(model, source, None, lines)
    print(folder.name, len(lines), "pairs", sep=", ")


def main():
    args = common.arguments(__doc__)
    vocab = args.shared / "data/tokenizers/bert-base-uncased-vocab.txt"
    base = vocab.read_text(encoding="utf-8").split("\n")[:-1]

    def wanted(name):
        return not args.only or name in args.only

    for checkpoint in CHECKPOINTS:
        if wanted(checkpoint.name):
            folder = args.out / checkpoint.name
            tokenizer = make_checkpoint(folder, checkpoint, base)
            finish(folder, checkpoint, tokenizer)
    if wanted(SAVED.name):
        make_saved(args.out / SAVED.name, base)
    if wanted("embedded"):
        make_embedded(args.out / "embedded", args.shared)


if __name__ == "__main__":
    main()
