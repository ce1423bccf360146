"""How parts check what they are given: one value at a time, one sentence each."""


def count(name, value, least=1):
    """Raise ValueError unless the value is a whole number, `least` or more."""
    if not isinstance(value, int) or isinstance(value, bool) or value < least:
        raise ValueError(f"{name} is {value!r}: it must be a whole number, {least} or more")


def named(name, value, known):
    """Raise ValueError, which lists the known names, unless the value is one of them."""
    if value not in known:
        raise ValueError(f"{name} is {value!r}; known are {', '.join(known)}")
