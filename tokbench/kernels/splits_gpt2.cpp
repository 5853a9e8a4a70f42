// GPT-2's expression: 's|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+
#include <algorithm>

#include "ascii.hpp"
#include "expressions.hpp"
#include "splits.hpp"

namespace tokbench {

namespace {

const Byte *gpt2_end(const Reader &reader, const Byte *at) {
    const Byte *contraction = contraction_end(reader, at, false);
    if (contraction != at) return contraction;
    Char first = reader.at(at);
    if (first.code == ' ' && first.end < reader.end()) {
        const Char second = reader.at(first.end);
        if (!second.is(kSpace)) first = second;
    }
    if (first.is(kLetter)) return reader.run_of(first.end, kLetter);
    if (first.is(kNumber)) return reader.run_of(first.end, kNumber);
    if (!first.is(kSpace)) return reader.run(first.end, is_other);
    return white_end(reader, at);
}

// How many bytes before the end of what is known a word's beginning is certain: the longest contraction is 'll.
constexpr int kLookahead = 3;

// Where words begin among 64 bytes of which the first begins one. What follows bytes that are not ASCII is not certain.
std::uint64_t word_begins(const Byte *block, const AsciiMasks &masks) {
    const std::uint64_t white = masks.white, others = masks.others();
    const std::uint64_t after_space = masks.space << 1, after_white = white << 1;
    // Words of letters, digits or others, where the kind changes; a space before them is theirs.
    const auto first_of = [&](std::uint64_t kind) { return kind & ~(kind << 1) & ~after_space; };
    std::uint64_t begins = first_of(masks.letters) | first_of(masks.digits) | first_of(others);
    // White space after words, and of white space that is followed by a word the last character.
    begins |= white & (~after_white | ~(white >> 1));
    each_bit(masks.quotes & (begins | 1), [&](int quote) {
        if (quote + kLookahead > static_cast<int>(kBlock)) return;
        const Byte one = block[quote + 1], two = block[quote + 2];
        int size = 0;
        if (one == 's' || one == 't' || one == 'm' || one == 'd') size = 2;
        else if (((one == 'r' || one == 'v') && two == 'e') || (one == 'l' && two == 'l')) size = 3;
        if (size == 0) return;
        begins &= ~(1ull << (quote + 1));
        if (quote + size < static_cast<int>(kBlock)) begins |= 1ull << (quote + size);
    });
    return begins;
}

// Whether a text begins with a character that is not ASCII, or a space and such a one.
bool begins_high(Span text) { return *text.begin >= 0x80 || (*text.begin == ' ' && text.size() > 1 && text.begin[1] >= 0x80); }

}  // namespace

void split_gpt2(Span text, Sink &sink) {
    const Reader reader(text);
    const Byte *at = text.begin;
    const auto next_word = [&] {
        const Byte *end = gpt2_end(reader, at);
        sink.word({at, end});
        at = end;
    };
    while (text.end - at >= static_cast<std::ptrdiff_t>(kBlock)) {
        const AsciiMasks masks = ascii_masks(at);
        const int known = std::countr_zero(masks.high);
        const std::uint64_t certain = low_bits(std::max(known - kLookahead + 1, 1)) & ~1ull;
        const Byte *block = at;
        at = sink.words(at, block, word_begins(block, masks) & certain);
        // One by one past what is not ASCII, as long as words begin with it, and past a word longer than the block.
        const Byte *past = known < static_cast<int>(kBlock) ? block + known : block;
        while (at < text.end && (at <= past || begins_high({at, text.end}))) next_word();
    }
    while (at < text.end) next_word();
}

}  // namespace tokbench
