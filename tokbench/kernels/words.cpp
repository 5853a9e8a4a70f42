#include "words.hpp"

#include <algorithm>
#include <string_view>

namespace tokbench {

namespace {

class CountingSink final : public Sink {
  public:
    CountingSink(WordCounter &counter, std::int64_t count) : counter_(counter), count_(count) {}
    void word(Span word) override { counter_.add(word, count_); }

  private:
    WordCounter &counter_;
    std::int64_t count_;
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

Byte normalized(Byte byte, const PlainNormalizer &normalizer) {
    if (normalizer.lower && byte >= 'A' && byte <= 'Z') return byte + 0x20;
    return normalizer.clean && byte < 0x20 ? ' ' : byte;
}

bool changes(const PlainNormalizer &normalizer) { return normalizer.lower || normalizer.clean; }

}  // namespace

bool is_plain(Span text, const PlainNormalizer &normalizer) {
    return normalizer.any || std::all_of(text.begin, text.end, [](Byte byte) {
               return (byte >= 0x20 && byte < 0x7F) || byte == '\t' || byte == '\n' || byte == '\r';
           });
}

void WordCounter::add(Span word, std::int64_t count) {
    if (word.size() > Key::kShort) {
        table_.add_long(word, false, CountTable::hash_long(word), count);
    } else if (word.size() != 0) {
        const Key key = Key::of_short(word, false);
        pending_[waiting_] = {key, key.hash(), count};
        table_.prefetch(pending_[waiting_].hash);
        if (++waiting_ == pending_.size()) settle();
    }
}

void WordCounter::settle() {
    for (std::size_t index = 0; index < waiting_; ++index) {
        const auto &[key, hash, count] = pending_[index];
        table_.add_short(key, hash, count);
    }
    waiting_ = 0;
}

void WordCounter::absorb(WordCounter &other) {
    settle();
    other.settle();
    table_.absorb(other.table_);
}

void WordCounter::add_text(Span text, const Pipeline &pipeline, bool first, std::int64_t count) {
    CountingSink sink(*this, count);
    if (!first || !needs_prefix(text, pipeline.prefix)) return split_all(pipeline.splits, text, sink);
    std::string prefixed(1, ' ');
    prefixed.append(view(text));
    split_all(pipeline.splits, span(prefixed), sink);
}

void WordCounter::add_chunks(const CountTable &chunks, const Pipeline &pipeline, std::size_t part, std::size_t parts) {
    std::string folded;
    chunks.each(part, parts, [&](Span chunk, const CountTable::Entry &entry) {
        if (!is_plain(chunk, pipeline.normalizer)) return;
        if (changes(pipeline.normalizer)) {
            folded.assign(view(chunk));
            for (char &byte : folded) byte = static_cast<char>(normalized(static_cast<Byte>(byte), pipeline.normalizer));
            chunk = span(folded);
        }
        add_text(chunk, pipeline, entry.key.flag(), entry.count);
    });
}

}  // namespace tokbench
