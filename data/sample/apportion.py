"""Share out an exact total in whole numbers."""

import numpy as np
from numpy.typing import ArrayLike, NDArray


def apportion(
    total: int,
    weights: ArrayLike,
    *,
    minimum: ArrayLike = 0,
    caps: ArrayLike | None = None,
) -> NDArray[np.int64]:
    """Share ``total`` out by largest remainder, above ``minimum`` and up to ``caps``.

    Raises ValueError when the total lies below the minima or above the caps.
    """
    weights = np.asarray(weights, dtype=float)
    least = np.broadcast_to(np.asarray(minimum, dtype=np.int64), weights.shape)
    most = np.full(weights.shape, np.inf) if caps is None else np.asarray(caps, dtype=float)
    room = np.where(weights > 0, most - least, 0.0)
    left = total - int(least.sum())
    if left < 0 or left > room.sum() or (room < 0).any():
        raise ValueError(
            f"total: {total} must lie between the minima ({least.sum()}) "
            f"and the caps ({least.sum() + room.sum():.0f})"
        )
    shares = np.minimum(room, _level(left, weights, room) * weights)
    whole = np.floor(shares + 1e-9).astype(np.int64)
    remainder = shares - whole
    largest = np.argsort(-remainder, kind="stable")[: left - int(whole.sum())]
    whole[largest] += 1
    return least + whole


def _level(total: int, weights: NDArray[np.float64], room: NDArray[np.float64]) -> float:
    """Find the level at which sum(min(room, level x weight)) is the total."""
    with_weight = weights > 0
    if not with_weight.any():
        return 0.0
    weight, cap = weights[with_weight], room[with_weight]
    full_at = cap / weight
    order = np.argsort(full_at, kind="stable")
    weight, cap, full_at = weight[order], cap[order], full_at[order]
    filled = np.concatenate([[0.0], np.cumsum(cap[:-1])])
    weight_left = np.cumsum(weight[::-1])[::-1]
    level = (total - filled) / weight_left
    first_open = int(np.argmax(level <= full_at * (1 + 1e-12)))
    return float(level[first_open])
