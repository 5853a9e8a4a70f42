// The characters of the words, which of them are kept, and the ids that they have inside words.
#pragma once

#include <array>
#include <memory>
#include <vector>

#include "training.hpp"
#include "vocabulary.hpp"

namespace tokbench {

// Where in its word a character stands, which says what marks it carries: prefix unless first, suffix if last.
enum Place : std::uint8_t { kFirst = 0, kInner = 1, kOnly = 2, kLast = 3 };
constexpr std::size_t kPlaces = 4;
constexpr Token kNoToken = 0xFFFFFFFF;

inline Place place_in_word(bool first, bool last) { return static_cast<Place>((first ? 0 : 1) | (last ? 2 : 0)); }

// A table over all code points, whose pages are made when they are needed.
template <class Cell>
class CodePointTable {
   public:
    Cell& operator[](char32_t point) {
        if (point < kLow) return low_[point];
        auto& page = pages_[point >> 8];
        if (!page) page = std::make_unique<std::array<Cell, 256>>();
        return (*page)[point & 0xFF];
    }

    template <class Visit>
    void each(Visit visit) {
        for (std::size_t point = 0; point < kLow; ++point) visit(static_cast<char32_t>(point), low_[point]);
        for (std::size_t high = kLow >> 8; high < pages_.size(); ++high)
            if (pages_[high])
                for (std::size_t low = 0; low < 256; ++low)
                    visit(static_cast<char32_t>(high << 8 | low), (*pages_[high])[low]);
    }

   private:
    static constexpr std::size_t kLow = 0x800;  // at hand without a page: two bytes of UTF-8

    std::array<Cell, kLow> low_{};
    std::array<std::unique_ptr<std::array<Cell, 256>>, 0x1100> pages_{};
};

struct Character {
    std::uint64_t count = 0;
    bool initial = false;
    bool kept = false;
    std::array<bool, kPlaces> seen{};
    std::array<Token, kPlaces> ids{kNoToken, kNoToken, kNoToken, kNoToken};
};

// Characters with their ids; `characters` counts those of all distinct words together.
struct Alphabet {
    CodePointTable<Character> table;
    std::size_t characters = 0;
};

std::size_t count_code_points(std::string_view text);

// Add the reserved tokens, the alphabet and its marked forms to the vocabulary, in this order.
Alphabet read_alphabet(const WordsView& words, const MergeOptions& options, Vocabulary& vocabulary, Watch& watch);

}  // namespace tokbench
