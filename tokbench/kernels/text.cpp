#include "text.hpp"

#include <algorithm>
#include <array>

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

constexpr std::uint64_t kHighBits = 0x8080808080808080;

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

// What a text may go on with. Each state is how far a row of kSteps is to be shifted to come to what follows it.
enum State : std::uint64_t {
    kWhole = 0,     // a character
    kNever = 6,     // nothing: the text is not UTF-8
    kOne = 12,      // so many continuation bytes
    kTwo = 18,
    kThree = 24,
    kAfterE0 = 30,  // two continuation bytes, the first of which is bounded
    kAfterED = 36,
    kAfterF0 = 42,  // three, the first of which is bounded
    kAfterF4 = 48,
};

constexpr State step(State state, unsigned byte) {
    const auto between = [byte](unsigned first, unsigned last) { return byte >= first && byte <= last; };
    switch (state) {
        case kOne: return between(0x80, 0xBF) ? kWhole : kNever;
        case kTwo: return between(0x80, 0xBF) ? kOne : kNever;
        case kThree: return between(0x80, 0xBF) ? kTwo : kNever;
        case kAfterE0: return between(0xA0, 0xBF) ? kOne : kNever;
        case kAfterED: return between(0x80, 0x9F) ? kOne : kNever;
        case kAfterF0: return between(0x90, 0xBF) ? kTwo : kNever;
        case kAfterF4: return between(0x80, 0x8F) ? kTwo : kNever;
        case kNever: return kNever;
        case kWhole: break;
    }
    if (byte < 0x80) return kWhole;
    if (between(0xC2, 0xDF)) return kOne;
    if (byte == 0xE0) return kAfterE0;
    if (byte == 0xED) return kAfterED;
    if (between(0xE1, 0xEF)) return kTwo;
    if (byte == 0xF0) return kAfterF0;
    if (byte == 0xF4) return kAfterF4;
    return between(0xF1, 0xF3) ? kThree : kNever;
}

// By byte, the states that follow all states: a table that is one shift, so that nothing waits for memory.
constexpr auto kSteps = [] {
    std::array<std::uint64_t, 256> steps{};
    for (unsigned byte = 0; byte < 256; ++byte)
        for (std::uint64_t state = kWhole; state <= kAfterF4; state += kNever)
            steps[byte] |= static_cast<std::uint64_t>(step(static_cast<State>(state), byte)) << state;
    return steps;
}();

// A state is the lowest six bits; what lies above them is of no use.
constexpr std::uint64_t kState = 63;
void go(std::uint64_t &state, Byte byte) { state = kSteps[byte] >> (state & kState); }

// Two halves at a time, for each step waits for the one before.
bool is_utf8(Span text) {
    const Byte *one = text.begin, *middle = text.begin + text.size() / 2;
    while (middle > one && is_continuation(*middle)) --middle;
    const Byte *other = middle;
    std::uint64_t state = kWhole, other_state = kWhole;
    while (middle - one >= 8 && text.end - other >= 8) {
        const bool ascii = ((load8(one) | load8(other)) & kHighBits) == 0;
        if (!ascii || ((state | other_state) & kState) != kWhole)
            for (int i = 0; i < 8; ++i) go(state, one[i]), go(other_state, other[i]);
        one += 8, other += 8;
    }
    while (one < middle) go(state, *one++);
    while (other < text.end) go(other_state, *other++);
    return ((state | other_state) & kState) == kWhole;
}

}  // namespace

const Byte *invalid_utf8(Span text) {
    if (is_utf8(text)) return text.end;
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
