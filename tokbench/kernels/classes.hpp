// What Hugging Face `tokenizers` takes a character for: generate_classes.py asks it.
#pragma once

#include <array>
#include <cstdint>

#include "text.hpp"

namespace tokbench {

using Class = std::uint16_t;

// In the order of SPLITTERS and JOINERS in generate_classes.py.
constexpr Class kUpper = 1 << 0;        // \p{Lu} or \p{Lt}
constexpr Class kLower = 1 << 1;        // \p{Ll}
constexpr Class kOtherLetter = 1 << 2;  // \p{Lm} or \p{Lo}
constexpr Class kMark = 1 << 3;         // \p{M}
constexpr Class kNumber = 1 << 4;       // \p{N}
constexpr Class kSpace = 1 << 5;        // \s
constexpr Class kPunctuation = 1 << 6;  // \p{P}
constexpr Class kSymbol = 1 << 7;       // \p{S}
constexpr Class kWhite = 1 << 8;        // what WhitespaceSplit splits at
constexpr Class kMarkup = 1 << 9;       // what Punctuation and BertPreTokenizer split off
constexpr Class kWord = 1 << 10;        // what Whitespace makes one word of, with letters
constexpr Class kNumeric = 1 << 11;     // what Digits splits off
constexpr Class kLetter = kUpper | kLower | kOtherLetter;

// The class of every code point; made at the first call.
const Class *classes();

// A character in its text.
struct Char {
    char32_t code;
    Class of;
    const Byte *end;

    bool is(Class any) const { return (of & any) != 0; }
    bool is_newline() const { return code == '\n' || code == '\r'; }
};

// Reads characters; past the end there is one of no class, which no expression matches.
class Reader {
  public:
    explicit Reader(Span text) : end_(text.end), classes_(classes()) {}

    Char at(const Byte *place) const {
        if (place >= end_) return {0, 0, end_};
        const char32_t code = decode(place);
        return {code, classes_[code], place};
    }

    // The end of the run of characters for which `belongs` is true, `most` of them at most.
    template <class Belongs> const Byte *run(const Byte *place, Belongs belongs, std::size_t most = SIZE_MAX) const {
        for (std::size_t count = 0; place < end_ && count < most; ++count) {
            const Char next = at(place);
            if (!belongs(next)) break;
            place = next.end;
        }
        return place;
    }
    const Byte *run_of(const Byte *place, Class any, std::size_t most = SIZE_MAX) const {
        return run(place, [any](const Char &next) { return next.is(any); }, most);
    }

    const Byte *end() const { return end_; }

  private:
    const Byte *end_;
    const Class *classes_;
};

}  // namespace tokbench
