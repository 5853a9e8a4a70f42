// The published WordPiece: learn_by_likelihood of reference/likelihood.py.
//
// A merge lowers the counts of its two tokens and so raises the scores of all other pairs that they are in: each
// token knows its pairs, and they find their new places in the queue.
#pragma once

#include <algorithm>
#include <unordered_map>
#include <utility>
#include <vector>

#include "likelihood_queue.hpp"
#include "neighbors.hpp"
#include "pair_table.hpp"
#include "place_lists.hpp"
#include "spelling.hpp"
#include "training.hpp"
#include "vocabulary.hpp"

namespace tokbench {

template <class Symbol, class Place>
class LikelihoodMerger {
   public:
    LikelihoodMerger(Spelling<Symbol> spelling, Vocabulary& vocabulary, const MergeOptions& options, Watch& watch)
        : words_(std::move(spelling)),
          vocabulary_(vocabulary),
          options_(options),
          watch_(watch),
          least_(std::max<std::int64_t>(1, options.min_frequency)),
          queue_(pairs_, counts_) {
        make_room();
    }

    std::vector<Pair> learn() {
        count();
        for (Index pair = 0; pair < pairs_.size(); ++pair) queue_.update(pair, pairs_[pair].count >= least_);
        std::vector<Pair> merges;
        while (vocabulary_.size() < options_.vocab_size && !queue_.empty()) {
            const PairKey key = pairs_[queue_.top()].key;
            merges.emplace_back(left_of(key), right_of(key));
            merge(queue_.top());
            watch_.look(vocabulary_.size());
        }
        return merges;
    }

   private:
    void make_room() {
        if (counts_.size() >= vocabulary_.size()) return;
        counts_.resize(vocabulary_.size());
        partners_.resize(vocabulary_.size());
        befores_.expect(vocabulary_.size());
        afters_.expect(vocabulary_.size());
    }

    void count() {
        std::size_t at = 1;
        for (const Run& run : words_.runs)
            for (; at < run.end; ++at)
                if (words_.slots[at] != kEdge) counts_[words_.slots[at]] += run.count;
        words_.each_pair(watch_, [&](PairKey key, std::size_t place, std::int64_t count) {
            if (!vocabulary_.fits(left_of(key), right_of(key))) return;
            const Index pair = pair_of(key);
            pairs_[pair].count += count;
            places_[pair].push_back(static_cast<Place>(place));
        });
    }

    Index pair_of(PairKey key) {
        const auto [found, fresh] = indices_.try_emplace(key, static_cast<Index>(pairs_.size()));
        if (fresh) {
            pairs_.push_back({key});
            places_.emplace_back();
            partners_[left_of(key)].push_back(found->second);
            if (left_of(key) != right_of(key)) partners_[right_of(key)].push_back(found->second);
        }
        return found->second;
    }

    void merge(Index pair) {
        const PairKey key = pairs_[pair].key;
        const Token left = left_of(key), right = right_of(key), merged = vocabulary_.merge(left, right);
        make_room();
        std::vector<Place> places = std::exchange(places_[pair], {});
        std::sort(places.begin(), places.end());
        std::int64_t times = 0;
        words_.merge(PlaceList<Place>{places.data(), static_cast<Place>(places.size()), 0}, key, merged, watch_,
                     [&](std::size_t at, std::size_t end, std::int64_t count) {
                         times += count;
                         meet(at, end, count);
                     });
        lower(key, times);
        counts_[left] -= times;
        counts_[right] -= times;
        counts_[merged] += times;
        recount(left, right, merged);
    }

    // Take down the neighbors of a pair that is about to be merged.
    void meet(std::size_t at, std::size_t end, std::int64_t count) {
        const Slots<Symbol>& slots = words_.slots;
        const std::size_t before = slots.before(at);
        befores_.add(slots[before], before, count);
        afters_.add(slots[end], at, count);
    }

    void recount(Token left, Token right, Token merged) {
        befores_.each_place([&](Token before, Place at) { raise(key_of(before, merged), at); });
        afters_.each_place([&](Token after, Place at) { raise(key_of(merged, after), at); });
        for (const Token before : befores_.seen()) {
            raise_by(key_of(before, merged), befores_[before].count);
            lower(key_of(before, left), befores_[before].count);
        }
        for (const Token after : afters_.seen()) {
            raise_by(key_of(merged, after), afters_[after].count);
            lower(key_of(right, after), afters_[after].count);
        }
        befores_.clear();
        afters_.clear();
        for (const Token token : {left, right, merged}) requeue(token);
    }

    void raise(PairKey key, Place at) {
        if (vocabulary_.fits(left_of(key), right_of(key))) places_[pair_of(key)].push_back(at);
    }

    void raise_by(PairKey key, std::int64_t count) {
        if (vocabulary_.fits(left_of(key), right_of(key))) pairs_[pair_of(key)].count += count;
    }

    // Pairs that max_token_length keeps out are unknown.
    void lower(PairKey key, std::int64_t count) {
        if (const auto found = indices_.find(key); found != indices_.end()) pairs_[found->second].count -= count;
    }

    // Put every pair of a token where it belongs. All pairs whose counts or scores changed are pairs of the three.
    void requeue(Token token) {
        for (const Index pair : partners_[token]) queue_.update(pair, pairs_[pair].count >= least_);
    }

    static constexpr Symbol kEdge = Slots<Symbol>::kEdge;

    Spelling<Symbol> words_;
    Vocabulary& vocabulary_;
    const MergeOptions& options_;
    Watch& watch_;
    std::int64_t least_;
    std::vector<std::int64_t> counts_;           // by token
    std::vector<std::vector<Index>> partners_;   // by token: the pairs that it is in
    std::vector<ScoredPair> pairs_;
    std::vector<std::vector<Place>> places_;     // by pair
    std::unordered_map<PairKey, Index> indices_;
    LikelihoodQueue queue_;
    Neighbors<Symbol, Place> befores_, afters_;
};

}  // namespace tokbench
