// Sixty-four bytes of text at a time, as the splits see ASCII: bit i of a mask tells of byte i.
#pragma once

#include <bit>

#include "text.hpp"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace tokbench {

constexpr std::size_t kBlock = 64;

struct AsciiMasks {
    std::uint64_t letters = 0;
    std::uint64_t digits = 0;
    std::uint64_t space = 0;  // U+0020
    std::uint64_t white = 0;  // U+0020 and U+0009 to U+000D
    std::uint64_t quotes = 0;  // '
    std::uint64_t high = 0;   // part of a character that is not ASCII

    // All that is neither letter, digit nor white space.
    std::uint64_t others() const { return ~(letters | digits | white | high); }
};

// Printable ASCII, spaces, tabs and line ends.
inline bool is_plain(Byte byte) {
    return (byte >= 0x20 && byte < 0x7F) || byte == '\t' || byte == '\n' || byte == '\r';
}

#ifdef __SSE2__
inline AsciiMasks ascii_masks(const Byte *at) {
    // Whether bytes are `first` .. `first` + `size` - 1: the smallest are, when counted from there.
    const auto between = [](__m128i bytes, char first, char size) {
        const __m128i offset = _mm_sub_epi8(bytes, _mm_set1_epi8(first));
        return _mm_cmpeq_epi8(_mm_min_epu8(offset, _mm_set1_epi8(static_cast<char>(size - 1))), offset);
    };
    AsciiMasks masks;
    for (int part = 0; part < 4; ++part) {
        const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i *>(at) + part);
        const auto bits = [part](__m128i found) {
            return static_cast<std::uint64_t>(static_cast<std::uint32_t>(_mm_movemask_epi8(found))) << (16 * part);
        };
        const __m128i space = _mm_cmpeq_epi8(bytes, _mm_set1_epi8(' '));
        masks.letters |= bits(between(_mm_or_si128(bytes, _mm_set1_epi8(0x20)), 'a', 26));
        masks.digits |= bits(between(bytes, '0', 10));
        masks.space |= bits(space);
        masks.white |= bits(_mm_or_si128(space, between(bytes, '\t', 5)));
        masks.quotes |= bits(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('\'')));
        masks.high |= bits(bytes);
    }
    return masks;
}

// Which bytes are plain: printable, spaces, tabs and line ends.
inline std::uint64_t plain_mask(const Byte *at) {
    std::uint64_t mask = 0;
    for (int part = 0; part < 4; ++part) {
        const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i *>(at) + part);
        const auto is = [bytes](char byte) { return _mm_cmpeq_epi8(bytes, _mm_set1_epi8(byte)); };
        // Bytes above 0x7F are negative.
        const __m128i printable = _mm_andnot_si128(is(0x7F), _mm_cmpgt_epi8(bytes, _mm_set1_epi8(0x1F)));
        const __m128i plain = _mm_or_si128(_mm_or_si128(printable, is('\t')), _mm_or_si128(is('\n'), is('\r')));
        mask |= static_cast<std::uint64_t>(static_cast<std::uint32_t>(_mm_movemask_epi8(plain))) << (16 * part);
    }
    return mask;
}
#else
inline AsciiMasks ascii_masks(const Byte *at) {
    AsciiMasks masks;
    for (std::size_t i = 0; i < kBlock; ++i) {
        const auto bit = [i](bool found) { return static_cast<std::uint64_t>(found) << i; };
        const Byte byte = at[i];
        masks.letters |= bit(static_cast<Byte>((byte | 0x20) - 'a') < 26);
        masks.digits |= bit(static_cast<Byte>(byte - '0') < 10);
        masks.space |= bit(byte == ' ');
        masks.white |= bit(byte == ' ' || static_cast<Byte>(byte - '\t') < 5);
        masks.quotes |= bit(byte == '\'');
        masks.high |= bit(byte >= 0x80);
    }
    return masks;
}

inline std::uint64_t plain_mask(const Byte *at) {
    std::uint64_t mask = 0;
    for (std::size_t i = 0; i < kBlock; ++i) mask |= static_cast<std::uint64_t>(is_plain(at[i])) << i;
    return mask;
}
#endif

// Calls visit(bit) for the bits that are set, the lowest first.
template <class Visit> void each_bit(std::uint64_t bits, Visit visit) {
    for (; bits != 0; bits &= bits - 1) visit(std::countr_zero(bits));
}

// Bits 0 .. count - 1.
constexpr std::uint64_t low_bits(int count) { return count >= 64 ? ~0ull : (1ull << count) - 1; }

}  // namespace tokbench
