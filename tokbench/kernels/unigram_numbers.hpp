// Logarithm, exponential and digamma from the four operations alone: the twin of reference/numbers.py.
//
// This must be compiled without contraction to fused multiplications; CMakeLists.txt says so.
#pragma once

#include <bit>
#include <cmath>
#include <cstdint>

namespace tokbench {

constexpr double kLn2 = 0.6931471805599453;
constexpr double kLn2High = 0.693147180369123816490;
constexpr double kLn2Low = 1.90821492927058770002e-10;
constexpr double kSqrtHalf = 0.7071067811865476;

constexpr int kBias = 1023, kFraction = 52;  // of doubles

// As std::frexp and std::ldexp do, of positive numbers; most are parted and scaled without a call.
inline double parted(double x, int& exponent) {
    const auto bits = std::bit_cast<std::uint64_t>(x);
    const auto biased = static_cast<int>(bits >> kFraction);
    if (biased == 0 || biased > 2 * kBias) return std::frexp(x, &exponent);
    exponent = biased - kBias + 1;
    constexpr std::uint64_t kHalf = std::uint64_t{kBias - 1} << kFraction;
    return std::bit_cast<double>((bits & ((std::uint64_t{1} << kFraction) - 1)) | kHalf);
}

inline double scaled(double x, int power) {
    if (power < -900 || power > 900) return std::ldexp(x, power);
    return x * std::bit_cast<double>(static_cast<std::uint64_t>(kBias + power) << kFraction);
}

inline double logarithm(double x) {
    int exponent;
    double mantissa = parted(x, exponent);
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
    const double steps = x / kLn2 + 0.5;
    double power = static_cast<double>(static_cast<std::int64_t>(steps));
    if (power > steps) power -= 1.0;
    const double rest = (x - power * kLn2High) - power * kLn2Low;
    double series = 1.0;
    for (int n = 14; n > 0; --n) series = 1.0 + series * rest / n;
    return scaled(series, static_cast<int>(power));
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

// As Python's round does, to eight decimals (DECIMALS of unigram.py): exactly, halves to the even one, and then to the
// nearest double. Numbers must be small enough that doubles have these decimals.
inline double rounded(double x) {
    constexpr std::int64_t kParts = 100'000'000;
    int exponent;
    const auto mantissa = static_cast<std::int64_t>(std::ldexp(std::frexp(std::abs(x), &exponent), 53));
    const int bits = 53 - exponent;  // of the mantissa behind the point
    if (bits > 100) return 0.0;
    const auto parts = static_cast<unsigned __int128>(mantissa) * kParts;
    const unsigned __int128 half = static_cast<unsigned __int128>(1) << (bits - 1);
    auto whole = static_cast<std::int64_t>(parts >> bits);
    const unsigned __int128 rest = parts & (2 * half - 1);
    if (rest > half || (rest == half && whole % 2 == 1)) ++whole;
    return std::copysign(static_cast<double>(whole) / kParts, x);
}

}  // namespace tokbench
