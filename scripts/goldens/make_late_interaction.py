"""Make the goldens of late-interaction models: the original ColBERT's form,
PyLate's, and that of MultiVectorEncoder.save_pretrained.

    python make_late_interaction.py [--out FOLDER] [--only NAME ...]

The encoders and tokenizers are those of the other scripts, which come first.
The reference is sentence-transformers' MultiVectorEncoder, which reads all
three forms.
"""

import json
import random
import shutil

import torch
from safetensors.torch import load_file, save_file
from sentence_transformers import MultiVectorEncoder
from sentence_transformers.base.modules import Dense, Normalize
from sentence_transformers.multi_vector_encoder.modules import MultiVectorMask

import common
import make_chains as chains
import make_embedders as embedders

ROLES = embedders.ROLES


def projection(rows, columns, seed):
    noise = torch.randn(rows, columns,
                        generator=torch.Generator().manual_seed(seed))
    return (noise * 2 / columns ** 0.5).half()


def copied(out, name, source, architecture, drop):
    """Configuration, tokenizer and weights of a golden without its head."""
    folder = out / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for file in ("tokenizer.json", "tokenizer_config.json"):
        shutil.copy(out / source / file, folder)
    config = json.loads((out / source / "config.json").read_text())
    config["architectures"] = [architecture]
    for key in ("id2label", "label2id", "sentence_transformers"):
        config.pop(key, None)
    common.write_json(folder / "config.json", config)
    state = {key: value.half() for key, value
             in load_file(out / source / "model.safetensors").items()
             if not key.startswith(drop)}
    return folder, config, state


def replace_tokens(folder, tokens):
    """Gives the last plain tokens of the vocabulary other names."""
    path = folder / "tokenizer.json"
    tokenizer = json.loads(path.read_text("utf-8"))
    vocabulary = tokenizer["model"]["vocab"]
    last = sorted(vocabulary, key=vocabulary.get)[-len(tokens):]
    for old, new in zip(last, tokens):
        vocabulary[new] = vocabulary.pop(old)
    if "merges" in tokenizer["model"]:
        tokenizer["model"]["merges"] = [
            merge for merge in tokenizer["model"]["merges"]
            if not {"".join(merge), *merge} & set(last)]
    path.write_text(json.dumps(tokenizer, ensure_ascii=False,
                               separators=(",", ":")), encoding="utf-8")
    return {token: vocabulary[token] for token in tokens}


def stanford(out, name):
    folder, config, state = copied(out, name, "bert-tiny-1label", "HF_ColBERT",
                                   ("classifier", "bert.pooler"))
    state["linear.weight"] = projection(16, config["hidden_size"], 400)
    save_file(state, folder / "model.safetensors", {"format": "pt"})
    common.write_json(folder / "artifact.metadata", {
        "query_token_id": "[unused0]", "doc_token_id": "[unused1]",
        "query_token": "[Q]", "doc_token": "[D]", "dim": 16,
        "query_maxlen": 20, "doc_maxlen": 40, "mask_punctuation": True,
        "attend_to_mask_tokens": False, "similarity": "cosine"})
    finish(folder)


def pylate(out, name):
    folder, config, state = copied(out, name, "modernbert", "ModernBertModel",
                                   ("classifier", "head"))
    ids = replace_tokens(folder, ["[Q] ", "[D] "])
    path = folder / "tokenizer.json"
    tokenizer = json.loads(path.read_text("utf-8"))
    tokenizer["added_tokens"] += [
        {"id": id, "content": token, "single_word": False, "lstrip": False,
         "rstrip": False, "normalized": True, "special": False}
        for token, id in ids.items()]
    path.write_text(json.dumps(tokenizer, ensure_ascii=False,
                               separators=(",", ":")), encoding="utf-8")
    save_file(state, folder / "model.safetensors", {"format": "pt"})
    common.write_json(folder / "modules.json", [
        {"idx": 0, "name": "0", "path": "",
         "type": "sentence_transformers.models.Transformer"},
        {"idx": 1, "name": "1", "path": "1_Dense",
         "type": "pylate.models.Dense.Dense"}])
    common.write_json(folder / "sentence_bert_config.json",
                      {"max_seq_length": 60, "do_lower_case": False})
    common.write_json(folder / "config_sentence_transformers.json", {
        "prompts": {}, "default_prompt_name": None,
        "similarity_fn_name": "MaxSim", "model_type": "ColBERT",
        "query_prefix": "[Q] ", "document_prefix": "[D] ", "query_length": 24,
        "document_length": 36, "attend_to_expansion_tokens": True,
        "do_query_expansion": True, "skiplist_words": [",", ".", "e", "nope"]})
    dense = folder / "1_Dense"
    dense.mkdir()
    width = config["hidden_size"]
    common.write_json(dense / "config.json", {
        "in_features": width, "out_features": 12, "bias": False,
        "activation_function": "torch.nn.modules.linear.Identity"})
    save_file({"linear.weight": projection(12, width, 401)},
              dense / "model.safetensors", {"format": "pt"})
    finish(folder)


def saved(out, name):
    first = chains.encoder(out, "xlm-roberta-3labels")
    first.query_expansion = {"strategy": "min", "attend": False,
                             "token": None, "length": 12}
    first.document_length = 30
    width = first.get_embedding_dimension()
    modules = chains.seeded([
        Dense(width, 24, bias=True, activation_function=torch.nn.Tanh(),
              module_input_name="token_embeddings"),
        Dense(24, 10, bias=False, activation_function=torch.nn.Identity(),
              module_input_name="token_embeddings")], 402)
    model = MultiVectorEncoder(
        modules=[first, *modules, MultiVectorMask(skiplist_words=["</s>", "e"]),
                 Normalize(module_input_name="token_embeddings")],
        prompts={"query": "many: ", "document": "people: "},
        similarity_fn_name="meanmaxsim")
    model[0].model.half()
    folder = out / name
    shutil.rmtree(folder, ignore_errors=True)
    model.save_pretrained(str(folder), create_model_card=False)
    finish(folder)


def load(folder):
    random.seed(0)
    torch.manual_seed(0)
    return MultiVectorEncoder(str(folder), device="cpu", local_files_only=True,
                              model_kwargs={"dtype": torch.float32})


def encode(model, text, role):
    function = {"text": model.encode, "query": model.encode_query,
                "document": model.encode_document}[role]
    return function([text], convert_to_numpy=False)[0]


def golden(model, text, role):
    full = common.expand(text)
    prompt = embedders.prompt_of(model, role)
    task = {} if role == "text" else {"task": role}
    features = model.preprocess([full], prompt=prompt or None, **task)
    types = features.get("token_type_ids")
    return {
        "text": text,
        "as": role,
        "ids": features["input_ids"][0].tolist(),
        **({} if types is None else {"type_ids": types[0].tolist()}),
        "attended": int(features["attention_mask"][0].sum()),
        "length": len(model.tokenizer(prompt + full,
                                      truncation=False)["input_ids"]),
        "vectors": [common.floats(row) for row in encode(model, full, role)],
    }


def finish(folder):
    model = load(folder)
    lines = [golden(model, text, role) for role in ROLES
             for text in embedders.TEXTS]
    embedders.write_lines(folder / "golden.jsonl", lines)
    embedders.write_lines(folder / "pairs.jsonl", [
        {"a": a, "b": b, "similarity": common.floats(model.similarity(
            [encode(model, common.expand(a), "query")],
            [encode(model, common.expand(b), "document")]))[0]}
        for a, b in embedders.PAIRS])
    common.write_json(folder / "expected.json", {
        "dimensions": len(lines[0]["vectors"][0]),
        "max_length": model.max_seq_length,
        "similarity": str(model.similarity_fn_name),
    })
    size = sum(p.stat().st_size for p in folder.rglob("*") if p.is_file())
    print(folder.name, len(lines), "texts", f"{size // 1000} kB", sep=", ",
          flush=True)
    for path in folder.rglob("*"):
        if path.is_file():
            path.chmod(0o644)           # safetensors writes 600


def main():
    args = common.arguments(__doc__)
    for name, make in (("colbert-stanford", stanford),
                       ("colbert-pylate", pylate), ("colbert-saved", saved)):
        if not args.only or name in args.only:
            make(args.out, name)


if __name__ == "__main__":
    main()
