// Pairs in the order of their scores, count(ab) / (count(a) · count(b)): a heap in which scores may rise and fall.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "pair_table.hpp"

namespace tokbench {

using Index = std::uint32_t;
constexpr Index kNowhere = 0xFFFFFFFF;

struct ScoredPair {
    PairKey key;
    std::int64_t count = 0;
    Index place = kNowhere;  // in the heap
    // The score that it was put in its place with: all others must stand still while one moves.
    std::int64_t queued_count = 0;
    unsigned __int128 queued_divisor = 1;
};

class LikelihoodQueue {
   public:
    // Both grow while the queue is in use: pairs by their index, and how often each token occurs.
    LikelihoodQueue(std::vector<ScoredPair>& pairs, const std::vector<std::int64_t>& counts)
        : pairs_(pairs), counts_(counts) {}

    bool empty() const { return heap_.empty(); }
    Index top() const { return heap_.front(); }

    // Put a pair where its score belongs now; `wanted` says whether it belongs into the queue at all.
    void update(Index pair, bool wanted) {
        if (wanted) take_score(pairs_[pair]);
        if (pairs_[pair].place == kNowhere) {
            if (!wanted) return;
            heap_.push_back(pair);
            rise(heap_.size() - 1, pair);
        } else if (wanted) {
            settle(pairs_[pair].place, pair);
        } else {
            const std::size_t place = pairs_[pair].place;
            const Index last = heap_.back();
            heap_.pop_back();
            pairs_[pair].place = kNowhere;
            if (last != pair) settle(place, last);
        }
    }

   private:
    // Fractions are compared exactly: n · d of a count of 57 bits and a product of two has up to 171.
    struct Wide {
        unsigned __int128 high;
        std::uint64_t low;
        auto operator<=>(const Wide&) const = default;
    };

    static Wide times(std::int64_t factor, unsigned __int128 product) {
        const auto n = static_cast<unsigned __int128>(factor);
        const unsigned __int128 low = n * static_cast<std::uint64_t>(product);
        return {n * static_cast<std::uint64_t>(product >> 64) + (low >> 64), static_cast<std::uint64_t>(low)};
    }

    void take_score(ScoredPair& pair) {
        pair.queued_count = pair.count;
        pair.queued_divisor = static_cast<unsigned __int128>(counts_[left_of(pair.key)]) *
                              static_cast<unsigned __int128>(counts_[right_of(pair.key)]);
    }

    bool sooner(Index one, Index other) const {
        const ScoredPair &left = pairs_[one], &right = pairs_[other];
        const Wide left_score = times(left.queued_count, right.queued_divisor);
        const Wide right_score = times(right.queued_count, left.queued_divisor);
        if (left_score != right_score) return left_score > right_score;
        if (left.queued_count != right.queued_count) return left.queued_count > right.queued_count;
        return left.key < right.key;
    }

    void put(std::size_t place, Index pair) {
        heap_[place] = pair;
        pairs_[pair].place = static_cast<Index>(place);
    }

    void settle(std::size_t place, Index pair) {
        if (place > 0 && sooner(pair, heap_[(place - 1) / 2])) {
            rise(place, pair);
        } else {
            sink(place, pair);
        }
    }

    void rise(std::size_t place, Index pair) {
        while (place > 0 && sooner(pair, heap_[(place - 1) / 2])) {
            put(place, heap_[(place - 1) / 2]);
            place = (place - 1) / 2;
        }
        put(place, pair);
    }

    void sink(std::size_t place, Index pair) {
        for (std::size_t child = 2 * place + 1; child < heap_.size(); child = 2 * place + 1) {
            if (child + 1 < heap_.size() && sooner(heap_[child + 1], heap_[child])) ++child;
            if (!sooner(heap_[child], pair)) break;
            put(place, heap_[child]);
            place = child;
        }
        put(place, pair);
    }

    std::vector<ScoredPair>& pairs_;
    const std::vector<std::int64_t>& counts_;
    std::vector<Index> heap_;
};

}  // namespace tokbench
