"""Small tokenizers in the form that each family has, trained on the goldens'
own texts."""

import os

os.environ["RAYON_NUM_THREADS"] = "1"       # training sums in one order

from tokenizers import AddedToken, Regex, Tokenizer, decoders  # noqa: E402
from tokenizers import models, normalizers, pre_tokenizers, processors  # noqa: E402
from tokenizers import trainers  # noqa: E402

import pairs  # noqa: E402


def corpus():
    """English words for tokens of many letters, hard texts for odd ones."""
    texts = [text for pair in pairs.PLAIN for text in pair] * 3
    hard = [text for text in pairs.HARD_TEXTS if isinstance(text, str)]
    return texts + [" ".join(pairs.WORDS)] * 8 + [t[:60] for t in hard]


def special(name):
    # <mask> takes the white space before it, as in every family that has it
    return AddedToken(name, lstrip="mask" in name.lower(), special=True,
                      normalized=False)


def template(specials, pair):
    names = {name for name in pair.replace("$A", "").replace("$B", "")
             .replace(":0", "").replace(":1", "").split()}
    single = pair.split(" $B")[0].removesuffix(" </s>") if "</s> </s>" in pair \
        else pair.split(" $B")[0]
    return processors.TemplateProcessing(
        single=single, pair=pair,
        special_tokens=[(name, specials.index(name)) for name in sorted(names)])


def wordpiece(specials, pair, size=420, unk="[UNK]"):
    """BERT's: lower case, punctuation apart, ## inside words."""
    tokenizer = Tokenizer(models.WordPiece(unk_token=unk))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.train_from_iterator(corpus(), trainers.WordPieceTrainer(
        vocab_size=size, special_tokens=[special(s) for s in specials],
        show_progress=False, limit_alphabet=120))
    tokenizer.post_processor = template(specials, pair)
    return tokenizer


def byte_level(specials, post_processor=None, pair=None, size=420,
               prefix_space=False, split=None):
    """GPT-2's, and with `split` Qwen's: BPE over bytes."""
    tokenizer = Tokenizer(models.BPE())
    step = pre_tokenizers.ByteLevel(add_prefix_space=prefix_space,
                                    use_regex=split is None)
    if split is not None:
        tokenizer.normalizer = normalizers.NFC()
        step = pre_tokenizers.Sequence([
            pre_tokenizers.Split(Regex(split), "isolated"), step])
    tokenizer.pre_tokenizer = step
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.train_from_iterator(corpus(), trainers.BpeTrainer(
        vocab_size=size, special_tokens=[special(s) for s in specials],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False))
    tokenizer.post_processor = post_processor or (
        template(specials, pair) if pair else processors.ByteLevel())
    return tokenizer


def unigram(specials, pair, unk, size=400, lowercase=False, split=False):
    """SentencePiece's unigram model as tokenizer.json writes it."""
    tokenizer = Tokenizer(models.Unigram())
    steps = [normalizers.NFKC(), normalizers.Replace(Regex(" {2,}"), " ")]
    if lowercase:
        steps[1:1] = [normalizers.NFKD(), normalizers.StripAccents(),
                      normalizers.Lowercase()]
    tokenizer.normalizer = normalizers.Sequence(steps)
    step = pre_tokenizers.Metaspace(prepend_scheme="always")
    if split:
        step = pre_tokenizers.Sequence([pre_tokenizers.WhitespaceSplit(), step])
    tokenizer.pre_tokenizer = step
    tokenizer.decoder = decoders.Metaspace(prepend_scheme="always")
    tokenizer.train_from_iterator(corpus(), trainers.UnigramTrainer(
        vocab_size=size, special_tokens=[special(s) for s in specials],
        unk_token=unk, show_progress=False))
    tokenizer.post_processor = template(specials, pair)
    return tokenizer
