// The pre-tokenizers of Hugging Face `tokenizers` that have a kernel, and how they follow one another.
#pragma once

#include <vector>

#include "text.hpp"

namespace tokbench {

// Takes the words of a text, in order.
struct Sink {
    virtual ~Sink() = default;
    virtual void word(Span word) = 0;
};

// Splits a text and hands each piece that is not empty to the sink. The text is valid UTF-8.
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

// Runs splits one after another: each splits the pieces of the one before.
void split_all(const std::vector<Split> &splits, Span text, Sink &sink);

}  // namespace tokbench
