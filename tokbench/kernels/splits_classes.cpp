// The pre-tokenizers that find words by classes of characters.
#include <algorithm>
#include <cstring>
#include <string_view>

#include "classes.hpp"
#include "mapped_memory.hpp"
#include "splits.hpp"

namespace tokbench {

namespace {

// Pieces: runs of characters of the same kind, where `kind` gives a number, kSingle for a piece of one character, or
// kDropped for what belongs to no piece.
constexpr int kSingle = -1, kDropped = -2;

template <class Kind> void each_run(Span text, Sink &sink, Kind kind) {
    const Reader reader(text);
    const Byte *start = text.begin;
    int running = kDropped;
    for (const Byte *at = text.begin; at < text.end;) {
        const Char next = reader.at(at);
        const int here = kind(next);
        if (here != running || here == kSingle) {
            if (running != kDropped && start < at) sink.word({start, at});
            start = at;
            running = here;
        }
        at = next.end;
    }
    if (running != kDropped && start < text.end) sink.word({start, text.end});
}

constexpr std::string_view kReplacement = "\u2581";

// How many of the next eight bytes come before a space or a byte that may begin a "▁".
std::size_t before_space(const Byte *at) {
    constexpr std::uint64_t kOnes = 0x0101010101010101;
    const std::uint64_t bytes = load8(at);
    // Bytes that are 0 have their high bit set; above the first of them, others may too.
    const auto zeros = [](std::uint64_t bytes) { return (bytes - kOnes) & ~bytes & (kOnes << 7); };
    const auto places_of = [&](Byte byte) { return zeros(bytes ^ (kOnes * byte)); };
    const std::uint64_t found = places_of(' ') | places_of(static_cast<Byte>(kReplacement.front()));
    return static_cast<std::size_t>(std::countr_zero(found)) / 8;
}

}  // namespace

void split_whitespace(Span text, Sink &sink) {
    each_run(text, sink, [](const Char &next) { return next.is(kWhite) ? kDropped : next.is(kWord) ? 1 : 0; });
}

void split_white(Span text, Sink &sink) {
    each_run(text, sink, [](const Char &next) { return next.is(kWhite) ? kDropped : 0; });
}

void split_punctuation(Span text, Sink &sink) {
    each_run(text, sink, [](const Char &next) { return next.is(kMarkup) ? kSingle : 0; });
}

void split_digits(Span text, Sink &sink) {
    each_run(text, sink, [](const Char &next) { return next.is(kNumeric) ? 1 : 0; });
}

void split_each_digit(Span text, Sink &sink) {
    each_run(text, sink, [](const Char &next) { return next.is(kNumeric) ? kSingle : 0; });
}

// Spaces become "▁", and each begins a word.
void split_metaspace(Span text, Sink &sink) {
    constexpr std::size_t kSpare = 16;  // for what is copied or read at once
    const auto spaces = static_cast<std::size_t>(std::count(text.begin, text.end, ' '));
    UnsetVector<Byte> replaced(text.size() + spaces * (kReplacement.size() - 1) + kSpare);
    sink.move_to({replaced.data(), replaced.data() + replaced.size()});
    const Byte *start = replaced.data();
    Byte *to = replaced.data();
    for (const Byte *at = text.begin; at < text.end;) {
        if (text.end - at >= 8) {
            const std::size_t size = before_space(at);
            std::memcpy(to, at, 8);
            to += size;
            at += size;
            if (size == 8) continue;
        }
        const bool replacement = text.end - at >= 3 && std::memcmp(at, kReplacement.data(), kReplacement.size()) == 0;
        if (*at != ' ' && !replacement) {
            *to++ = *at++;
            continue;
        }
        if (start < to) sink.word({start, to});
        start = to;
        to = std::copy(kReplacement.begin(), kReplacement.end(), to);
        at += replacement ? kReplacement.size() : 1;
    }
    if (start < to) sink.word({start, to});
    sink.drain();
}

namespace {

// Runs the splits from `next` to `last`.
void split_by(const Split *next, const Split *last, Span text, Sink &sink);

// Hands what one split gives to the next.
class Chain final : public Sink {
  public:
    Chain(const Split *next, const Split *last, Sink &sink) : next_(next), last_(last), sink_(sink) {}

  private:
    void take(const Span *words, std::size_t count) override {
        for (std::size_t index = 0; index < count; ++index) split_by(next_, last_, words[index], sink_);
    }

    const Split *next_;
    const Split *last_;
    Sink &sink_;
};

void split_by(const Split *next, const Split *last, Span text, Sink &sink) {
    if (next == last) return sink.word(text);
    if (next + 1 == last) return (*next)(text, sink);
    Chain rest(next + 1, last, sink);
    (*next)(text, rest);
    rest.drain();
}

}  // namespace

void split_all(const std::vector<Split> &splits, Span text, Sink &sink) {
    split_by(splits.data(), splits.data() + splits.size(), text, sink);
    sink.drain();
}

}  // namespace tokbench
