"""A cross-encoder that began as a bi-encoder, for transformers (trust_remote_code=True). Apache-2.0, by Juxta.

BERT over [CLS] A [SEP] [CLS] B [SEP], each text with positions of its own. Each head adds a learned number to the scores
between the texts; the logits are a linear function of the product of the texts' mean vectors, each of unit length, of how
much the terms of A weigh that are in B, and are not, and of the same for tokens by what the last layer makes of them. Without
layers the means are of the words' vectors, each as its term weighs.
"""
import torch
from torch import nn
from torch.nn import functional
from transformers import BertConfig, PreTrainedModel
from transformers.activations import ACT2FN
from transformers.modeling_outputs import SequenceClassifierOutput


class GatedBertConfig(BertConfig):
    model_type = "juxta_gated_bert"


class Words(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.word_embeddings = nn.Embedding(config.vocab_size, config.hidden_size)


class Embeddings(Words):
    def __init__(self, config):
        super().__init__(config)
        self.position_embeddings = nn.Embedding(config.max_position_embeddings, config.hidden_size)
        self.token_type_embeddings = nn.Embedding(config.type_vocab_size, config.hidden_size)
        self.LayerNorm = nn.LayerNorm(config.hidden_size, eps=config.layer_norm_eps)

    def forward(self, ids, positions, segments):
        return self.LayerNorm(
            self.word_embeddings(ids) + self.token_type_embeddings(segments) + self.position_embeddings(positions))


class SelfAttention(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.heads = config.num_attention_heads
        self.query = nn.Linear(config.hidden_size, config.hidden_size)
        self.key = nn.Linear(config.hidden_size, config.hidden_size)
        self.value = nn.Linear(config.hidden_size, config.hidden_size)
        self.openness = nn.Parameter(torch.zeros(2, self.heads))

    def forward(self, x, segments, mask):
        def heads(y):  # [batch, heads, tokens, width]
            return y.view(*y.shape[:2], self.heads, -1).transpose(1, 2)

        context = look(heads(self.query(x)), heads(self.key(x)), heads(self.value(x)), self.openness, segments, mask)
        return context.transpose(1, 2).reshape(x.shape)


class Projection(nn.Module):
    def __init__(self, width, config):
        super().__init__()
        self.dense = nn.Linear(width, config.hidden_size)
        self.LayerNorm = nn.LayerNorm(config.hidden_size, eps=config.layer_norm_eps)

    def forward(self, x, residual):
        return self.LayerNorm(self.dense(x) + residual)


class Layer(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.attention = nn.ModuleDict({
            "self": SelfAttention(config), "output": Projection(config.hidden_size, config)})
        self.intermediate = nn.ModuleDict({"dense": nn.Linear(config.hidden_size, config.intermediate_size)})
        self.output = Projection(config.intermediate_size, config)
        self.activation = ACT2FN[config.hidden_act]

    def forward(self, x, segments, mask):
        x = self.attention["output"](self.attention["self"](x, segments, mask), x)
        return self.output(self.activation(self.intermediate["dense"](x)), x)


def look(query, key, value, openness, segments, mask, scale=None):
    """Attention [batch, heads, tokens, width] in which openness [2, heads] is added between texts."""
    across = (segments[:, :, None] != segments[:, None, :]).unsqueeze(1)  # [batch, 1, tokens, tokens]
    bias = openness[(segments != 0).long()].transpose(1, 2).unsqueeze(-1) * across  # [batch, heads, tokens, tokens]
    bias = bias.masked_fill(~mask[:, None, None, :], torch.finfo(bias.dtype).min)
    return functional.scaled_dot_product_attention(query, key, value, attn_mask=bias.to(query.dtype), scale=scale)


class Matches(nn.Module):
    """The weight of the first text's tokens whose like is in the second text, and of the others, of unit length."""

    SHARPNESS = 100.0

    def __init__(self, config):
        super().__init__()
        self.openness = nn.Parameter(torch.zeros(2, 1))
        self.match = nn.Linear(config.hidden_size, 1)

    def forward(self, tokens, weight, segments, mask, first):
        token = functional.normalize(tokens, dim=-1)  # [batch, tokens, hidden]
        heads = token.unsqueeze(1)
        best = look(heads, heads, heads, self.openness, segments, mask, self.SHARPNESS).squeeze(1)
        found = functional.relu(self.match(token * best)).squeeze(-1)  # [batch, tokens]
        count = first.sum(1).clamp(min=1)
        both = torch.stack([(found * weight * first).sum(1), (weight * (1 - found) * first).sum(1)], dim=1)
        return functional.normalize(both / count.unsqueeze(1), dim=1)


class Terms(Matches):
    """Of words, with what each weighs."""

    def __init__(self, config):
        super().__init__(config)
        self.importance = nn.Embedding(config.vocab_size, 1)


class GatedBertForSequenceClassification(PreTrainedModel):
    config_class = GatedBertConfig
    base_model_prefix = "bert"

    def __init__(self, config):
        super().__init__(config)
        self.num_labels = config.num_labels
        layers = nn.ModuleList(Layer(config) for _ in range(config.num_hidden_layers))
        embeddings = Embeddings(config) if layers else Words(config)
        self.bert = nn.ModuleDict({"embeddings": embeddings, "encoder": nn.ModuleDict({"layer": layers})})
        self.terms = Terms(config)
        self.interaction = Matches(config) if layers else None
        self.classifier = nn.Linear(config.hidden_size + (4 if layers else 2), config.num_labels)
        self.post_init()

    def _init_weights(self, module):
        pass

    def forward(self, input_ids, attention_mask=None, token_type_ids=None, return_dict=None, **others):
        if token_type_ids is None:
            raise ValueError("a pair needs token_type_ids: they say which text a token is from")
        mask = torch.ones_like(input_ids) if attention_mask is None else attention_mask
        mask = mask.bool()
        second = (token_type_ids != 0) & mask
        first = (token_type_ids == 0) & mask
        positions = torch.where(second, second.cumsum(1), first.cumsum(1)).sub(1).clamp(min=0)
        words = self.bert["embeddings"].word_embeddings(input_ids)
        weight = self.terms.importance(input_ids).squeeze(-1)  # [batch, tokens]
        if self.interaction is None:
            x = words * weight.unsqueeze(-1)
        else:
            x = self.bert["embeddings"](input_ids, positions, token_type_ids)
        for layer in self.bert["encoder"]["layer"]:
            x = layer(x, token_type_ids, mask)

        def direction(chosen):  # [batch, hidden]
            return functional.normalize((x * chosen.unsqueeze(-1)).sum(1), dim=1)

        features = [direction(first) * direction(second), self.terms(words, weight, token_type_ids, mask, first)]
        if self.interaction is not None:
            features.append(self.interaction(x, weight, token_type_ids, mask, first))
        logits = self.classifier(torch.cat(features, dim=1))
        return SequenceClassifierOutput(logits=logits)
