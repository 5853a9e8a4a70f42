"""Logarithm, exponential and digamma from the four operations alone.

What the C library gives differs in the last bit between libraries, and between machines with and without fused
multiplication; sums, products and quotients of doubles do not.
"""

from __future__ import annotations

import math

LN2 = 0.6931471805599453
LN2_HIGH = 0.693147180369123816490
"""The leading bits of ln 2, so that small multiples of it are exact (from fdlibm's e_exp.c)."""
LN2_LOW = 1.90821492927058770002e-10
SQRT_HALF = 0.7071067811865476


def logarithm(x: float) -> float:
    """Return ln x of a positive number, by ln m = 2 artanh((m - 1) / (m + 1)) for its mantissa m near 1."""
    mantissa, exponent = math.frexp(x)
    if mantissa < SQRT_HALF:
        mantissa, exponent = mantissa * 2.0, exponent - 1
    ratio = (mantissa - 1.0) / (mantissa + 1.0)
    square = ratio * ratio
    series = 0.0
    for odd in range(23, 0, -2):
        series = series * square + 1.0 / odd
    return exponent * LN2 + 2.0 * ratio * series


def exponential(x: float) -> float:
    """Return e to the power of x, by the series of the rest that a power of two leaves."""
    power = math.floor(x / LN2 + 0.5)
    rest = (x - power * LN2_HIGH) - power * LN2_LOW
    series = 1.0
    for n in range(14, 0, -1):
        series = 1.0 + series * rest / n
    return math.ldexp(series, power)


def digamma(x: float) -> float:
    """Return the derivative of ln Γ at a positive number, by its asymptotic series above 7 (as in sentencepiece)."""
    below = 0.0
    while x < 7.0:
        below -= 1.0 / x
        x += 1.0
    x -= 0.5
    inverse = 1.0 / (x * x)
    series = 31.0 / 8064.0 - 127.0 / 30720.0 * inverse
    series = 7.0 / 960.0 - series * inverse
    series = 1.0 / 24.0 - series * inverse
    return below + logarithm(x) + series * inverse
