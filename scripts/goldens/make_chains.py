"""Make the goldens of cross-encoders that are chains of modules, exactly as
CrossEncoder.save_pretrained leaves them, and of text generators.

    python make_chains.py [--out FOLDER] [--only NAME ...]

The encoders and tokenizers are those of make_families.py, which comes first.
"""

import json
import shutil
import tempfile
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from sentence_transformers import CrossEncoder
from sentence_transformers.base.modules import Dense, Transformer
from sentence_transformers.cross_encoder.modules import LogitScore
from sentence_transformers.sentence_transformer.modules import LayerNorm
from sentence_transformers.sentence_transformer.modules import Normalize
from sentence_transformers.sentence_transformer.modules import Pooling

import common
import make_families as families
import pairs


def seeded(modules, seed):
    """Random weights for the modules behind the encoder."""
    generator = torch.Generator().manual_seed(seed)
    for module in modules:
        state = module.state_dict()
        for name in sorted(state):
            noise = torch.randn(state[name].shape, generator=generator)
            if noise.dim() == 2:
                noise *= 2 / noise.shape[1] ** 0.5
            state[name] = 1 + 0.2 * noise if name == "norm.weight" else noise
        module.load_state_dict(state)
    return modules


def ettin(hidden):
    """The chain of the Ettin rerankers."""
    return [Pooling(hidden, pooling_mode="cls"),
            Dense(hidden, 20, bias=False, activation_function=torch.nn.GELU()),
            LayerNorm(20),
            Dense(20, 1, activation_function=torch.nn.Identity(),
                  module_output_name="scores")]


def residual(hidden):
    """Three labels, and the rarer options."""
    return [Pooling(hidden, pooling_mode="mean"), Normalize(),
            Dense(hidden, hidden, activation_function=torch.nn.Tanh(),
                  use_residual=True),
            Dense(hidden, 14, activation_function=torch.nn.ReLU(),
                  use_residual=True),
            Dense(14, 3, bias=False, activation_function=torch.nn.Identity(),
                  module_output_name="scores")]


def encoder(out, source):
    """The encoder of a family's golden, computing in fp32."""
    return Transformer(str(out / source), transformer_task="feature-extraction",
                       model_kwargs={"dtype": torch.float32})


def chain(out, name, source, modules, seed, **options):
    first = encoder(out, source)
    modules = seeded(modules(first.get_embedding_dimension()), seed)
    model = CrossEncoder(modules=[first, *modules], **options)
    model[0].model.half()
    folder = out / name
    shutil.rmtree(folder, ignore_errors=True)
    model.save_pretrained(str(folder), create_model_card=False)
    finish(folder, source)


def generator_config(out, source):
    """A text generator in the clothes of a family's golden."""
    state = load_file(out / source / "model.safetensors")
    state = {key: value for key, value in state.items()
             if not key.startswith("score")}
    config = json.loads((out / source / "config.json").read_text())
    config["architectures"] = [config["architectures"][0].replace(
        "ForSequenceClassification", "ForCausalLM")]
    del config["id2label"], config["label2id"]
    return state, config


def generator(folder, out, source, tied):
    """Scored by the logits of yes and no, without modules.json."""
    state, config = generator_config(out, source)
    config["tie_word_embeddings"] = tied
    if not tied:
        table = state["model.embed_tokens.weight"]
        noise = torch.Generator().manual_seed(7)
        state["lm_head.weight"] = torch.randn(
            table.shape, generator=noise).mul(0.4).to(table.dtype)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    common.write_json(folder / "config.json", config)
    save_file(state, folder / "model.safetensors", {"format": "pt"})
    shutil.copy(out / source / "tokenizer_config.json", folder)
    tokenizer = json.loads((out / source / "tokenizer.json").read_text("utf-8"))
    vocabulary = tokenizer["model"]["vocab"]
    # Two rare tokens become yes and no; nothing is merged into them.
    for word, place in (("yes", 400), ("no", 401)):
        if word not in vocabulary:
            old = next(k for k, v in vocabulary.items() if v == place)
            del vocabulary[old]
            vocabulary[word] = place
            tokenizer["model"]["merges"] = [
                merge for merge in tokenizer["model"]["merges"]
                if old not in ("".join(merge), *merge)]
    (folder / "tokenizer.json").write_text(
        json.dumps(tokenizer, ensure_ascii=False, separators=(",", ":")),
        encoding="utf-8")


def saved_generator(out, name, plain):
    """The same as CrossEncoder.save_pretrained leaves it: one logit alone."""
    with tempfile.TemporaryDirectory() as scratch:
        source = Path(scratch) / "source"
        generator(source, out, plain, tied=True)
        first = Transformer(str(source), transformer_task="text-generation")
        model = CrossEncoder(modules=[first, LogitScore(true_token_id=77)],
                             activation_fn=torch.nn.Identity())
        folder = out / name
        shutil.rmtree(folder, ignore_errors=True)
        model.save_pretrained(str(folder), create_model_card=False)
    finish(folder, plain)


def finish(folder, source):
    checkpoint = next(c for c in families.CHECKPOINTS if c.name == source)
    model = common.load(folder)
    lines = common.write_golden(folder, model, [
        pair for pair in families.some_pairs(checkpoint, checkpoint.limit)])
    expected = json.loads((folder / "expected.json").read_text())
    count = expected["num_labels"]      # id2label may be transformers' default
    if len(expected["labels"]) != count:
        expected["labels"] = [f"LABEL_{i}" for i in range(count)]
        common.write_json(folder / "expected.json", expected)
    spread = torch.tensor([line["logits"] for line in lines])[:9].std(0)
    assert spread.min() > 0.03, spread
    size = sum(p.stat().st_size for p in folder.rglob("*") if p.is_file())
    print(folder.name, len(lines), "pairs", f"{size // 1000} kB",
          f"spread {spread.min():.2f}", sep=", ", flush=True)
    for path in folder.rglob("*"):
        if path.is_file():
            path.chmod(0o644)           # safetensors writes 600


def main():
    args = common.arguments(__doc__)
    wanted = args.only or ["chain-ettin", "chain-residual-3labels",
                           "generator-tied", "generator-untied",
                           "generator-saved", "generator-gemma"]
    if "chain-ettin" in wanted:
        chain(args.out, "chain-ettin", "modernbert", ettin, 200)
    if "chain-residual-3labels" in wanted:
        chain(args.out, "chain-residual-3labels", "electra", residual, 201,
              prompts={"web": "Search: "}, default_prompt_name="web")
    for name, source in (("generator-tied", "qwen3"),
                         ("generator-untied", "llama"),
                         ("generator-gemma", "gemma")):
        if name in wanted:
            generator(args.out / name, args.out, source,
                      not name.endswith("-untied"))
            finish(args.out / name, source)
    if "generator-saved" in wanted:
        saved_generator(args.out, "generator-saved", "mistral")


if __name__ == "__main__":
    main()
