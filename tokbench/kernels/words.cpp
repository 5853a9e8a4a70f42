#include "words.hpp"

#include <algorithm>
#include <bit>
#include <string_view>

#include "ascii.hpp"

namespace tokbench {

namespace {

class CountingSink final : public Sink {
  public:
    CountingSink(WordCounter &counter, std::int64_t count, Span readable, Pace *pace)
        : counter_(counter), count_(count), readable_(readable), pace_(pace) {}

    void move_to(Span readable) override { readable_ = readable; }

  private:
    void take(const Span *words, std::size_t count) override {
        if (count == 0) return;
        counter_.add(words, count, count_, readable_);
        if (pace_ != nullptr) pace_->go(static_cast<std::size_t>(words[count - 1].end - words[0].begin));
    }

    WordCounter &counter_;
    std::int64_t count_;
    Span readable_;
    Pace *pace_;
};

std::string_view view(Span text) { return {reinterpret_cast<const char *>(text.begin), text.size()}; }

Span span(const std::string &text) {
    const auto *begin = reinterpret_cast<const Byte *>(text.data());
    return {begin, begin + text.size()};
}

bool needs_prefix(Span text, Prefix prefix) {
    if (prefix == Prefix::none || text.size() == 0 || *text.begin == ' ') return false;
    return prefix == Prefix::space || !view(text).starts_with("\u2581");
}

// Whether sixteen bytes from `at` lie in `readable`; `at` may be anywhere.
bool has_sixteen(const Byte *at, Span readable) {
    const auto before = reinterpret_cast<std::uintptr_t>(at) - reinterpret_cast<std::uintptr_t>(readable.begin);
    return before <= readable.size() && readable.size() - before >= 16;
}

// Where plain ASCII ends.
const Byte *ascii_end(Span text) {
    const Byte *at = text.begin;
    for (; text.end - at >= static_cast<std::ptrdiff_t>(kBlock); at += kBlock) {
        const std::uint64_t odd = ~plain_mask(at);
        if (odd != 0) return at + std::countr_zero(odd);
    }
    return std::find_if_not(at, text.end, is_plain);
}

// Whether a text begins with a dash or a quotation mark that is common, and left alone by all normalizers with a
// kernel: – — ‘ ’ “ ”.
bool is_common_mark(Span text) {
    if (text.size() < 3 || text.begin[0] != 0xE2 || text.begin[1] != 0x80) return false;
    const Byte last = text.begin[2];
    return last == 0x93 || last == 0x94 || last == 0x98 || last == 0x99 || last == 0x9C || last == 0x9D;
}

}  // namespace

const Byte *plain_end(Span text, const PlainNormalizer &normalizer) {
    if (normalizer.any) return text.end;
    const Byte *odd = ascii_end(text);
    while (is_common_mark({odd, text.end})) odd = ascii_end({odd + 3, text.end});
    return odd;
}

Span fold(Span text, const PlainNormalizer &normalizer, std::vector<Byte> &room) {
    if (!normalizer.lower && !normalizer.clean) return text;
    room.resize(std::max(room.size(), text.size()));
    const Byte offset = normalizer.lower ? 0x20 : 0, least = normalizer.clean ? 0x20 : 0;
    std::transform(text.begin, text.end, room.begin(), [=](Byte byte) -> Byte {
        const Byte lower = static_cast<Byte>(byte - 'A') < 26 ? byte + offset : byte;
        return std::max(lower, least);
    });
    return {room.data(), room.data() + text.size()};
}

void WordCounter::add(const Span *words, std::size_t size, std::int64_t count, Span readable) {
    const bool all_readable = has_sixteen(words[0].begin, readable) && has_sixteen(words[size - 1].begin, readable);
    for (const Span *word = words; word != words + size; ++word) {
        lookups_.add(*word, false, count, all_readable, [](Span) {});
    }
    if (lookups_.any_long()) settle();
}

void WordCounter::absorb(WordCounter &other) {
    settle();
    other.settle();
    table_.absorb(other.table_);
}

void WordCounter::add_text(Span text, const Pipeline &pipeline, bool first, std::int64_t count, Span readable,
                           Pace *pace) {
    CountingSink sink(*this, count, readable, pace);
    if (!first || !needs_prefix(text, pipeline.prefix)) return split_all(pipeline.splits, text, sink);
    std::string prefixed(1, ' ');
    prefixed.append(view(text));
    split_all(pipeline.splits, span(prefixed), sink);
}

void WordCounter::add_chunks(const CountTable &chunks, const Pipeline &pipeline, std::size_t part, std::size_t parts) {
    std::vector<Byte> room;
    chunks.each(part, parts, [&](Span chunk, const CountTable::Entry &entry) {
        if (plain_end(chunk, pipeline.normalizer) != chunk.end) return;
        const Span folded = fold(chunk, pipeline.normalizer, room);
        add_text(folded, pipeline, entry.key.flag(), entry.count, folded);
    });
}

}  // namespace tokbench
