// Reading and writing UTF-8, one code point at a time.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace tokbench {

constexpr char32_t kNotUtf8 = 0xFFFFFFFF;

// The code point at `at`, which moves behind it; kNotUtf8, with `at` unmoved, where the bytes are none (overlong
// forms, surrogates and code points past U+10FFFF are none either).
inline char32_t read_code_point(std::string_view text, std::size_t& at) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned char lead = byte(at);
    if (lead < 0x80) {
        ++at;
        return lead;
    }
    if (lead < 0xE0) {  // as the next step says, at once: of all bytes GPT-2's alphabet makes one or two
        if (lead < 0xC2 || at + 2 > text.size() || (byte(at + 1) & 0xC0) != 0x80) return kNotUtf8;
        at += 2;
        return static_cast<char32_t>(lead & 0x1F) << 6 | (byte(at - 1) & 0x3F);
    }
    const std::size_t size = lead >= 0xF0 ? 4 : 3;
    if (lead > 0xF4 || at + size > text.size()) return kNotUtf8;
    char32_t point = lead & (0x7F >> size);
    for (std::size_t i = 1; i < size; ++i) {
        if ((byte(at + i) & 0xC0) != 0x80) return kNotUtf8;
        point = (point << 6) | (byte(at + i) & 0x3F);
    }
    if (point < (size == 4 ? 0x10000u : 0x800u) || point > 0x10FFFF || (point >= 0xD800 && point < 0xE000)) return kNotUtf8;
    at += size;
    return point;
}

inline std::string write_code_point(char32_t point) {
    std::string text;
    const auto tail = [&](int shift) { text.push_back(static_cast<char>(0x80 | ((point >> shift) & 0x3F))); };
    if (point < 0x80) {
        text.push_back(static_cast<char>(point));
    } else if (point < 0x800) {
        text.push_back(static_cast<char>(0xC0 | (point >> 6)));
        tail(0);
    } else if (point < 0x10000) {
        text.push_back(static_cast<char>(0xE0 | (point >> 12)));
        tail(6), tail(0);
    } else {
        text.push_back(static_cast<char>(0xF0 | (point >> 18)));
        tail(12), tail(6), tail(0);
    }
    return text;
}

}  // namespace tokbench
