// A census of the words: all pairs of neighbors, how often each occurs, and where.
//
// One walk over the slots counts; the pairs that are wanted then have lists of the right size, which a second walk
// fills. So what is not wanted costs no list.
#pragma once

#include <array>
#include <cstdint>
#include <utility>
#include <vector>

#include "pair_queue.hpp"
#include "pair_table.hpp"
#include "place_lists.hpp"
#include "spelling.hpp"
#include "training.hpp"

namespace tokbench {

template <class Symbol, class Place>
class Census {
   public:
    struct Counted {
        PairKey key;
        std::int64_t count;
        std::size_t places;  // how many; in the second walk, the number of the pair's list, or kUnwanted
    };

    // `tokens` is how many there are by now.
    Census(const Spelling<Symbol>& words, std::size_t tokens, Watch& watch)
        : words_(words), watch_(watch), side_(tokens <= kFew ? tokens : 0), square_(side_ * side_) {
        each_pair([&](PairKey key, std::size_t, std::int64_t count) {
            Counted& pair = side_ ? in_square(key) : pairs_.get(key);
            pair.key = key;
            pair.count += count;
            ++pair.places;
        });
    }

    template <class Visit>
    void each(Visit visit) {
        pairs_.each(visit);
        for (Counted& pair : square_)
            if (pair.count) visit(pair);
    }

    // The pairs that are wanted, with their places, in room that the pool gives; to be called once.
    template <class Wanted>
    std::vector<Entry<Place>> gather(PlacePool<Place>& pool, Wanted wanted) {
        std::vector<Entry<Place>> entries;
        std::size_t places = 0;
        each([&](Counted& pair) {
            const std::size_t size = std::exchange(pair.places, kUnwanted);
            if (!wanted(pair)) return;
            pair.places = entries.size();
            entries.push_back({pair.count, pair.key, 0, {nullptr, 0, static_cast<Place>(size)}});
            places += size;
        });
        if (entries.empty()) return entries;
        pool.expect(places);
        for (Entry<Place>& entry : entries) entry.places = pool.take(entry.places.capacity);
        each_pair([&](PairKey key, std::size_t at, std::int64_t) {
            const std::size_t list = (side_ ? in_square(key) : *pairs_.find(key)).places;
            if (list != kUnwanted) entries[list].places.push(at);
        });
        return entries;
    }

   private:
    static constexpr std::size_t kUnwanted = ~std::size_t{0};
    static constexpr std::size_t kFew = 512;

    // Visit every pair of neighbors; those that a search must find wait until they have come from memory.
    template <class Visit>
    void each_pair(Visit visit) {
        if (side_) return words_.each_pair(watch_, visit);
        std::array<Waiting, 32> waiting;
        std::size_t size = 0;
        const auto settle = [&] {
            for (std::size_t i = 0; i < size; ++i) visit(waiting[i].key, waiting[i].at, waiting[i].count);
            size = 0;
        };
        words_.each_pair(watch_, [&](PairKey key, std::size_t at, std::int64_t count) {
            pairs_.ask(key);
            waiting[size++] = {key, at, count};
            if (size == waiting.size()) settle();
        });
        settle();
    }

    struct Waiting {
        PairKey key;
        std::size_t at;
        std::int64_t count;
    };

    Counted& in_square(PairKey key) { return square_[left_of(key) * side_ + right_of(key)]; }

    const Spelling<Symbol>& words_;
    Watch& watch_;
    // Pairs of few tokens, as the characters of byte-level text are, are found without a search.
    std::size_t side_;
    MappedVector<Counted> square_;
    PairTable<Counted> pairs_;
};

}  // namespace tokbench
