"""Make src/test/resources/tokenizers: small tokenizers in the forms that are
older than tokenizer.json, and the ids that transformers makes of our pairs.

    python make_tokenizers.py [--out FOLDER] [--only NAME ...]

The models are trained here on the texts of pairs.py. Their ids are those of
the tokenizers that transformers' converters (convert_slow_tokenizer.py) build,
with the special tokens that the family's class of transformers 4 adds. Where a
text is plain, SentencePiece itself must give the same pieces.
"""

import io
import json
import shutil
import tempfile
from pathlib import Path
from types import SimpleNamespace

import sentencepiece
import transformers.convert_slow_tokenizer as convert
from tokenizers import (AddedToken, ByteLevelBPETokenizer, Tokenizer,
                        processors)
from tokenizers.models import BPE

import common
import pairs
import small_tokenizers as small

OUT = common.REPOSITORY / "juxta-core/src/test/resources/tokenizers"

# A few rules in place of the 250 kB of the standard map, which xlm-r keeps.
RULES = [("\ufb01", "fi"), ("\u00a0", " "), ("\t", " "), ("\n", " "),
         ("\u200b", ""), ("\uff21", "A"), ("\u2026", "..."), ("\u2581", "_")]


def texts():
    for a, b in pairs.PLAIN:
        yield a
        yield b
    yield " ".join(pairs.words(120))
    for text in pairs.HARD_TEXTS:
        if isinstance(text, str) and len(text) < 300:
            yield text


def train(vocab_size, standard_map=False, plain=False, **options):
    """The bytes of a SentencePiece model."""
    model = io.BytesIO()
    with tempfile.TemporaryDirectory() as scratch:
        rules = Path(scratch) / "rules.tsv"
        rules.write_text("".join(
            " ".join(f"{ord(c):x}" for c in left) + "\t"
            + " ".join(f"{ord(c):x}" for c in right) + "\n"
            for left, right in RULES), encoding="utf-8")
        normalization = ({"normalization_rule_name": "nmt_nfkc"}
                         if standard_map else
                         {"normalization_rule_name": "identity"} if plain else
                         {"normalization_rule_tsv": str(rules)})
        sentencepiece.SentencePieceTrainer.train(
            sentence_iterator=(t.replace("\n", " ") for t in texts()),
            model_writer=model, vocab_size=vocab_size, num_threads=1,
            minloglevel=2, hard_vocab_limit=False, character_coverage=0.98,
            **normalization, **options)
    return model.getvalue()


def original(folder, file, **attributes):
    """What a converter asks of the slow tokenizer, which v5 lacks."""
    processor = sentencepiece.SentencePieceProcessor(
        model_file=str(folder / file))
    result = SimpleNamespace(vocab_file=str(folder / file), **attributes)
    result.ids = {}
    result.convert_tokens_to_ids = lambda token: result.ids[token]
    return result, processor


def with_specials(tokenizer, roles, mask_strips=True):
    """Add the special tokens in the order in which transformers does."""
    tokens = []
    for role in "bos eos unk sep pad cls mask".split():
        if role in roles:
            strips = role == "mask" and mask_strips
            tokens.append(AddedToken(roles[role], lstrip=strips,
                                     normalized=False, special=True))
    tokenizer.add_special_tokens(tokens)
    return tokenizer


def roles(first, last, unk, pad, mask):
    return {"bos": first, "eos": last, "unk": unk, "sep": last, "pad": pad,
            "cls": first, "mask": mask}


def converted(converter_class, slow, ids, special, mask_strips=True):
    slow.ids = ids
    tokenizer = converter_class(slow).converted()
    return with_specials(tokenizer, special, mask_strips)


class Merges:
    """As in transformers 4: merges by the scores of their pieces."""
    fallback = False

    def tokenizer(self, proto):
        scores = self.vocab(proto)
        ids = {piece: i for i, (piece, _) in enumerate(scores)}
        merges = convert.generate_merges(ids, scores)
        tokenizer = Tokenizer(BPE(ids, merges, unk_token="<unk>",
                                  fuse_unk=True, byte_fallback=self.fallback))
        tokenizer.add_tokens([
            AddedToken(piece.piece, normalized=False, special=piece.type == 3)
            for piece in proto.pieces if piece.type in (3, 4)])
        return tokenizer


def xlm_r(folder):
    content = train(600, standard_map=True)
    (folder / "sentencepiece.bpe.model").write_bytes(content)
    write(folder, "config.json", {"model_type": "xlm-roberta"})
    slow, spm = original(folder, "sentencepiece.bpe.model")
    return converted(convert.XLMRobertaConverter, slow, {"<s>": 0, "</s>": 2},
                     roles("<s>", "</s>", "<unk>", "<pad>", "<mask>")), spm, 1


def camembert(folder):
    content = train(600, user_defined_symbols=["<special>", "tower"])
    (folder / "sentencepiece.bpe.model").write_bytes(content)
    write(folder, "config.json", {"model_type": "camembert"})
    write(folder, "tokenizer_config.json",
          {"tokenizer_class": "CamembertTokenizer",
           "additional_special_tokens": ["<s>NOTUSED", "</s>NOTUSED"]})
    slow, spm = original(folder, "sentencepiece.bpe.model")
    # As the class has it: <s> and </s> are pieces of the model, behind the
    # four of fairseq.
    tokenizer = converted(
        convert.CamembertConverter, slow, {"<s>": 5, "</s>": 6},
        roles("<s>", "</s>", "<unk>", "<pad>", "<mask>"))
    return tokenizer, spm, 4


def albert(folder, **flags):
    content = train(600, pad_id=0, unk_id=1, bos_id=-1, eos_id=-1,
                    control_symbols=["[CLS]", "[SEP]"],
                    user_defined_symbols=["[MASK]"])
    (folder / "spiece.model").write_bytes(content)
    write(folder, "config.json", {"model_type": "albert"})
    if flags:
        write(folder, "tokenizer_config.json", flags)
    slow, spm = original(folder, "spiece.model", **{
        "do_lower_case": True, "keep_accents": False, **flags})
    return converted(convert.AlbertConverter, slow, {"[CLS]": 2, "[SEP]": 3},
                     roles("[CLS]", "[SEP]", "<unk>", "<pad>",
                           "[MASK]")), spm, None


def albert_cased(folder):
    return albert(folder, do_lower_case=False, keep_accents=True)


def deberta_v3(folder, split=False):
    content = train(600, pad_id=0, bos_id=1, eos_id=2, unk_id=3,
                    pad_piece="[PAD]", bos_piece="[CLS]", eos_piece="[SEP]",
                    unk_piece="[UNK]")
    (folder / "spm.model").write_bytes(content)
    write(folder, "config.json", {"model_type": "deberta-v2"})
    write(folder, "tokenizer_config.json",
          {"do_lower_case": split, "vocab_type": "spm",
           "split_by_punct": split})
    slow, spm = original(folder, "spm.model", do_lower_case=split,
                         split_by_punct=split)
    return converted(
        convert.DebertaV2Converter, slow, {"[CLS]": 1, "[SEP]": 2},
        roles("[CLS]", "[SEP]", "[UNK]", "[PAD]", "[MASK]"),
        mask_strips=False), spm, None if split else 0


def deberta_v3_split(folder):
    return deberta_v3(folder, split=True)


def t5(folder, converter=convert.T5Converter, **options):
    content = train(600, pad_id=0, eos_id=1, unk_id=2, bos_id=-1, **options)
    (folder / "spiece.model").write_bytes(content)
    write(folder, "config.json", {"model_type": "t5"})
    slow, spm = original(folder, "spiece.model", _extra_ids=100)
    slow.ids = {"</s>": 1}
    tokenizer = converter(slow).converted()
    tokenizer.add_special_tokens([
        AddedToken(f"<extra_id_{i}>", normalized=False, special=True)
        for i in range(99, -1, -1)])
    special = {"eos": "</s>", "unk": "<unk>", "pad": "<pad>"}
    return with_specials(tokenizer, special), spm, 0


def t5_bpe(folder):
    return t5(folder, T5BpeConverter, model_type="bpe")


class T5BpeConverter(Merges, convert.T5Converter):
    pass


class LlamaConverter(Merges, convert.LlamaConverter):
    fallback = True


class GemmaConverter(Merges, convert.GemmaConverter):
    fallback = True


def decoder_template(tokenizer, begin, end=None):
    """As LlamaTokenizerFast of transformers 4 has it."""
    after = [end + ":0"] if end else []
    single = [begin + ":0", "$A:0", *after]
    pair = [*single, begin + ":1", "$B:1", *(x[:-1] + "1" for x in after)]
    tokenizer.post_processor = processors.TemplateProcessing(
        single=" ".join(single), pair=" ".join(pair),
        special_tokens=[(t, tokenizer.token_to_id(t))
                        for t in (begin, end) if t])
    return tokenizer


def llama(folder, legacy=True):
    content = train(900, plain=True, model_type="bpe", byte_fallback=True,
                    split_digits=True, allow_whitespace_only_pieces=True,
                    remove_extra_whitespaces=False)
    (folder / "tokenizer.model").write_bytes(content)
    write(folder, "config.json", {"model_type": "llama"})
    if not legacy:
        write(folder, "tokenizer_config.json", {
            "tokenizer_class": "LlamaTokenizer", "legacy": False,
            "add_eos_token": True})
    slow, spm = original(folder, "tokenizer.model", legacy=legacy,
                         add_prefix_space=True)
    slow.convert_ids_to_tokens = spm.id_to_piece
    tokenizer = with_specials(
        LlamaConverter(slow).converted(),
        {"bos": "<s>", "eos": "</s>", "unk": "<unk>"})
    return decoder_template(tokenizer, "<s>", None if legacy else "</s>"), \
        spm, 0


def llama_first(folder):
    """A space before the first word alone, and a token at the end."""
    return llama(folder, legacy=False)


def gemma(folder):
    content = train(900, plain=True, model_type="bpe", byte_fallback=True,
                    split_digits=True, allow_whitespace_only_pieces=True,
                    remove_extra_whitespaces=False, add_dummy_prefix=False,
                    pad_id=0, eos_id=1, bos_id=2, unk_id=3,
                    bos_piece="<bos>", eos_piece="<eos>",
                    user_defined_symbols=["<start_of_turn>", "<end_of_turn>"])
    (folder / "tokenizer.model").write_bytes(content)
    write(folder, "config.json", {"model_type": "gemma"})
    slow, spm = original(folder, "tokenizer.model", pad_token="<pad>",
                         bos_token="<bos>", eos_token="<eos>")
    tokenizer = with_specials(
        GemmaConverter(slow).converted(),
        {"bos": "<bos>", "eos": "<eos>", "unk": "<unk>", "pad": "<pad>"})
    return decoder_template(tokenizer, "<bos>"), spm, 0


def qwen2(folder):
    special = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
    vocab, merges = byte_level(folder, [])
    added = {name: len(vocab) + i for i, name in enumerate(special)}
    write(folder, "config.json", {"model_type": "qwen3"})
    write(folder, "tokenizer_config.json", {
        "tokenizer_class": "Qwen2Tokenizer", "eos_token": "<|im_end|>",
        "added_tokens_decoder": {str(i): {
            "content": name, "lstrip": False, "normalized": False,
            "rstrip": False, "single_word": False, "special": True}
            for name, i in added.items()}})
    slow = SimpleNamespace(add_prefix_space=False)
    tokenizer = convert.Qwen2Converter(slow).converted(vocab, merges)
    tokenizer.add_special_tokens(
        [AddedToken(name, normalized=False, special=True) for name in special])
    assert all(tokenizer.token_to_id(n) == i for n, i in added.items())
    return tokenizer, None, None


def mpnet(folder):
    entries = small.wordpiece(["<s>", "<pad>", "</s>", "<unk>", "[UNK]"],
                              "<s>:0 $A:0 </s>:0 </s>:0 $B:0 </s>:0").get_vocab()
    entries["<mask>"] = len(entries)
    (folder / "vocab.txt").write_text("".join(
        token + "\n" for token in sorted(entries, key=entries.get)),
        encoding="utf-8")
    write(folder, "config.json", {"model_type": "mpnet"})
    slow = SimpleNamespace(
        vocab=entries, unk_token="[UNK]", cls_token="<s>", sep_token="</s>",
        cls_token_id=entries["<s>"], sep_token_id=entries["</s>"],
        basic_tokenizer=SimpleNamespace(
            tokenize_chinese_chars=True, strip_accents=None,
            do_lower_case=True))
    return with_specials(
        convert.MPNetConverter(slow).converted(),
        roles("<s>", "</s>", "[UNK]", "<pad>", "<mask>")), None, None


def byte_level(folder, special, vocab_size=400):
    trained = ByteLevelBPETokenizer()
    trained.train_from_iterator(texts(), vocab_size=vocab_size,
                                show_progress=False, special_tokens=special)
    trained.save_model(str(folder))
    vocab = json.loads((folder / "vocab.json").read_text(encoding="utf-8"))
    lines = (folder / "merges.txt").read_text(encoding="utf-8").split("\n")
    merges = [tuple(line.split(" ")) for line in lines[1:] if line]
    return vocab, merges


def roberta(folder, prefix=False, **config):
    vocab, merges = byte_level(
        folder, ["<s>", "<pad>", "</s>", "<unk>", "<mask>"])
    write(folder, "config.json", {"model_type": "roberta"})
    if config or prefix:
        write(folder, "tokenizer_config.json",
              {"add_prefix_space": prefix, **config})
    slow = SimpleNamespace(
        encoder=vocab, bpe_ranks={m: i for i, m in enumerate(merges)},
        add_prefix_space=prefix, sep_token="</s>",
        sep_token_id=vocab["</s>"], cls_token="<s>",
        cls_token_id=vocab["<s>"])
    tokenizer = convert.RobertaConverter(slow).converted()
    return with_specials(tokenizer, roles("<s>", "</s>", "<unk>", "<pad>",
                                          "<mask>")), None, None


def roberta_added(folder):
    """Prefix space, and a token that was added after training."""
    tokenizer, *_ = roberta(folder, prefix=True,
                            tokenizer_class="RobertaTokenizer")
    tokenizer.add_tokens([AddedToken("guitar", normalized=False)])
    added = tokenizer.token_to_id("guitar")
    write(folder, "added_tokens.json", {"guitar": added})
    return tokenizer, None, None


def deberta_v1(folder):
    vocab, merges = byte_level(
        folder, ["[CLS]", "[PAD]", "[SEP]", "[UNK]", "[MASK]"])
    write(folder, "config.json", {"model_type": "deberta"})
    slow = SimpleNamespace(
        encoder=vocab, bpe_ranks={m: i for i, m in enumerate(merges)},
        add_prefix_space=False, convert_tokens_to_ids=vocab.get)
    tokenizer = convert.DebertaConverter(slow).converted()
    return with_specials(tokenizer, roles("[CLS]", "[SEP]", "[UNK]", "[PAD]",
                                          "[MASK]")), None, None


def write(folder, name, value):
    (folder / name).write_text(json.dumps(value, indent=1) + "\n",
                               encoding="utf-8")


def check_against_sentencepiece(name, tokenizer, spm, offset):
    """On plain text the original must agree, unknown pieces left out."""
    if spm is None or offset is None:
        return
    for a, b in pairs.PLAIN:
        for text in (a, b):
            ids = tokenizer.encode(text, add_special_tokens=False).ids
            expected = [i + offset for i in spm.encode(text)]
            if spm.unk_id() in spm.encode(text) or "tower" in text:
                continue
            assert ids == expected, (name, text, ids, expected)


FAMILIES = {
    "xlm-r": xlm_r, "camembert": camembert, "albert": albert,
    "albert-cased": albert_cased, "deberta-v3": deberta_v3,
    "deberta-v3-split": deberta_v3_split, "t5": t5, "t5-bpe": t5_bpe,
    "roberta": roberta, "roberta-added": roberta_added,
    "deberta-v1": deberta_v1, "llama": llama, "llama-first": llama_first,
    "gemma": gemma, "qwen2": qwen2, "mpnet": mpnet,
}


def main():
    args = common.arguments(__doc__)
    out = OUT if args.out == common.GOLDEN else args.out
    extra = [("a <mask> b [MASK] c", "<s> x </s> <extra_id_7> [SEP]"),
             ("In 1843, 12, and 7,", "``quoted'' \u00c9t\u00e9  two   spaces "),
             (" the tower <special> guitar", "\ufb01ne\u00a0\uff21\u2026\u200bx")]
    hard = [(pairs.QUESTION, common.expand(text)) for text in pairs.HARD_TEXTS]
    hard = [(a, b) for a, b in hard if len(b) < 3000]
    for name, make in FAMILIES.items():
        if args.only and name not in args.only:
            continue
        folder = out / name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        tokenizer, spm, offset = make(folder)
        check_against_sentencepiece(name, tokenizer, spm, offset)
        with open(folder / "golden.jsonl", "w", encoding="ascii",
                  newline="\n") as file:
            for a, b in pairs.PLAIN + hard + extra:
                encoding = tokenizer.encode(a, b)
                line = {"a": a, "b": b, "ids": encoding.ids}
                file.write(json.dumps(line, separators=(",", ":")) + "\n")
        print(name, tokenizer.get_vocab_size())


if __name__ == "__main__":
    main()
