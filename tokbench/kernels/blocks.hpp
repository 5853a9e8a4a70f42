// Sixty-four bytes at a time: which are spaces, printable ASCII, or part of other characters.
#pragma once

#include "text.hpp"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace tokbench {

// Bit i tells of byte i.
struct BlockMasks {
    std::uint64_t space = 0, printable = 0, high = 0;
};

#ifdef __SSE2__
inline BlockMasks classify_block(const Byte *at) {
    BlockMasks masks;
    for (int part = 0; part < 4; ++part) {
        const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i *>(at) + part);
        const auto bits = [part](__m128i found) {
            return static_cast<std::uint64_t>(static_cast<std::uint32_t>(_mm_movemask_epi8(found))) << (16 * part);
        };
        const __m128i above = _mm_cmpgt_epi8(bytes, _mm_set1_epi8(0x20));
        masks.space |= bits(_mm_cmpeq_epi8(bytes, _mm_set1_epi8(0x20)));
        masks.printable |= bits(_mm_and_si128(above, _mm_cmplt_epi8(bytes, _mm_set1_epi8(0x7F))));
        masks.high |= bits(bytes);
    }
    return masks;
}
#else
inline BlockMasks classify_block(const Byte *at) {
    BlockMasks masks;
    for (int i = 0; i < 64; ++i) {
        masks.space |= static_cast<std::uint64_t>(at[i] == 0x20) << i;
        masks.printable |= static_cast<std::uint64_t>(at[i] > 0x20 && at[i] < 0x7F) << i;
        masks.high |= static_cast<std::uint64_t>(at[i] >> 7) << i;
    }
    return masks;
}
#endif

// The same for a block of which only `size` bytes count; `readable` says how far memory may be read.
inline BlockMasks classify_part(const Byte *at, std::size_t size, const Byte *readable) {
    BlockMasks masks;
    if (readable - at >= 64) {
        masks = classify_block(at);
    } else {
        Byte padded[64] = {};
        std::memcpy(padded, at, size);
        masks = classify_block(padded);
    }
    const std::uint64_t counted = size >= 64 ? ~0ull : (1ull << size) - 1;
    return {masks.space & counted, masks.printable & counted, masks.high & counted};
}

}  // namespace tokbench
