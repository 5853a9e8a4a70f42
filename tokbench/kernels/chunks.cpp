#include "chunks.hpp"

#include <algorithm>

#include "blocks.hpp"

namespace tokbench {

namespace {

// Calls visit(chunk, first) for each chunk of a document; an empty document has none.
template <class Visit> void each_chunk(Span document, const Byte *readable, Cut where, Visit visit) {
    const Byte *start = document.begin;
    std::uint64_t printable_before = 0, high_before = 0;
    for (const Byte *block = document.begin; block < document.end && where != Cut::never; block += 64) {
        const auto size = static_cast<std::size_t>(std::min<std::ptrdiff_t>(64, document.end - block));
        const BlockMasks masks = classify_part(block, size, readable);
        std::uint64_t places = masks.space & ((masks.printable << 1) | printable_before);
        std::uint64_t doubtful = masks.space & ((masks.high << 1) | high_before);
        for (; doubtful != 0 && where == Cut::space; doubtful &= doubtful - 1) {
            const int bit = __builtin_ctzll(doubtful);
            if (solid_before({document.begin, block + bit})) places |= 1ull << bit;
        }
        for (; places != 0; places &= places - 1) {
            const Byte *place = block + __builtin_ctzll(places);
            visit(Span{start, place}, start == document.begin);
            start = place;
        }
        printable_before = masks.printable >> 63;
        high_before = masks.high >> 63;
    }
    if (start < document.end) visit(Span{start, document.end}, start == document.begin);
}

}  // namespace

bool may_end(Span chunk, Cut where) {
    if (where == Cut::never || chunk.size() == 0) return false;
    const Byte last = chunk.end[-1];
    return last < 0x80 ? last > 0x20 && last < 0x7F : where == Cut::space && solid_before(chunk);
}

bool is_cut_before(const Byte *text_begin, const Byte *at, Cut where) {
    return *at == ' ' && may_end({text_begin, at}, where);
}

void ChunkCounter::add(const Texts &texts, const Poll &poll) {
    Pace pace(poll);
    for (std::size_t row = 0; row < texts.rows; ++row) {
        const Span document = texts.document(row);
        if (texts.weight(row) != 0 && !add_document(document, texts.data.end, texts.weight(row), pace)) {
            throw InvalidText(row, static_cast<std::size_t>(invalid_utf8(document) - document.begin));
        }
    }
}

bool ChunkCounter::is_of(Span chunk, std::uint64_t split, std::uint64_t splits) {
    const bool is_long = chunk.size() > Key::kShort;
    return ((is_long ? CountTable::hash_long(chunk) : Key::of_short(chunk, false).hash()) & (splits - 1)) == split;
}

void ChunkCounter::add_counted(const Texts &chunks, const Byte *flags, std::uint64_t split, std::uint64_t splits) {
    table_.reserve(chunks.rows / splits);
    const auto wanted = [&](std::uint64_t hash) { return (hash & (splits - 1)) == split; };
    for (std::size_t row = 0; row < chunks.rows; ++row) {
        const Span chunk{chunks.data.begin + chunks.offsets[row], chunks.data.begin + chunks.offsets[row + 1]};
        const bool flag = flags != nullptr && flags[row] != 0;
        if (chunk.size() > Key::kShort) {
            const std::uint64_t hash = CountTable::hash_long(chunk);
            if (wanted(hash)) table_.add_long(chunk, flag, hash, chunks.weights[row]);
        } else if (chunk.size() != 0) {
            const Key key = Key::of_short(chunk, flag);
            if (wanted(key.hash())) table_.add_short(key, key.hash(), chunks.weights[row]);
        }
    }
}

// A chunk ends where a character ends in valid text, so looking at each distinct chunk once finds all that is not.
bool ChunkCounter::add_document(Span document, const Byte *readable, std::int64_t weight, Pace &pace) {
    bool valid = true;
    const auto validate = [&valid](Span chunk) { valid &= invalid_utf8(chunk) == chunk.end; };
    each_chunk(document, readable, where_, [&](Span chunk, bool first) {
        lookups_.add(chunk, first, weight, readable - chunk.begin >= 16, validate);
        pace.go(chunk.size());
    });
    lookups_.settle(validate);
    return valid;
}

}  // namespace tokbench
