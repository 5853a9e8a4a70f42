// What several of the expressions of published models have in common.
#pragma once

#include "classes.hpp"

namespace tokbench {

inline bool is_other(const Char &next) { return !next.is(kSpace | kLetter | kNumber); }

// 's 't 're 've 'm 'll 'd; `fold` says whether in either case. Returns `at` where there is none.
inline const Byte *contraction_end(const Reader &reader, const Byte *at, bool fold) {
    const Char quote = reader.at(at);
    if (quote.code != '\'') return at;
    const auto letter = [fold](const Char &next) -> char32_t {
        // In the expressions' engine the long s is a case of s.
        if (fold && next.code == 0x17F) return 's';
        return fold && next.code >= 'A' && next.code <= 'Z' ? next.code + 0x20 : next.code;
    };
    const Char one = reader.at(quote.end);
    if (one.end == quote.end) return at;
    const char32_t first = letter(one);
    if (first == 's' || first == 't' || first == 'm' || first == 'd') return one.end;
    const Char two = reader.at(one.end);
    const char32_t second = letter(two);
    if ((first == 'r' || first == 'v') && second == 'e') return two.end;
    return first == 'l' && second == 'l' ? two.end : at;
}

// \s+(?!\S)|\s+ : white space up to the last one before a word, or all of it at the end of the text.
inline const Byte *white_end(const Reader &reader, const Byte *at) {
    const Byte *last = at, *end = at;
    for (Char next = reader.at(at); next.is(kSpace); next = reader.at(end)) {
        last = end;
        end = next.end;
    }
    return end == reader.end() || last == at ? end : last;
}

}  // namespace tokbench
