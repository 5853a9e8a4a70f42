// What stands on one side of a token while it is merged: how often each neighbor, and where.
#pragma once

#include <cstdint>
#include <vector>

#include "mapped_memory.hpp"
#include "place_lists.hpp"
#include "training.hpp"

namespace tokbench {

template <class Place>
class Neighbors {
   public:
    struct Tally {
        std::int64_t count = 0;
        Place places = 0;
        PlaceList<Place> list;
    };

    // `at` is where the pair that the neighbor makes with the merged token begins.
    void add(Token neighbor, std::size_t at, std::int64_t count) {
        if (tallies_.size() <= neighbor) tallies_.resize(neighbor + neighbor / 8 + 256);
        Tally& tally = tallies_[neighbor];
        if (!tally.places) seen_.push_back(neighbor);
        tally.count += count;
        ++tally.places;
        found_.push_back({neighbor, static_cast<Place>(at)});
    }

    const std::vector<Token>& seen() const { return seen_; }
    Tally& operator[](Token neighbor) { return tallies_[neighbor]; }

    // Every neighbor with the place of its pair, in the order in which they were added.
    template <class Visit>
    void each_place(Visit visit) const {
        for (const Found& found : found_) visit(found.neighbor, found.at);
    }

    // Copy places to the lists that were asked for, in the order in which they were added.
    void fill_lists() {
        for (const Found& found : found_) {
            PlaceList<Place>& list = tallies_[found.neighbor].list;
            if (list.begin) list.push(found.at);
        }
    }

    void clear() {
        for (const Token neighbor : seen_) tallies_[neighbor] = {};
        seen_.clear();
        found_.clear();
    }

   private:
    struct Found {
        Token neighbor;
        Place at;
    };

    MappedVector<Tally> tallies_;  // by neighbor
    std::vector<Token> seen_;
    std::vector<Found> found_;
};

}  // namespace tokbench
