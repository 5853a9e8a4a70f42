#include "validation.hpp"

#include <array>

#ifdef __SSE2__
#include <tmmintrin.h>
#endif

namespace tokbench {

namespace {

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

constexpr std::uint64_t kHighBits = 0x8080808080808080;

// A state is the lowest six bits; what lies above them is of no use.
constexpr std::uint64_t kState = 63;
void go(std::uint64_t &state, Byte byte) { state = kSteps[byte] >> (state & kState); }

// Two halves at a time, for each step waits for the one before.
bool in_halves(Span text) {
    const Byte *one = text.begin, *middle = text.begin + text.size() / 2;
    while (middle > one && (*middle & 0xC0) == 0x80) --middle;
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

#ifdef __SSE2__
// Keiser and Lemire (2021), "Validating UTF-8 In Less Than One Instruction Per Byte": what is wrong with two bytes that
// follow one another is what three tables agree on, by the halves of the first and the upper half of the second.
enum Wrong : std::uint8_t {
    kTooShort = 1 << 0,      // a lead byte, and no continuation
    kTooLong = 1 << 1,       // ASCII, and a continuation
    kOverlong3 = 1 << 2,
    kTooHigh = 1 << 3,       // past U+10FFFF
    kSurrogate = 1 << 4,
    kOverlong2 = 1 << 5,
    kTooHighOrOverlong4 = 1 << 6,
    kTwoContinuations = 1 << 7,  // right as third or fourth byte only
};

struct Tables {
    alignas(16) std::array<std::uint8_t, 16> upper_of_first, lower_of_first, upper_of_second;
};

constexpr Tables kTables = [] {
    Tables tables{};
    for (unsigned half = 0; half < 16; ++half) {
        tables.upper_of_first[half] = half < 8 ? kTooLong : half < 12 ? kTwoContinuations : kTooShort;
        tables.lower_of_first[half] = kTooShort | kTooLong | kTwoContinuations;
        if (half < 2) tables.lower_of_first[half] |= kOverlong2;
        if (half == 0) tables.lower_of_first[half] |= kOverlong3 | kTooHighOrOverlong4;
        if (half >= 4) tables.lower_of_first[half] |= kTooHigh;
        if (half >= 5) tables.lower_of_first[half] |= kTooHighOrOverlong4;
        if (half == 0xD) tables.lower_of_first[half] |= kSurrogate;
        const bool continuation = half >= 8 && half < 12;
        tables.upper_of_second[half] = continuation ? kTooLong | kTwoContinuations | kOverlong2 : kTooShort;
        if (half == 8) tables.upper_of_second[half] |= kOverlong3 | kTooHighOrOverlong4;
        if (half == 9) tables.upper_of_second[half] |= kOverlong3 | kTooHigh;
        if (half == 10 || half == 11) tables.upper_of_second[half] |= kSurrogate | kTooHigh;
    }
    tables.upper_of_first[0xC] |= kOverlong2;
    tables.upper_of_first[0xE] |= kOverlong3 | kSurrogate;
    tables.upper_of_first[0xF] |= kTooHigh | kTooHighOrOverlong4;
    return tables;
}();

#define TOKBENCH_SSSE3 __attribute__((target("ssse3")))

class Validator {
  public:
    TOKBENCH_SSSE3 void take(const Byte *at) {
        const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i *>(at));
        wrong_ = _mm_or_si128(wrong_, _mm_movemask_epi8(bytes) == 0 ? unfinished_ : wrong_in(bytes));
        // What a last byte, a last but one and a last but two must stay below, if nothing is to follow them.
        constexpr auto any = static_cast<char>(0xFF);
        const __m128i most = _mm_setr_epi8(any, any, any, any, any, any, any, any, any, any, any, any, any,
                                           static_cast<char>(0xEF), static_cast<char>(0xDF), static_cast<char>(0xBF));
        unfinished_ = _mm_subs_epu8(bytes, most);
        before_ = bytes;
    }

    TOKBENCH_SSSE3 bool valid() const {
        const __m128i found = _mm_or_si128(wrong_, unfinished_);
        return _mm_movemask_epi8(_mm_cmpeq_epi8(found, _mm_setzero_si128())) == 0xFFFF;
    }

  private:
    TOKBENCH_SSSE3 __m128i wrong_in(__m128i bytes) const {
        const __m128i first = _mm_alignr_epi8(bytes, before_, 15);
        const __m128i pairs = _mm_and_si128(
            _mm_and_si128(look_up(kTables.upper_of_first, upper(first)), look_up(kTables.lower_of_first, lower(first))),
            look_up(kTables.upper_of_second, upper(bytes)));
        // Two continuations are right where two before a byte leads three, or three before it four.
        const __m128i third = _mm_subs_epu8(_mm_alignr_epi8(bytes, before_, 14), _mm_set1_epi8(0xE0 - 0x80));
        const __m128i fourth = _mm_subs_epu8(_mm_alignr_epi8(bytes, before_, 13), _mm_set1_epi8(0xF0 - 0x80));
        const __m128i due = _mm_and_si128(_mm_or_si128(third, fourth), _mm_set1_epi8(static_cast<char>(0x80)));
        return _mm_xor_si128(due, pairs);
    }

    TOKBENCH_SSSE3 static __m128i look_up(const std::array<std::uint8_t, 16> &table, __m128i halves) {
        return _mm_shuffle_epi8(_mm_load_si128(reinterpret_cast<const __m128i *>(table.data())), halves);
    }
    static __m128i lower(__m128i bytes) { return _mm_and_si128(bytes, _mm_set1_epi8(0x0F)); }
    static __m128i upper(__m128i bytes) { return lower(_mm_srli_epi16(bytes, 4)); }

    __m128i before_ = _mm_setzero_si128(), unfinished_ = _mm_setzero_si128(), wrong_ = _mm_setzero_si128();
};

TOKBENCH_SSSE3 bool by_sixteen(Span text) {
    Validator validator;
    const Byte *at = text.begin;
    for (; text.end - at >= 16; at += 16) validator.take(at);
    std::array<Byte, 16> rest{};
    if (at < text.end) std::memcpy(rest.data(), at, static_cast<std::size_t>(text.end - at));
    validator.take(rest.data());
    return validator.valid();
}
#endif

}  // namespace

bool is_utf8_portable(Span text) { return in_halves(text); }

bool is_utf8(Span text) {
#ifdef __SSE2__
    static const bool can = __builtin_cpu_supports("ssse3");
    if (can) return by_sixteen(text);
#endif
    return is_utf8_portable(text);
}

}  // namespace tokbench
