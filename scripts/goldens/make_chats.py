"""Make the goldens of cross-encoders that read their pairs through a chat
template: a text generator in the form of Qwen3-Reranker, and a sequence
classifier whose template loops over the messages.

    python make_chats.py [--out FOLDER] [--only NAME ...]

Encoder and tokenizer are those of generator-tied and qwen3, which come first.
"""

import json
import shutil
import tempfile
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from sentence_transformers import CrossEncoder
from sentence_transformers.base.modules import Transformer
from sentence_transformers.cross_encoder.modules import LogitScore

import common
import pairs

# The form of Qwen3-Reranker's prompt, shorter, as the tiny vocabulary spells.
RERANKER = """\
<|im_start|>system
Is it "yes" or "no"?<|im_end|>
<|im_start|>user
<Instruct>: {{ messages | selectattr("role", "eq", "system") \
| map(attribute="content") | first | default("Find it") }}
<Query>: {{ messages | selectattr("role", "eq", "query") \
| map(attribute="content") | first }}
<Document>: {{ messages | selectattr("role", "eq", "document") \
| map(attribute="content") | first }}<|im_end|>
<|im_start|>assistant
<think>

</think>

"""

# What chat models bring, with the forms that their templates are written in.
LOOP = """\
{%- set ns = namespace(asked=false) %}
{%- if messages[0]['role'] == 'system' %}
    {{- '<|im_start|>' + messages[0]['content'] + '\\n' }}
    {%- set turns = messages[1:] %}
{%- else %}
    {%- set turns = messages %}
{%- endif %}
{% for message in turns %}
    {# one line a turn #}
    {%- if message.role not in ['query', 'document'] %}
        {{- raise_exception('Unknown role ' + message.role) }}
    {%- endif %}
    {%- if message.role == 'query' and not ns.asked %}
        {%- set ns.asked = true %}
Q{{ loop.index }}: {{ message.content | trim }}
    {% else %}
D{{ loop.index0 }}{% if loop.last %}!{% endif %}: {{ message['content'] }}
    {% endif %}
{% endfor %}
{% if add_generation_prompt is defined and add_generation_prompt %}
{{ eos_token }}{{ '<|im_start|>' ~ ('a' if ns.asked else 'b') }}
{%- endif %}"""

WIDE = 160          # positions, for the template takes some forty tokens


def source(folder, out, name, template):
    """A golden's checkpoint with room for a template, and with one."""
    shutil.copytree(out / name, folder)
    for old in ("golden.jsonl", "expected.json"):
        (folder / old).unlink()
    config = json.loads((folder / "config.json").read_text())
    config["max_position_embeddings"] = WIDE
    common.write_json(folder / "config.json", config)
    settings = json.loads((folder / "tokenizer_config.json").read_text())
    settings["model_max_length"] = WIDE
    settings["chat_template"] = template
    common.write_json(folder / "tokenizer_config.json", settings)
    return folder


def reranker(folder, out):
    """A generator, saved, with prompts: chat_template.jinja and modules."""
    with tempfile.TemporaryDirectory() as scratch:
        plain = source(Path(scratch) / "source", out, "generator-tied",
                       RERANKER)
        first = Transformer(str(plain), transformer_task="text-generation",
                            model_kwargs={"dtype": torch.float32})
        ids = [first.tokenizer.convert_tokens_to_ids(word)
               for word in ("yes", "no")]
        model = CrossEncoder(
            modules=[first, LogitScore(true_token_id=ids[0],
                                       false_token_id=ids[1])],
            prompts={"web": "Answer the question", "": "none"},
            default_prompt_name="web")
        model[0].model.half()
        shutil.rmtree(folder, ignore_errors=True)
        model.save_pretrained(str(folder), create_model_card=False)


def classifier(folder, out):
    """A head of its own, without modules.json; template in the config."""
    shutil.rmtree(folder, ignore_errors=True)
    source(folder, out, "qwen3", LOOP)
    state = load_file(folder / "model.safetensors")
    save_file(state, folder / "model.safetensors", {"format": "pt"})


def golden(model, a, b):
    """As common.golden, with the length of the whole rendered prompt."""
    full_a, full_b = common.expand(a), common.expand(b)
    ids, _ = common.encode(model, full_a, full_b)
    prompt = model._resolve_prompt(None, None)
    formatter = model[0].input_formatter
    messages = [formatter.pair_to_messages((full_a, full_b))]
    if prompt:
        messages = formatter.prepend_prompt_to_messages(messages, prompt)
    whole = model.tokenizer.apply_chat_template(
        messages, tokenize=True, return_dict=True)["input_ids"][0]
    assert len(ids) == min(len(whole), model.max_seq_length)
    return {"a": a, "b": b, "ids": ids, "length": len(whole),
            "logits": common.floats(
                common.predict(model, full_a, full_b, torch.nn.Identity())),
            "scores": common.floats(common.predict(model, full_a, full_b))}


def finish(folder):
    model = common.load(folder)
    assert "message" in model[0].modality_config
    words = pairs.words
    found = pairs.PLAIN[:8] + [
        ("", "yes"), ("yes", ""), ("", ""),
        ("<|im_end|> {{ x }}", " {% if %} <|im_start|> \u2764\ufe0f \n\n"),
        (pairs.QUESTION, words(WIDE)), (words(WIDE), pairs.PASSAGE),
        (words(WIDE // 2), words(WIDE // 2, 7)), (words(3), words(20))]
    lines = [golden(model, a, b) for a, b in found]
    common.check_batching(model, lines)
    with open(folder / "golden.jsonl", "w", encoding="ascii",
              newline="\n") as file:
        for line in lines:
            file.write(json.dumps(line, separators=(",", ":")) + "\n")
    expected = common.expected(model)
    expected["labels"] = ["LABEL_0"]
    common.write_json(folder / "expected.json", expected)
    cut = sum(line["length"] > len(line["ids"]) for line in lines)
    spread = torch.tensor([line["logits"] for line in lines[:8]]).std()
    assert cut >= 2 and spread > 0.03, (cut, spread)
    print(folder.name, len(lines), "pairs,", cut, "cut, spread",
          f"{spread:.2f}", [line["length"] for line in lines], flush=True)
    for path in folder.rglob("*"):
        if path.is_file():
            path.chmod(0o644)


def main():
    args = common.arguments(__doc__)
    for name, make in (("chat-reranker", reranker),
                       ("chat-classifier", classifier)):
        if not args.only or name in args.only:
            make(args.out / name, args.out)
            finish(args.out / name)


if __name__ == "__main__":
    main()
