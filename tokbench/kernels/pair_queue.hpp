// Pairs in the order of merging: the highest count first, then the smaller ids, then the older entry.
#pragma once

#include <algorithm>
#include <vector>

#include "pair_table.hpp"
#include "place_lists.hpp"

namespace tokbench {

template <class Place>
struct Entry {
    std::int64_t count;  // when it was queued: an upper bound, as counts of queued pairs fall
    PairKey pair;
    std::uint64_t age;
    PlaceList<Place> places;  // none: they are still to be gathered
};

template <class Place>
class PairQueue {
   public:
    bool empty() const { return heap_.empty(); }
    const Entry<Place>& top() const { return heap_.front(); }

    void push(std::int64_t count, PairKey pair, PlaceList<Place> places) {
        heap_.push_back({count, pair, age_++, places});
        std::push_heap(heap_.begin(), heap_.end(), later);
    }

    Entry<Place> pop() {
        std::pop_heap(heap_.begin(), heap_.end(), later);
        Entry<Place> entry = heap_.back();
        heap_.pop_back();
        return entry;
    }

    // Put the top where its present count belongs.
    void move_top(std::int64_t count) {
        std::pop_heap(heap_.begin(), heap_.end(), later);
        heap_.back().count = count;
        std::push_heap(heap_.begin(), heap_.end(), later);
    }

    // Every entry, in no order; counts, pairs and ages must stay.
    template <class Visit>
    void each(Visit visit) {
        for (Entry<Place>& entry : heap_) visit(entry);
    }

   private:
    static bool later(const Entry<Place>& left, const Entry<Place>& right) {
        if (left.count != right.count) return left.count < right.count;
        if (left.pair != right.pair) return left.pair > right.pair;
        return left.age > right.age;
    }

    std::vector<Entry<Place>> heap_;
    std::uint64_t age_ = 0;
};

}  // namespace tokbench
