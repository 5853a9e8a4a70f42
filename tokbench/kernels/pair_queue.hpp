// Pairs in the order of merging: the highest count first, then the smaller ids, then the older entry.
//
// A heap in which each entry has four children: half as deep as with two, and children lie side by side in memory.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "mapped_memory.hpp"
#include "pair_table.hpp"
#include "place_lists.hpp"

namespace tokbench {

template <class Place>
struct Entry {
    std::int64_t count;  // when it was queued: an upper bound, as counts of queued pairs fall
    PairKey pair;
    std::uint64_t age;
    PlaceList<Place> places;
};

template <class Place>
class PairQueue {
   public:
    bool empty() const { return heap_.empty(); }
    const Entry<Place>& top() const { return heap_.front(); }

    void push(std::int64_t count, PairKey pair, PlaceList<Place> places) {
        heap_.push_back({});
        rise(heap_.size() - 1, {count, pair, age_++, places});
    }

    Entry<Place> pop() {
        const Entry<Place> entry = heap_.front();
        const Entry<Place> last = heap_.back();
        heap_.pop_back();
        if (!heap_.empty()) sink(last);
        return entry;
    }

    // Put the top where its present count belongs, which is lower.
    void move_top(std::int64_t count) {
        Entry<Place> entry = heap_.front();
        entry.count = count;
        sink(entry);
    }

   private:
    static constexpr std::size_t kChildren = 4;

    static bool sooner(const Entry<Place>& left, const Entry<Place>& right) {
        if (left.count != right.count) return left.count > right.count;
        if (left.pair != right.pair) return left.pair < right.pair;
        return left.age < right.age;
    }

    // Put an entry where it belongs between a free place and the top.
    void rise(std::size_t at, const Entry<Place>& entry) {
        while (at > 0 && sooner(entry, heap_[(at - 1) / kChildren])) {
            heap_[at] = heap_[(at - 1) / kChildren];
            at = (at - 1) / kChildren;
        }
        heap_[at] = entry;
    }

    // Put an entry where it belongs below the top, which is free.
    void sink(const Entry<Place>& entry) {
        std::size_t at = 0;
        for (std::size_t first = 1; first < heap_.size(); first = at * kChildren + 1) {
            std::size_t soonest = first;
            const std::size_t end = std::min(first + kChildren, heap_.size());
            for (std::size_t child = first + 1; child < end; ++child)
                if (sooner(heap_[child], heap_[soonest])) soonest = child;
            if (!sooner(heap_[soonest], entry)) break;
            heap_[at] = heap_[soonest];
            at = soonest;
        }
        heap_[at] = entry;
    }

    MappedVector<Entry<Place>> heap_;
    std::uint64_t age_ = 0;
};

}  // namespace tokbench
