"""Exact decimals, (mantissa, exponent), from text and to another power of ten."""


def parse(text: str):
    """(mantissa, exponent) of a plain decimal such as "-12.50"; ValueError else."""
    whole, dot, fraction = text.partition(".")
    digits = whole[1:] if whole[:1] in ("-", "+") else whole
    if not _is_digits(digits) or (dot and not _is_digits(fraction)):
        raise ValueError("not a plain decimal: " + repr(text))
    return int(whole + fraction), -len(fraction)


def _is_digits(text: str) -> bool:
    return bool(text) and all("0" <= c <= "9" for c in text)


def rescale(mantissa: int, exponent: int, wanted: int) -> int:
    """The value as a count of 10 ** `wanted`, rounded towards minus infinity."""
    if exponent >= wanted:
        return mantissa * 10 ** (exponent - wanted)
    return mantissa // 10 ** (wanted - exponent)
