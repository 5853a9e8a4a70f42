// Logarithm, exponential and digamma from the four operations alone: the twin of reference/numbers.py.
//
// This must be compiled without contraction to fused multiplications; CMakeLists.txt says so.
#pragma once

#include <cmath>

namespace tokbench {

constexpr double kLn2 = 0.6931471805599453;
constexpr double kLn2High = 0.693147180369123816490;
constexpr double kLn2Low = 1.90821492927058770002e-10;
constexpr double kSqrtHalf = 0.7071067811865476;

inline double logarithm(double x) {
    int exponent;
    double mantissa = std::frexp(x, &exponent);
    if (mantissa < kSqrtHalf) {
        mantissa *= 2.0;
        --exponent;
    }
    const double ratio = (mantissa - 1.0) / (mantissa + 1.0);
    const double square = ratio * ratio;
    double series = 0.0;
    for (int odd = 23; odd > 0; odd -= 2) series = series * square + 1.0 / odd;
    return exponent * kLn2 + 2.0 * ratio * series;
}

inline double exponential(double x) {
    const double power = std::floor(x / kLn2 + 0.5);
    const double rest = (x - power * kLn2High) - power * kLn2Low;
    double series = 1.0;
    for (int n = 14; n > 0; --n) series = 1.0 + series * rest / n;
    return std::ldexp(series, static_cast<int>(power));
}

inline double digamma(double x) {
    double below = 0.0;
    for (; x < 7.0; x += 1.0) below -= 1.0 / x;
    x -= 0.5;
    const double inverse = 1.0 / (x * x);
    double series = 31.0 / 8064.0 - 127.0 / 30720.0 * inverse;
    series = 7.0 / 960.0 - series * inverse;
    series = 1.0 / 24.0 - series * inverse;
    return below + logarithm(x) + series * inverse;
}

}  // namespace tokbench
