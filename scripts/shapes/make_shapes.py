"""Make checkpoints with random weights in the shapes of real models, to
measure speed on: DeBERTa-v3-small, ModernBERT-base, BERT-base and TinyBERT
with two layers.

    python make_shapes.py OUT [--shared FOLDER] [--only NAME ...]

The tokenizers are made from real ones of ../shared: XLM-R's unigram model cut
to its 32,000 likeliest Latin pieces, RoBERTa's byte-level BPE, and BERT's own
word pieces. Everything
is seeded. The head is scaled so that logits of real pairs spread by one.
"""

import argparse
import csv
import gzip
import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "goldens"))
import torch  # noqa: E402
from safetensors.torch import save_file  # noqa: E402
from transformers import AutoConfig  # noqa: E402
from transformers import AutoModelForSequenceClassification  # noqa: E402

import common  # noqa: E402
import make_families  # noqa: E402

DEBERTA = ["[PAD]", "[CLS]", "[SEP]", "[UNK]", "[MASK]"]
ROBERTA = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
PIECES = 32_000
GAIN = 0.8  # of 1.3 / sqrt(in): deeper networks than the goldens'


def template(specials, first, last, unknown):
    """[CLS] A [SEP] B [SEP], all of type 0."""
    start, end = ({"SpecialToken": {"id": name, "type_id": 0}}
                  for name in (first, last))
    a, b = ({"Sequence": {"id": name, "type_id": 0}} for name in "AB")
    return {"type": "TemplateProcessing",
            "single": [start, a, end], "pair": [start, a, end, b, end],
            "special_tokens": {
                name: {"id": name, "ids": [specials.index(name)],
                       "tokens": [name]} for name in (first, last)}}


def added(specials):
    return [{"id": i, "content": name, "single_word": False,
             "lstrip": name.lower() in ("[mask]", "<mask>"), "rstrip": False,
             "normalized": False, "special": True}
            for i, name in enumerate(specials)]


def latin(piece):
    return all(c == "\u2581" or c.isascii() for c in piece)


def unigram(shared):
    """DeBERTa-v3's kind, with pieces and likelihoods of XLM-R's."""
    path = shared / "data/tokenizers" \
        / "paraphrase-multilingual-mpnet-base-v2.tokenizer.json.gz"
    document = json.loads(gzip.open(path, "rt", encoding="utf-8").read())
    known = [entry for entry in document["model"]["vocab"][5:]
             if latin(entry[0]) and entry[1] < 0 and "<" not in entry[0]]
    known.sort(key=lambda entry: (-entry[1], entry[0]))
    letters = [entry for entry in known if len(entry[0]) == 1]
    words = [entry for entry in known if len(entry[0]) > 1]
    pieces = letters + words[:PIECES - len(DEBERTA) - len(letters)]
    document["model"]["vocab"] = [[name, 0.0] for name in DEBERTA] + pieces
    document["model"]["unk_id"] = DEBERTA.index("[UNK]")
    document["added_tokens"] = added(DEBERTA)
    document["post_processor"] = template(DEBERTA, "[CLS]", "[SEP]", "[UNK]")
    return document, make_families.BERT_NAMES


def byte_level(shared):
    """ModernBERT's kind, with RoBERTa's merges."""
    path = shared / "data/tokenizers/roberta-tokenizer.json"
    document = json.loads(path.read_text(encoding="utf-8"))
    specials = {name: document["model"]["vocab"][name] for name in ROBERTA}
    document["model"]["type"] = "BPE"
    document["added_tokens"] = sorted(
        ({**entry, "id": specials[entry["content"]]}
         for entry in added(ROBERTA)), key=lambda entry: entry["id"])
    document["post_processor"] = template(ROBERTA, "<s>", "</s>", "<unk>")
    return document, make_families.FAIRSEQ_NAMES


def word_piece(shared):
    """BERT's own."""
    path = shared / "models/all-MiniLM-L6-v2/tokenizer.json"
    document = json.loads(path.read_text(encoding="utf-8"))
    return document, make_families.BERT_NAMES


def bert(layers, hidden, heads):
    return (word_piece, "Bert", 512, {
        "model_type": "bert", "hidden_size": hidden,
        "num_hidden_layers": layers, "num_attention_heads": heads,
        "intermediate_size": 4 * hidden, "hidden_act": "gelu",
        "max_position_embeddings": 512, "type_vocab_size": 2,
        "layer_norm_eps": 1e-12, "pad_token_id": 0})


SHAPES = {
    "deberta-v3-small": (unigram, "DebertaV2", 512, {
        "model_type": "deberta-v2", "hidden_size": 768,
        "num_hidden_layers": 6, "num_attention_heads": 12,
        "intermediate_size": 3072, "hidden_act": "gelu",
        "max_position_embeddings": 512, "type_vocab_size": 0,
        "layer_norm_eps": 1e-7, "relative_attention": True,
        "max_relative_positions": -1, "position_buckets": 256,
        "norm_rel_ebd": "layer_norm", "share_att_key": True,
        "pos_att_type": ["p2c", "c2p"], "position_biased_input": False,
        "pooler_hidden_act": "gelu", "pooler_dropout": 0,
        "pad_token_id": 0}),
    "modernbert-base": (byte_level, "ModernBert", 8192, {
        "model_type": "modernbert", "hidden_size": 768,
        "num_hidden_layers": 22, "num_attention_heads": 12,
        "intermediate_size": 1152, "hidden_activation": "gelu",
        "max_position_embeddings": 8192, "norm_eps": 1e-5,
        "global_attn_every_n_layers": 3, "local_attention": 128,
        "global_rope_theta": 160000.0, "local_rope_theta": 10000.0,
        "classifier_pooling": "mean", "pad_token_id": 1}),
    "bert-base": bert(12, 768, 12),
    "tinybert-l2": bert(2, 128, 2),
}


def write_tokenizer(folder, tokenizer, names, limit, types):
    (folder / "tokenizer.json").write_text(
        json.dumps(tokenizer, ensure_ascii=False), encoding="utf-8")
    inputs = ["input_ids", "token_type_ids", "attention_mask"]
    common.write_json(folder / "tokenizer_config.json", {
        **names, "model_max_length": limit,
        "model_input_names": inputs if types else [inputs[0], inputs[2]],
        "tokenizer_class": "PreTrainedTokenizerFast"})


def vocabulary(tokenizer):
    known = tokenizer["model"]["vocab"]
    ids = range(len(known)) if isinstance(known, list) else known.values()
    return max([*ids, *(t["id"] for t in tokenizer["added_tokens"])]) + 1


def random_state(model, seed):
    """As the goldens', with weights that a deep network bears."""
    generator = torch.Generator().manual_seed(seed)
    state = make_families.random_weights(model, generator)
    for name, value in state.items():
        if value.dim() == 2 and "embed" not in name:
            state[name] = value * GAIN
    return state


def set_spread(folder, state, rows):
    """Scale the head so that the logits of real pairs spread by one."""
    model = common.load(folder)
    found = torch.tensor(model.predict(
        rows, activation_fn=torch.nn.Identity(), show_progress_bar=False))
    factor = 1 / found.std()
    offset = state["classifier.bias"]
    state["classifier.bias"] = -factor * (found.mean() - offset)
    state["classifier.weight"] *= factor
    print(folder.name, f"spread {1 / factor:.3g} before scaling")


def make(folder, name, shared, seed, rows):
    tokenizer, kind, limit, config = SHAPES[name]
    document, names = tokenizer(shared)
    folder.mkdir(parents=True, exist_ok=True)
    write_tokenizer(folder, document, names, limit, kind != "ModernBert")
    common.write_json(folder / "config.json", {
        "architectures": [kind + "ForSequenceClassification"], **config,
        **make_families.labels(1), "vocab_size": vocabulary(document)})
    model = AutoModelForSequenceClassification.from_config(
        AutoConfig.from_pretrained(folder))
    state = random_state(model, seed)
    for _ in range(2):
        save_file({key: value.contiguous() for key, value in state.items()},
                  folder / "model.safetensors", {"format": "pt"})
        if _ == 0:
            set_spread(folder, state, rows)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--shared", type=Path,
                        default=common.REPOSITORY.parent / "shared")
    parser.add_argument("--only", nargs="*")
    options = parser.parse_args()
    torch.set_num_threads(2)
    with gzip.open(options.shared / "bench/pairs.tsv.gz", "rt",
                   encoding="utf-8", newline="") as lines:
        rows = [line[:2] for line in csv.reader(
            lines, delimiter="\t", quoting=csv.QUOTE_NONE)][::100]
    for seed, name in enumerate(SHAPES):
        if not options.only or name in options.only:
            make(options.out / name, name, options.shared, seed, rows)


if __name__ == "__main__":
    main()
