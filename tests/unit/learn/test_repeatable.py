"""Sums over shared weights come out the same however the threads run."""

import torch

from kb.learn.repeatable import repeatable


def gradient(rows: torch.Tensor) -> torch.Tensor:
    weights = torch.zeros(50, requires_grad=True)
    torch.sin(weights.exp()[rows] * torch.linspace(0, 9, len(rows))).sum().backward()  # type: ignore[no-untyped-call]
    assert weights.grad is not None
    return weights.grad


def test_many_gradients_of_one_weight_add_up_to_the_same_bits() -> None:
    rows = torch.randint(50, (300_000,), generator=torch.Generator().manual_seed(0))
    with repeatable():
        first = gradient(rows)
        assert all(torch.equal(first, gradient(rows)) for _ in range(5))


def test_it_leaves_torch_as_it_was() -> None:
    with repeatable():
        assert torch.are_deterministic_algorithms_enabled()
    assert not torch.are_deterministic_algorithms_enabled()
