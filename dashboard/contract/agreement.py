"""Decide whether a count agrees with a figure as it was published."""


def agrees(*, own: float | None, published: float, qualifier: str, rounding: int) -> bool:
    """Tell whether ``own`` would be printed as ``published`` is.

    exact: equal; about: equal once rounded to ``rounding``; at_least (余): not below, and
    less than one ``rounding`` above. Any other qualifier is no statement of fact: ValueError.
    """
    if own is None:
        return False
    match qualifier:
        case "exact":
            return own == published
        case "about":
            return abs(own - published) <= rounding / 2
        case "at_least":
            return published <= own < published + rounding
        case _:
            raise ValueError(f"a figure that is '{qualifier}' can't be agreed with")
