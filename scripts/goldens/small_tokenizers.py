"""Small tokenizers in the form that each family has, made from the goldens'
own texts.

Only BPE is trained by the tokenizers library: its trainers for WordPiece and
unigram break ties by the order of a hash map, another one in every run.
"""

import math
from collections import Counter

from tokenizers import AddedToken, Regex, Tokenizer, decoders
from tokenizers import models, normalizers, pre_tokenizers, processors
from tokenizers import trainers

import pairs


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


def pieces(tokenizer, size, inner=""):
    """The `size` pieces of the corpus's words that save most characters, as
    (piece, how often); those inside a word begin with `inner`. All single
    characters come first, the most frequent of them if they are too many."""
    single, longer = Counter(), Counter()
    for text in corpus():
        text = tokenizer.normalizer.normalize_str(text)
        for word, _ in tokenizer.pre_tokenizer.pre_tokenize_str(text):
            for i in range(len(word)):
                for j in range(i + 1, min(len(word), i + 8) + 1):
                    piece = (inner if i else "") + word[i:j]
                    (single if j == i + 1 else longer)[piece] += 1
    found = sorted(single.items(), key=lambda item: (-item[1], item[0]))
    found = found[:size * 2 // 3]
    gain = sorted(longer.items(),
                  key=lambda item: (-item[1] * (len(item[0]) - 1), item[0]))
    return found + gain[:size - len(found)]


def wordpiece(specials, pair, size=420, unk="[UNK]"):
    """BERT's: lower case, punctuation apart, ## inside words."""
    tokenizer = Tokenizer(models.WordPiece(unk_token=unk))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    entries = specials + [piece for piece, _ in pieces(
        tokenizer, size - len(specials), inner="##")]
    tokenizer.model = models.WordPiece(
        {entry: i for i, entry in enumerate(entries)}, unk_token=unk)
    tokenizer.add_special_tokens([special(name) for name in specials])
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
    found = pieces(tokenizer, size - len(specials))
    total = sum(count for _, count in found)
    tokenizer.model = models.Unigram(
        [(name, 0.0) for name in specials]
        + [(piece, round(math.log(count / total), 6)) for piece, count in found],
        specials.index(unk), False)
    tokenizer.add_special_tokens([special(name) for name in specials])
    tokenizer.post_processor = template(specials, pair)
    return tokenizer
