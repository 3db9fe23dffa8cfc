"""Make the golden of the gated cross-encoder, Juxta's own kind of BERT:
tiny random checkpoints with the Python that juxta-train writes beside one.

    python make_gated.py [--shared FOLDER] [--out FOLDER]

Everything is seeded: a second run writes the same bytes.
"""

import json
import shutil

import torch
from safetensors.torch import save_file

import common
import make_bert
import pairs


def checkpoint(name, seed, layers):
    return make_bert.Checkpoint(
        name, seed, 1700,
        make_bert.bert(48, layers, 4, 96, 64, layer_norm_eps=1e-12,
                       **make_bert.ONE_LABEL),
        tokenizer_config={
            "do_lower_case": True, "model_max_length": 80,
            "model_input_names": ["input_ids", "token_type_ids",
                                  "attention_mask"],
            "tokenizer_class": "PreTrainedTokenizerFast", "pad_token": "[PAD]",
            "unk_token": "[UNK]", "cls_token": "[CLS]", "sep_token": "[SEP]"})


CHECKPOINTS = [checkpoint("gated-bert", 11, 3),
               checkpoint("gated-bert-no-layers", 12, 0)]


def edit(path, change):
    content = json.loads(path.read_text(encoding="utf-8"))
    change(content)
    common.write_json(path, content)


def gated(config):
    config.update(
        model_type="juxta_gated_bert",
        architectures=["GatedBertForSequenceClassification"],
        sentence_transformers={"activation_fn": make_bert.SIGMOID},
        auto_map={
            "AutoConfig": "modeling_gated_bert.GatedBertConfig",
            "AutoModelForSequenceClassification":
                "modeling_gated_bert.GatedBertForSequenceClassification"})


def both_alone(tokenizer):
    """Pairs are both texts as they are alone."""
    processor = tokenizer["post_processor"]
    processor["pair"] = [
        {kind: {"id": "AB"[text] if kind == "Sequence" else piece["id"],
                "type_id": text}}
        for text in (0, 1) for entry in processor["single"]
        for kind, piece in entry.items()]


def weights(made):
    generator = torch.Generator().manual_seed(made.seed)
    state = make_bert.random_weights(made, generator)
    state = {name: value for name, value in state.items()
             if "pooler" not in name}
    for layer in range(made.config["num_hidden_layers"]):
        state[f"bert.encoder.layer.{layer}.attention.self.openness"] = (
            torch.randn(2, made.config["num_attention_heads"],
                        generator=generator) - 0.5)
    hidden = made.config["hidden_size"]
    noise = torch.randn(made.vocab_size, 1, generator=generator)
    if not made.config["num_hidden_layers"]:
        state = {name: value for name, value in state.items()
                 if name == "bert.embeddings.word_embeddings.weight"
                 or "bert" not in name}
    state["terms.openness"] = torch.tensor([[1000.0], [900.0]])
    state["terms.match.weight"] = 5 + torch.randn(1, hidden, generator=generator)
    state["terms.match.bias"] = torch.tensor([-4.0])
    state["terms.importance.weight"] = 2 + noise
    columns = [3.0, -2.0]
    if made.config["num_hidden_layers"]:
        state["interaction.openness"] = torch.tensor([[900.0], [1000.0]])
        state["interaction.match.weight"] = 1 + torch.randn(
            1, hidden, generator=generator) / 2
        state["interaction.match.bias"] = torch.tensor([0.1])
        columns += [4.0, -5.0]
    state["classifier.weight"] = torch.cat(
        [30 * state["classifier.weight"], torch.tensor([columns])], 1)
    return state


def save(folder, state):
    save_file({name: value.contiguous() for name, value in state.items()},
              folder / "model.safetensors", {"format": "pt"})


def check(model, lines):
    """What would go unseen if an engine forgot it changes some logit."""
    right = common.logits(model, lines)
    hidden = model.model.config.hidden_size
    for matches in model.model.classifier.weight.data[:, hidden:].split(2, 1):
        kept = matches.clone()
        matches.zero_()
        change = (common.logits(model, lines) - right).std().item()
        assert change > 0.1, change
        matches.copy_(kept)
    assert right[:len(pairs.PLAIN)].std(0).min() > 0.3, right
    if not model.model.config.num_hidden_layers:
        model.model.classifier.weight.data[:, hidden:] = 0
        right = common.logits(model, lines)
        model.model.terms.importance.weight.data[:] = 1
        change = (common.logits(model, lines) - right).std().item()
        assert change > 0.1, change
        return change
    for layer in model.model.bert["encoder"]["layer"]:
        layer.attention["self"].openness.data.zero_()
    change = (common.logits(model, lines) - right).abs().max().item()
    assert change > 0.1, change
    return change


def main():
    args = common.arguments(__doc__)
    vocab = args.shared / "data/tokenizers/bert-base-uncased-vocab.txt"
    base = vocab.read_text(encoding="utf-8").split("\n")[:-1]
    for made in CHECKPOINTS:
        make(made, base, args.out / made.name)


def make(made, base, folder):
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    entries = make_bert.vocabulary.build(
        base, made.vocab_size, cased=False, accents=False, unused=3)
    common.write_json(folder / "config.json", {
        **made.config, "vocab_size": len(entries)})
    make_bert.save_tokenizer(
        folder, made, make_bert.backend(made, entries), entries)
    edit(folder / "config.json", gated)
    edit(folder / "tokenizer.json", both_alone)
    state = weights(made)
    save(folder, state)
    found = torch.stack([
        common.predict(common.load(folder), a, b, torch.nn.Identity()).reshape(-1)
        for a, b in pairs.PLAIN]) - state["classifier.bias"]
    factor = 1 / found.std(0)
    state["classifier.weight"] *= factor[:, None]
    state["classifier.bias"] -= factor * found.mean(0)
    save(folder, state)
    model = common.load(folder)
    lines = common.write_golden(folder, model, make_bert.all_pairs(model))
    print(folder.name, len(lines), "pairs, closed", check(model, lines))
    for path in folder.iterdir():
        path.chmod(0o644)


if __name__ == "__main__":
    main()
