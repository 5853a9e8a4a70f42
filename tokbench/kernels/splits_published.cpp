// The expressions of published models, by hand: each function says what its expression does at one place.
#include "expressions.hpp"
#include "splits.hpp"

namespace tokbench {

namespace {

template <class WordEnd> void each_word(Span text, Sink &sink, WordEnd word_end) {
    const Reader reader(text);
    for (const Byte *at = text.begin; at < text.end;) {
        const Byte *end = word_end(reader, at);
        sink.word({at, end});
        at = end;
    }
}

// \s*[\r\n]+ : white space up to its last line end. Returns `at` where there is none.
const Byte *line_end(const Reader &reader, const Byte *at) {
    const Byte *found = at, *end = at;
    for (Char next = reader.at(at); next.is(kSpace); next = reader.at(end)) {
        end = next.end;
        if (next.is_newline()) found = end;
    }
    return found;
}

//  ?[^\s\p{L}\p{N}]+[\r\n]* and the like: an optional space, then `belongs`, then `trails`. `at` if there is none.
template <class Belongs, class Trails>
const Byte *marks_end(const Reader &reader, const Byte *at, Belongs belongs, Trails trails) {
    const Byte *from = at < reader.end() && *at == ' ' ? at + 1 : at;
    const Byte *end = reader.run(from, belongs);
    return end == from ? at : reader.run(end, trails);
}

bool is_newline(const Char &next) { return next.is_newline(); }

// \s*[\r\n]+|\s+(?!\S)|\s+
const Byte *space_end(const Reader &reader, const Byte *at) {
    const Byte *line = line_end(reader, at);
    return line != at ? line : white_end(reader, at);
}

template <std::size_t Digits> const Byte *cl100k_end(const Reader &reader, const Byte *at) {
    const Byte *contraction = contraction_end(reader, at, true);
    if (contraction != at) return contraction;
    const Char first = reader.at(at);
    if (first.is(kLetter)) return reader.run_of(first.end, kLetter);
    if (first.is(kNumber)) return reader.run_of(at, kNumber, Digits);
    if (!first.is_newline() && reader.at(first.end).is(kLetter)) return reader.run_of(first.end, kLetter);
    const Byte *marks = marks_end(reader, at, is_other, is_newline);
    return marks != at ? marks : space_end(reader, at);
}

constexpr Class kRising = kUpper | kOtherLetter | kMark, kFalling = kLower | kOtherLetter | kMark;

// [rising]*[falling]+, greedy: gives characters back until a falling one can follow. `at` if there is none.
const Byte *falling_end(const Reader &reader, const Byte *at) {
    const Byte *found = at, *end = at;
    for (Char next = reader.at(at); next.is(kRising); next = reader.at(end)) {
        end = next.end;
        if (next.is(kFalling)) found = end;
    }
    return reader.at(end).is(kLower) ? reader.run_of(end, kFalling) : found;
}

// [rising]+[falling]*. `at` if there is none.
const Byte *rising_end(const Reader &reader, const Byte *at) {
    const Byte *end = reader.run_of(at, kRising);
    return end == at ? at : reader.run_of(end, kFalling);
}

// One of the two, with one character before it where there can be one; `at` if neither is there.
template <class Find> const Byte *cased_end(const Reader &reader, const Byte *at, Find find) {
    const Char first = reader.at(at);
    if (!first.is_newline() && !first.is(kLetter | kNumber)) {
        const Byte *end = find(reader, first.end);
        if (end != first.end) return end;
    }
    return find(reader, at);
}

const Byte *o200k_end(const Reader &reader, const Byte *at) {
    const Byte *end = cased_end(reader, at, falling_end);
    if (end == at) end = cased_end(reader, at, rising_end);
    if (end != at) return contraction_end(reader, end, true);
    if (reader.at(at).is(kNumber)) return reader.run_of(at, kNumber, 3);
    const auto trails = [](const Char &next) { return next.is_newline() || next.code == '/'; };
    const Byte *marks = marks_end(reader, at, is_other, trails);
    return marks != at ? marks : space_end(reader, at);
}

bool is_ascii_letter(const Char &next) {
    return next.code < 0x80 && next.is(kLetter);
}

bool is_han_or_kana(const Char &next) {
    return (next.code >= 0x4E00 && next.code <= 0x9FA5) || (next.code >= 0x3040 && next.code <= 0x30FF);
}

bool is_ascii_mark(const Char &next) { return next.code < 0x80 && next.is(kPunctuation | kSymbol); }

// DeepSeek's third expression. `at` where it does not match.
const Byte *deepseek_end(const Reader &reader, const Byte *at) {
    const Char first = reader.at(at);
    if (is_ascii_mark(first) && is_ascii_letter(reader.at(first.end))) return reader.run(first.end, is_ascii_letter);
    constexpr Class kLetterOrMark = kLetter | kMark, kSign = kPunctuation | kSymbol;
    if (!first.is_newline() && !first.is(kLetter | kSign) && reader.at(first.end).is(kLetterOrMark)) {
        return reader.run_of(first.end, kLetterOrMark);
    }
    if (first.is(kLetterOrMark)) return reader.run_of(at, kLetterOrMark);
    const auto is_sign = [](const Char &next) { return next.is(kSign); };
    const Byte *marks = marks_end(reader, at, is_sign, is_newline);
    return marks != at ? marks : space_end(reader, at);
}

// Splits where an expression matches; what lies between two matches is a piece too.
template <class MatchEnd> void each_match(Span text, Sink &sink, MatchEnd match_end) {
    const Reader reader(text);
    const Byte *unmatched = text.begin;
    for (const Byte *at = text.begin; at < text.end;) {
        const Byte *end = match_end(reader, at);
        if (end == at) {
            at = reader.at(at).end;
            continue;
        }
        if (unmatched < at) sink.word({unmatched, at});
        sink.word({at, end});
        unmatched = at = end;
    }
    if (unmatched < text.end) sink.word({unmatched, text.end});
}

}  // namespace

void split_cl100k(Span text, Sink &sink) { each_word(text, sink, cl100k_end<3>); }
void split_qwen2(Span text, Sink &sink) { each_word(text, sink, cl100k_end<1>); }
void split_o200k(Span text, Sink &sink) { each_word(text, sink, o200k_end); }

void split_numbers(Span text, Sink &sink) {
    each_match(text, sink, [](const Reader &reader, const Byte *at) { return reader.run_of(at, kNumber, 3); });
}

void split_han_and_kana(Span text, Sink &sink) {
    each_match(text, sink, [](const Reader &reader, const Byte *at) { return reader.run(at, is_han_or_kana); });
}

void split_deepseek(Span text, Sink &sink) { each_match(text, sink, deepseek_end); }

}  // namespace tokbench
