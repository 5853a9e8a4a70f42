// The pre-tokenizers that find words by classes of characters.
#include <string>

#include "classes.hpp"
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
    std::string replaced;
    for (const Byte *at = text.begin; at < text.end; ++at) {
        if (*at == ' ') replaced += kReplacement;
        else replaced += static_cast<char>(*at);
    }
    for (std::size_t start = 0; start < replaced.size();) {
        std::size_t end = replaced.find(kReplacement, start + 1);
        if (end == std::string::npos) end = replaced.size();
        const auto *bytes = reinterpret_cast<const Byte *>(replaced.data());
        sink.word({bytes + start, bytes + end});
        start = end;
    }
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
