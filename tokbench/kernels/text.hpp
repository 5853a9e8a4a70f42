// UTF-8: decoding, validating, and the characters before which text may be cut.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace tokbench {

using Byte = std::uint8_t;

struct Span {
    const Byte *begin = nullptr;
    const Byte *end = nullptr;
    std::size_t size() const { return static_cast<std::size_t>(end - begin); }
};

inline std::uint64_t load8(const Byte *from) {
    std::uint64_t value;
    std::memcpy(&value, from, 8);
    return value;
}

inline std::uint64_t load4(const Byte *from) {
    std::uint32_t value;
    std::memcpy(&value, from, 4);
    return value;
}

// The code point at `at`, and where the next one begins. The text must be valid UTF-8.
inline char32_t decode(const Byte *&at) {
    const char32_t lead = *at++;
    if (lead < 0x80) return lead;
    const auto next = [&at]() -> char32_t { return *at++ & 0x3F; };
    if (lead < 0xE0) return ((lead & 0x1F) << 6) | next();
    if (lead < 0xF0) {
        const char32_t high = (lead & 0x0F) << 12, middle = next() << 6;
        return high | middle | next();
    }
    const char32_t high = (lead & 0x07) << 18, upper = next() << 12, lower = next() << 6;
    return high | upper | lower | next();
}

// Where the first byte stands that is not UTF-8 (RFC 3629: no overlong forms, no surrogates); `end` if there is none.
const Byte *invalid_utf8(Span text);

// Whether the character that ends just before `end` keeps its place whatever the normalizer; see counting/cuts.py.
bool solid_before(Span text);

}  // namespace tokbench
