// What stands on one side of a token while it is merged: how often each neighbor, and where.
//
// Half of the tokens of many languages stand at an edge of their word, so whether one does cannot be foretold. The edge
// is therefore taken down like a neighbor, without a branch, and left out of what is told.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "mapped_memory.hpp"
#include "place_lists.hpp"
#include "slots.hpp"
#include "training.hpp"

namespace tokbench {

template <class Symbol, class Place>
class Neighbors {
   public:
    struct Tally {
        std::int64_t count = 0;
        Place places = 0;
        PlaceList<Place> list;
    };

    // Make room for so many tokens.
    void expect(std::size_t tokens) {
        if (tokens < tallies_.size()) return;
        tallies_.resize(tokens + tokens / 8 + 256);
        seen_.resize(tallies_.size() + 1);
        clear();
    }

    // `at` is where the pair that the neighbor makes with the merged token begins.
    [[gnu::always_inline]] void add(Symbol neighbor, std::size_t at, std::int64_t count) {
        const Token row = row_of(neighbor);
        Tally& tally = tallies_[row];
        seen_[seen_size_] = neighbor;
        seen_size_ += tally.places == 0;
        tally.count += count;
        ++tally.places;
        found_.push_back({row, static_cast<Place>(at)});
    }

    // The neighbors, each once.
    std::span<const Token> seen() const { return {seen_.data(), seen_size_}; }
    Tally& operator[](Token neighbor) { return tallies_[row_of(static_cast<Symbol>(neighbor))]; }

    // Every neighbor with the place of its pair, in the order in which they were added.
    template <class Visit>
    void each_place(Visit visit) const {
        for (const Found& found : found_)
            if (found.row != kEdgeRow) visit(found.row - 1, found.at);
    }

    // Copy places to the lists that were asked for, in the order in which they were added.
    void fill_lists() {
        for (const Found& found : found_) {
            PlaceList<Place>& list = tallies_[found.row].list;
            if (list.begin) list.push(found.at);
        }
    }

    void clear() {
        for (const Token neighbor : seen()) (*this)[neighbor] = {};
        tallies_[kEdgeRow] = {0, 1, {}};  // as if it had been seen before
        seen_size_ = 0;
        found_.clear();
    }

   private:
    struct Found {
        Token row;
        Place at;
    };

    static constexpr Token row_of(Symbol neighbor) { return static_cast<Symbol>(neighbor + 1); }
    static constexpr Token kEdgeRow = row_of(Slots<Symbol>::kEdge);

    MappedVector<Tally> tallies_;
    std::vector<Token> seen_;  // the first so many; there is room for one more than there are tokens
    std::size_t seen_size_ = 0;
    std::vector<Found> found_;
};

}  // namespace tokbench
