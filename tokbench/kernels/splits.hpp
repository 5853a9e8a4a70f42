// The pre-tokenizers of Hugging Face `tokenizers` that have a kernel, and how they follow one another.
#pragma once

#include <array>
#include <bit>
#include <utility>
#include <vector>

#include "text.hpp"

namespace tokbench {

// Takes the words of a text, in order, many at a time.
class Sink {
  public:
    virtual ~Sink() = default;

    void word(Span word) {
        words_[waiting_++] = word;
        if (waiting_ == words_.size()) drain();
    }

    // Takes up to 64 words that follow one another: begins[i] is where the next of them begins.
    const Byte *words(const Byte *at, const Byte *block, std::uint64_t begins) {
        if (words_.size() - waiting_ < 64) drain();
        Span *to = words_.data() + waiting_;
        for (; begins != 0; begins &= begins - 1) {
            const Byte *next = block + std::countr_zero(begins);
            *to++ = {at, next};
            at = next;
        }
        waiting_ = to - words_.data();
        return at;
    }

    // Says that the next words lie in other memory than the text that is split; all of it may be read.
    virtual void move_to(Span) {}

    // Takes the words that still wait: their bytes must live until then.
    void drain() { take(words_.data(), std::exchange(waiting_, 0)); }

  private:
    virtual void take(const Span *words, std::size_t count) = 0;

    std::array<Span, 256> words_;
    std::size_t waiting_ = 0;
};

// Splits a text and hands each piece that is not empty to the sink, which must be drained. The text is valid UTF-8.
using Split = void (*)(Span text, Sink &sink);

// The expressions of published models; pre_tokenizers/named.py has them.
void split_gpt2(Span text, Sink &sink);
void split_cl100k(Span text, Sink &sink);
void split_qwen2(Span text, Sink &sink);
void split_o200k(Span text, Sink &sink);
void split_numbers(Span text, Sink &sink);
void split_han_and_kana(Span text, Sink &sink);
void split_deepseek(Span text, Sink &sink);

// The pre-tokenizers that find words by classes of characters.
void split_whitespace(Span text, Sink &sink);
void split_white(Span text, Sink &sink);
void split_bert(Span text, Sink &sink);
void split_punctuation(Span text, Sink &sink);
void split_digits(Span text, Sink &sink);
void split_each_digit(Span text, Sink &sink);
void split_metaspace(Span text, Sink &sink);

// Runs splits one after another: each splits the pieces of the one before. Drains the sink.
void split_all(const std::vector<Split> &splits, Span text, Sink &sink);

}  // namespace tokbench
