"""Make the goldens of the families beside BERT: tiny random checkpoints with
their expected scores.

    python make_families.py [--out FOLDER] [--only NAME ...]

Everything is seeded: a second run writes the same bytes.
"""

import json
import shutil
from dataclasses import dataclass, field
from typing import Callable

import torch
from safetensors.torch import save_file
from tokenizers import processors
from transformers import AutoConfig, AutoModelForSequenceClassification

import common
import pairs
import small_tokenizers as small

WORDPIECE = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
BERT_PAIR = "[CLS]:0 $A:0 [SEP]:0 $B:1 [SEP]:1"
ONE_TYPE_PAIR = "[CLS]:0 $A:0 [SEP]:0 $B:0 [SEP]:0"
FAIRSEQ = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
FAIRSEQ_PAIR = "<s>:0 $A:0 </s>:0 </s>:0 $B:0 </s>:0"
CAMEMBERT = ["<s>NOTUSED", "<pad>", "</s>NOTUSED", "<unk>", "<unk>NOTUSED",
             "<s>", "</s>", "<mask>"]
ALBERT = ["<pad>", "<unk>", "[CLS]", "[SEP]", "[MASK]"]
DEBERTA = ["[PAD]", "[CLS]", "[SEP]", "[UNK]", "[MASK]"]
MODERNBERT = ["[UNK]", "[CLS]", "[SEP]", "[PAD]", "[MASK]"]
QWEN = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
QWEN_SPLIT = (r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}|"
              r" ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+")


def labels(count):
    names = ["contradiction", "entailment", "neutral"] if count == 3 \
        else ["LABEL_0"]
    return {"id2label": {str(i): name for i, name in enumerate(names)},
            "label2id": {name: i for i, name in enumerate(names)}}


def bert_keys(hidden, layers, heads, intermediate, positions, **others):
    """The keys that most families share."""
    return {"hidden_size": hidden, "num_hidden_layers": layers,
            "num_attention_heads": heads, "intermediate_size": intermediate,
            "max_position_embeddings": positions, "layer_norm_eps": 1e-3,
            **others}


def decoder_keys(hidden, layers, heads, intermediate, positions):
    """The same of the decoders."""
    keys = bert_keys(hidden, layers, heads, intermediate, positions)
    del keys["layer_norm_eps"]
    return keys


@dataclass
class Checkpoint:
    """One tiny checkpoint."""
    name: str
    kind: str                       # the class, less ForSequenceClassification
    config: dict                    # less architectures and vocab_size
    tokenizer: Callable
    tokenizer_config: dict
    limit: int                      # model_max_length
    types: bool = False             # token types are fed
    one_label: bool = True
    padded: bool = True             # pairs may end in padding tokens
    dtype: torch.dtype = torch.float16
    rename: Callable = field(default=lambda name: name)
    extra: dict = field(default_factory=dict)   # weights that go unread
    decoder: bool = False           # nothing in it, not even a special token
    long: bool = False              # pairs up to the limit only once or twice
    eps: tuple = ("eps", "variance_epsilon")


def roberta_tokenizer():
    return small.byte_level(FAIRSEQ, processors.RobertaProcessing(
        ("</s>", 2), ("<s>", 0), add_prefix_space=False))


def old_names(name):
    return name.replace("LayerNorm.weight", "LayerNorm.gamma").replace(
        "LayerNorm.bias", "LayerNorm.beta")


FAIRSEQ_NAMES = {"bos_token": "<s>", "cls_token": "<s>", "eos_token": "</s>",
                 "sep_token": "</s>", "pad_token": "<pad>",
                 "unk_token": "<unk>", "mask_token": "<mask>"}
BERT_NAMES = {"cls_token": "[CLS]", "sep_token": "[SEP]", "pad_token": "[PAD]",
              "unk_token": "[UNK]", "mask_token": "[MASK]"}
ALBERT_NAMES = {**BERT_NAMES, "pad_token": "<pad>", "unk_token": "<unk>"}

QWEN_NAMES = {"pad_token": "<|endoftext|>", "eos_token": "<|im_end|>"}

CHECKPOINTS = [
    Checkpoint(
        "roberta", "Roberta",
        {"model_type": "roberta", "pad_token_id": 1, "type_vocab_size": 1,
         **bert_keys(32, 2, 4, 64, 50), "hidden_act": "gelu"},
        roberta_tokenizer, FAIRSEQ_NAMES, 48,
        extra={"lm_head.bias": (420,), "roberta.pooler.dense.bias": (32,)}),
    Checkpoint(
        "xlm-roberta-3labels", "XLMRoberta",
        {"model_type": "xlm-roberta", "pad_token_id": 1, "type_vocab_size": 1,
         **bert_keys(32, 2, 2, 48, 42)},
        lambda: small.unigram(FAIRSEQ, FAIRSEQ_PAIR, "<unk>", split=True),
        FAIRSEQ_NAMES, 40, one_label=False),
    Checkpoint(
        "camembert", "Camembert",
        {"model_type": "camembert", "pad_token_id": 1, "type_vocab_size": 2,
         **bert_keys(24, 2, 3, 48, 46)},
        lambda: small.unigram(CAMEMBERT, "<s>:0 $A:0 </s>:0 </s>:0 $B:1 </s>:1",
                              "<unk>"),
        FAIRSEQ_NAMES, 44, types=True),
    Checkpoint(
        "distilbert-3labels", "DistilBert",
        {"model_type": "distilbert", "pad_token_id": 0, "dim": 32,
         "n_layers": 2, "n_heads": 4, "hidden_dim": 64, "activation": "gelu",
         "max_position_embeddings": 40, "sinusoidal_pos_embds": False},
        lambda: small.wordpiece(WORDPIECE, BERT_PAIR), BERT_NAMES, 40,
        one_label=False, extra={"vocab_projector.bias": (420,)}),
    Checkpoint(
        "electra", "Electra",
        {"model_type": "electra", "pad_token_id": 0, "embedding_size": 20,
         "type_vocab_size": 2, **bert_keys(32, 2, 2, 64, 40)},
        lambda: small.wordpiece(WORDPIECE, BERT_PAIR), BERT_NAMES, 40,
        types=True, rename=old_names),
    Checkpoint(
        "albert-3labels", "Albert",
        {"model_type": "albert", "pad_token_id": 0, "embedding_size": 16,
         "type_vocab_size": 2, "num_hidden_groups": 2, "inner_group_num": 2,
         "hidden_act": "gelu_new", **bert_keys(32, 3, 4, 64, 40)},
        lambda: small.unigram(ALBERT, BERT_PAIR, "<unk>", lowercase=True),
        ALBERT_NAMES, 40, types=True, one_label=False,
        extra={"predictions.bias": (420,)}),
    Checkpoint(
        "mpnet", "MPNet",
        {"model_type": "mpnet", "pad_token_id": 1,
         "relative_attention_num_buckets": 32, **bert_keys(32, 2, 4, 48, 202)},
        lambda: small.wordpiece(["<s>", "<pad>", "</s>", "<unk>", "<mask>"],
                                FAIRSEQ_PAIR, unk="<unk>"),
        FAIRSEQ_NAMES, 200, long=True),
    Checkpoint(
        "deberta-v1", "Deberta",
        {"model_type": "deberta", "pad_token_id": 0, "type_vocab_size": 0,
         "relative_attention": True, "max_relative_positions": -1,
         "position_biased_input": False, "pos_att_type": "c2p|p2c",
         "pooler_hidden_act": "gelu", **bert_keys(32, 2, 4, 64, 40)},
        lambda: small.byte_level(DEBERTA, pair=BERT_PAIR), BERT_NAMES, 40,
        types=True, extra={"lm_predictions.lm_head.bias": (420,)}),
    Checkpoint(
        "deberta-v1-absolute-3labels", "Deberta",
        {"model_type": "deberta", "pad_token_id": 0, "type_vocab_size": 2,
         "embedding_size": 20, "relative_attention": True,
         "max_relative_positions": 12, "position_biased_input": True,
         "pos_att_type": ["c2p"], **bert_keys(24, 2, 2, 48, 40)},
        lambda: small.byte_level(DEBERTA, pair=BERT_PAIR), BERT_NAMES, 40,
        types=True, one_label=False),
    Checkpoint(
        "deberta-v3-3labels", "DebertaV2",
        {"model_type": "deberta-v2", "pad_token_id": 0, "type_vocab_size": 0,
         "relative_attention": True, "max_relative_positions": -1,
         "position_buckets": 16, "norm_rel_ebd": "layer_norm",
         "share_att_key": True, "position_biased_input": False,
         "pos_att_type": ["p2c", "c2p"], **bert_keys(32, 2, 4, 64, 150)},
        lambda: small.unigram(DEBERTA, BERT_PAIR, "[UNK]"), BERT_NAMES, 150,
        types=True, one_label=False, long=True,
        extra={"mask_predictions.dense.bias": (32,)}),
    Checkpoint(
        "deberta-v2-unshared", "DebertaV2",
        {"model_type": "deberta-v2", "pad_token_id": 0, "type_vocab_size": 2,
         "relative_attention": True, "max_relative_positions": 20,
         "share_att_key": False, "position_biased_input": True,
         "pos_att_type": ["p2c"], **bert_keys(24, 2, 3, 48, 40)},
        lambda: small.unigram(DEBERTA, BERT_PAIR, "[UNK]"), BERT_NAMES, 40,
        types=True),
    Checkpoint(
        "modernbert", "ModernBert",
        {"model_type": "modernbert", "pad_token_id": 3, "hidden_size": 32,
         "num_hidden_layers": 4, "num_attention_heads": 4,
         "intermediate_size": 40, "max_position_embeddings": 80,
         "norm_eps": 1e-3, "global_attn_every_n_layers": 3,
         "global_rope_theta": 160000.0, "local_attention": 10,
         "local_rope_theta": 10000.0, "classifier_pooling": "cls",
         "hidden_activation": "gelu"},
        lambda: small.byte_level(MODERNBERT, pair=ONE_TYPE_PAIR), BERT_NAMES,
        80, long=True, extra={"decoder.bias": (420,)}),
    Checkpoint(
        "modernbert-mean-3labels", "ModernBert",
        {"model_type": "modernbert", "pad_token_id": 3, "hidden_size": 24,
         "num_hidden_layers": 3, "num_attention_heads": 2,
         "intermediate_size": 36, "max_position_embeddings": 60,
         "norm_eps": 1e-3, "norm_bias": True, "attention_bias": True,
         "mlp_bias": True, "classifier_bias": True, "local_attention": 7,
         "classifier_activation": "silu",
         "layer_types": ["sliding_attention", "full_attention",
                         "sliding_attention"],
         "rope_parameters": {
             "full_attention": {"rope_type": "default", "rope_theta": 5000.0},
             "sliding_attention": {"rope_type": "default",
                                   "rope_theta": 100.0}},
         "classifier_pooling": "mean", "hidden_activation": "gelu"},
        lambda: small.byte_level(MODERNBERT, pair=ONE_TYPE_PAIR), BERT_NAMES,
        60, one_label=False),
    Checkpoint(
        "qwen3", "Qwen3",
        {"model_type": "qwen3", "pad_token_id": 0, "head_dim": 12,
         "num_key_value_heads": 2, "rms_norm_eps": 1e-3, "hidden_act": "silu",
         "rope_theta": 1000000, "tie_word_embeddings": True,
         "use_sliding_window": False, "sliding_window": None,
         **decoder_keys(32, 2, 4, 48, 60)},
        lambda: small.byte_level(QWEN, split=QWEN_SPLIT), QWEN_NAMES, 60,
        decoder=True),
    Checkpoint(
        "qwen2-3labels", "Qwen2",
        {"model_type": "qwen2", "pad_token_id": 0, "num_key_value_heads": 1,
         "rms_norm_eps": 1e-3, "use_sliding_window": True,
         "sliding_window": 8, "max_window_layers": 1,
         "rope_parameters": {"rope_type": "default", "rope_theta": 500.0},
         **decoder_keys(24, 3, 4, 36, 60)},
        lambda: small.byte_level(QWEN, split=QWEN_SPLIT), QWEN_NAMES, 60,
        one_label=False, decoder=True, extra={"lm_head.weight": (2, 2)}),
    Checkpoint(
        "llama", "Llama",
        {"model_type": "llama", "pad_token_id": 0, "rms_norm_eps": 1e-3,
         "attention_bias": True, "mlp_bias": True,
         **decoder_keys(24, 2, 3, 36, 60)},
        lambda: small.byte_level(QWEN, split=QWEN_SPLIT), QWEN_NAMES, 60,
        decoder=True),
    Checkpoint(
        "mistral", "Mistral",
        {"model_type": "mistral", "pad_token_id": 0, "rms_norm_eps": 1e-3,
         "num_key_value_heads": 3, "sliding_window": 9,
         **decoder_keys(24, 2, 6, 36, 60)},
        lambda: small.byte_level(QWEN, split=QWEN_SPLIT), QWEN_NAMES, 60,
        decoder=True),
    Checkpoint(
        "llama-stretched", "Llama",
        {"model_type": "llama", "pad_token_id": 0, "rms_norm_eps": 1e-3,
         "rope_theta": 100.0,
         "rope_scaling": {"rope_type": "llama3", "factor": 8.0,
                          "low_freq_factor": 1.0, "high_freq_factor": 4.0,
                          "original_max_position_embeddings": 32},
         **decoder_keys(32, 2, 2, 36, 60)},
        lambda: small.byte_level(QWEN, split=QWEN_SPLIT), QWEN_NAMES, 60,
        decoder=True),
    Checkpoint(
        "qwen2-yarn", "Qwen2",
        {"model_type": "qwen2", "pad_token_id": 0, "num_key_value_heads": 1,
         "rms_norm_eps": 1e-3, "rope_theta": 50.0,
         "rope_scaling": {"type": "yarn", "factor": 4.0, "beta_fast": 4,
                          "original_max_position_embeddings": 15},
         **decoder_keys(32, 2, 2, 36, 60)},
        lambda: small.byte_level(QWEN, split=QWEN_SPLIT), QWEN_NAMES, 60,
        decoder=True),
    Checkpoint(
        "mistral-linear", "Mistral",
        {"model_type": "mistral", "pad_token_id": 0, "rms_norm_eps": 1e-3,
         "num_key_value_heads": 3, "sliding_window": None,
         "rope_parameters": {"rope_type": "linear", "factor": 3.0,
                             "rope_theta": 200.0},
         **decoder_keys(24, 2, 6, 36, 60)},
        lambda: small.byte_level(QWEN, split=QWEN_SPLIT), QWEN_NAMES, 60,
        decoder=True),
    Checkpoint(
        "gemma", "Gemma",
        {"model_type": "gemma", "pad_token_id": 0, "rms_norm_eps": 1e-3,
         "head_dim": 16, "num_key_value_heads": 1, "hidden_act": "gelu",
         "rope_theta": 1000.0, **decoder_keys(24, 2, 2, 36, 60)},
        lambda: small.byte_level(QWEN, split=QWEN_SPLIT), QWEN_NAMES, 60,
        decoder=True),
    Checkpoint(
        "deberta-v2-convolution", "DebertaV2",
        {"model_type": "deberta-v2", "pad_token_id": 0, "type_vocab_size": 0,
         "relative_attention": True, "position_buckets": 8,
         "norm_rel_ebd": "layer_norm", "share_att_key": True,
         "position_biased_input": False, "pos_att_type": ["p2c", "c2p"],
         "conv_kernel_size": 3, "conv_act": "gelu", "conv_groups": 2,
         **bert_keys(24, 2, 3, 48, 60)},
        lambda: small.unigram(DEBERTA, BERT_PAIR, "[UNK]"), BERT_NAMES, 60,
        types=True),
    Checkpoint(
        "gemma3", "Gemma3Text",
        {"model_type": "gemma3_text", "pad_token_id": 0, "rms_norm_eps": 1e-3,
         "head_dim": 16, "num_key_value_heads": 1, "sliding_window": 9,
         "query_pre_attn_scalar": 20,
         "layer_types": ["sliding_attention", "full_attention",
                         "sliding_attention"],
         "rope_parameters": {
             "sliding_attention": {"rope_type": "default", "rope_theta": 100.0},
             "full_attention": {"rope_type": "linear", "factor": 3.0,
                                "rope_theta": 1000.0}},
         **decoder_keys(24, 3, 2, 36, 60)},
        lambda: small.byte_level(QWEN, split=QWEN_SPLIT), QWEN_NAMES, 60,
        decoder=True),
    Checkpoint(
        "gemma3-both-ways", "Gemma3Text",
        {"model_type": "gemma3_text", "pad_token_id": 0, "rms_norm_eps": 1e-3,
         "head_dim": 16, "num_key_value_heads": 2, "sliding_window": 10,
         "sliding_window_pattern": 2, "use_bidirectional_attention": True,
         "rope_theta": 1000.0, "rope_local_base_freq": 100.0,
         **decoder_keys(32, 3, 4, 36, 60)},
        lambda: small.byte_level(QWEN, split=QWEN_SPLIT), QWEN_NAMES, 60,
        one_label=False, padded=False),
]


def random_weights(model, generator):
    """The state of a model, every tensor of it random."""
    state = model.state_dict()
    for name in sorted(state):
        shape = state[name].shape
        noise = torch.randn(shape, generator=generator)
        if "rel_embeddings" in name or "relative_attention_bias" in name:
            state[name] = noise
        elif "embed" in name and len(shape) == 2 and "proj" not in name \
                and "mapping" not in name:
            # Small sums, so that the epsilon of the first norm matters.
            state[name] = 0.3 * noise
        elif "norm" in name.lower() and name.endswith("weight"):
            state[name] = 1 + 0.2 * noise
        elif len(shape) == 1:
            state[name] = 0.2 * noise
        else:
            state[name] = 1.3 * noise / shape[1] ** 0.5
    return state


def head(state):
    """The last layer's weight and, where it has one, bias."""
    for name in ("classifier.out_proj", "classifier", "score"):
        if name + ".weight" in state:
            return name + ".weight", name + ".bias"
    raise KeyError("no head")


def save(folder, checkpoint, state):
    tensors = {checkpoint.rename(name): value.to(checkpoint.dtype).contiguous()
               for name, value in state.items()}
    for name, shape in checkpoint.extra.items():
        tensors[name] = torch.ones(shape, dtype=checkpoint.dtype)
    save_file(tensors, folder / "model.safetensors", {"format": "pt"})


def make_checkpoint(folder, checkpoint, seed):
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    tokenizer = checkpoint.tokenizer()
    (folder / "tokenizer.json").write_text(
        json.dumps(json.loads(tokenizer.to_str()), ensure_ascii=False,
                   separators=(",", ":")), encoding="utf-8")
    inputs = ["input_ids", "token_type_ids", "attention_mask"]
    if not checkpoint.types:
        del inputs[1]
    common.write_json(folder / "tokenizer_config.json", {
        **checkpoint.tokenizer_config, "model_input_names": inputs,
        "model_max_length": checkpoint.limit,
        "tokenizer_class": "PreTrainedTokenizerFast"})
    config = {"architectures": [checkpoint.kind + "ForSequenceClassification"],
              **checkpoint.config, **labels(1 if checkpoint.one_label else 3),
              "vocab_size": tokenizer.get_vocab_size()}
    common.write_json(folder / "config.json", config)
    generator = torch.Generator().manual_seed(seed)
    model = AutoModelForSequenceClassification.from_config(
        AutoConfig.from_pretrained(folder))
    state = random_weights(model, generator)
    save(folder, checkpoint, state)
    set_spread(folder, state)
    save(folder, checkpoint, state)
    return tokenizer


def set_spread(folder, state):
    """Scale the head so that the logits of plain pairs spread by one."""
    model = common.load(folder)
    found = torch.stack([
        common.predict(model, a, b, torch.nn.Identity()).reshape(-1)
        for a, b in pairs.PLAIN])
    weight, bias = head(state)
    if bias in state:
        found = found - state[bias]
    factor = 1 / found.std(0)
    state[weight] *= factor[:, None]
    if bias in state:
        state[bias] -= factor * found.mean(0)


def some_pairs(checkpoint, limit):
    """Fewer pairs than BERT has: its checks of text are done there."""
    specials = " ".join(name for name in
                        [t["content"] for t in json.loads(
                            checkpoint.tokenizer().to_str())["added_tokens"]])
    pad = checkpoint.tokenizer_config["pad_token"]
    hard = ["Berlin has " + pad + " people and museums " + pad,
            specials, "I \u2764\ufe0f Berlin \U0001f600!",
            "Cafe\u0301 na\u00efve \uff22\uff45 \u1e9e \ufb01nd",
            "柏林有多少人口？", "tabs\tand\nnew\r\nlines  \u00a0 ", "x" * 101]
    found = pairs.PLAIN[:9]
    found += [(pairs.QUESTION, text) for text in hard]
    found += [(text, pairs.PASSAGE) for text in hard[:3]]
    found += [("", "yes"), ("yes", "")]
    if checkpoint.decoder:
        found += [("yes", pad), (pad, pad + pad)]
    words = pairs.words
    if checkpoint.long:
        return found + [(words(3), words(limit)),
                        (words(limit // 3), words(limit // 3, 5))]
    return found + [
        (words(limit), words(limit, 7)), (words(2), words(limit)),
        (words(limit), words(2)), (words(limit // 2), words(limit // 2, 7)),
        (words(limit // 3), words(limit)), (words(limit), words(limit // 3))]


def check(model, tokenizer, checkpoint, lines):
    """The tokens are the file's; the logits are spread, exact, and sensitive
    to another epsilon."""
    for line in lines:
        a, b = common.expand(line["a"]), common.expand(line["b"])
        if line["length"] == len(line["ids"]):
            assert tokenizer.encode(a, b).ids == line["ids"], (a, b)
    right = common.logits(model, lines)
    spread = right[:9].std(0).min().item()
    assert spread > 0.2, f"logits spread by {spread} only"
    exact = common.logits(model.double(), lines)
    model.float()
    error = (right - exact).abs().max().item()
    assert error < 3e-5, f"fp32 is off by {error}"
    for module in model.modules():
        for name in checkpoint.eps:
            if isinstance(getattr(module, name, None), float):
                setattr(module, name, 1e-5)
    other = (common.logits(model, lines) - right).abs().max().item()
    return {"spread": spread, "fp32 error": error, "other eps": other}


def make(folder, checkpoint, seed):
    tokenizer = make_checkpoint(folder, checkpoint, seed)
    model = common.load(folder)
    chosen = some_pairs(checkpoint, checkpoint.limit)
    if not checkpoint.padded:
        pad = checkpoint.tokenizer_config["pad_token"]
        chosen = [pair for pair in chosen
                  if not common.expand(pair[1]).strip().endswith(pad)]
    lines = common.write_golden(folder, model, chosen)
    found = check(model, tokenizer, checkpoint, lines)
    size = sum(path.stat().st_size for path in folder.iterdir())
    print(folder.name, len(lines), "pairs", f"{size // 1000} kB",
          *(f"{name} {value:.1e}" for name, value in found.items()), sep=", ",
          flush=True)
    for path in folder.iterdir():
        path.chmod(0o644)               # safetensors writes 600


def main():
    args = common.arguments(__doc__)
    for seed, checkpoint in enumerate(CHECKPOINTS, start=100):
        if not args.only or checkpoint.name in args.only:
            make(args.out / checkpoint.name, checkpoint, seed)


if __name__ == "__main__":
    main()
