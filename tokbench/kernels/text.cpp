#include "text.hpp"

#include <algorithm>
#include <array>

#include "validation.hpp"

namespace tokbench {

namespace {

struct Range {
    char32_t first, last;
};

// The same ranges as UNSOLID in counting/cuts.py; a test holds them together.
constexpr std::array<Range, 27> kUnsolid{{
    {0x00, 0x20},       {0x7F, 0xA0},       {0xAD, 0xAD},       {0x600, 0x605},     {0x61C, 0x61C},
    {0x6DD, 0x6DD},     {0x70F, 0x70F},     {0x890, 0x891},     {0x8E2, 0x8E2},     {0x1680, 0x1680},
    {0x180B, 0x180F},   {0x2000, 0x200F},   {0x2028, 0x202F},   {0x205F, 0x206F},   {0x2581, 0x2581},
    {0x3000, 0x3000},   {0x3164, 0x3164},   {0xD800, 0xF8FF},   {0xFE00, 0xFE0F},   {0xFEFF, 0xFEFF},
    {0xFFA0, 0xFFA0},   {0xFFF0, 0xFFFF},   {0x110BD, 0x110CD}, {0x13430, 0x1343F}, {0x1BCA0, 0x1BCA3},
    {0x1D173, 0x1D17A}, {0xE0000, 0x10FFFF},
}};

bool is_continuation(Byte byte) { return (byte & 0xC0) == 0x80; }

// The length of the character at `at`, 0 if it is not one.
std::size_t valid_length(const Byte *at, const Byte *end) {
    const auto has = [at, end](std::size_t length) {
        if (static_cast<std::size_t>(end - at) < length) return false;
        return std::all_of(at + 1, at + length, is_continuation);
    };
    const Byte lead = *at;
    if (lead < 0x80) return 1;
    if (lead >= 0xC2 && lead <= 0xDF) return has(2) ? 2 : 0;
    if (lead >= 0xE0 && lead <= 0xEF) {
        if (!has(3)) return 0;
        if ((lead == 0xE0 && at[1] < 0xA0) || (lead == 0xED && at[1] > 0x9F)) return 0;
        return 3;
    }
    if (lead < 0xF0 || lead > 0xF4 || !has(4)) return 0;
    if ((lead == 0xF0 && at[1] < 0x90) || (lead == 0xF4 && at[1] > 0x8F)) return 0;
    return 4;
}

}  // namespace

const Byte *invalid_utf8(Span text) {
    if (is_utf8(text)) return text.end;  // found much faster than where it is not
    const Byte *at = text.begin;
    for (std::size_t length = 0; (length = valid_length(at, text.end)) != 0;) at += length;
    return at;
}

bool solid_before(Span text) {
    const Byte *at = text.end - 1;
    while (at > text.begin && is_continuation(*at)) --at;
    if (valid_length(at, text.end) != static_cast<std::size_t>(text.end - at)) return false;
    const char32_t code = decode(at);
    const auto after = std::upper_bound(kUnsolid.begin(), kUnsolid.end(), code,
                                        [](char32_t value, const Range &range) { return value < range.first; });
    return after == kUnsolid.begin() || std::prev(after)->last < code;
}

}  // namespace tokbench
