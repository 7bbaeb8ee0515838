"""A cross-encoder of one small layer over single characters, with random weights."""

from pathlib import Path


def cross_encoder(folder: Path, characters: str, *, labels: int = 1) -> Path:
    """Write the model below `folder`, for texts of these characters, and return where it is."""
    import torch
    from transformers import BertConfig, BertForSequenceClassification, BertTokenizer

    vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *sorted(set(characters))]
    (folder / "vocab.txt").write_text("\n".join(vocabulary), "utf-8")
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=len(vocabulary),
        hidden_size=32,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=160,
        initializer_range=0.5,
    )
    config.num_labels = labels
    BertForSequenceClassification(config).save_pretrained(folder / "model")
    BertTokenizer(str(folder / "vocab.txt")).save_pretrained(folder / "model")
    return folder / "model"
