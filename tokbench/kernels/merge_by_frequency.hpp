// Byte-pair encoding: learn_by_frequency of reference/merging.py.
//
// The reference keeps every pair's places from the beginning. Here pairs below a threshold are only counted; when
// the queue has come down to the threshold, it is lowered, and one walk over all slots gathers the places of the
// pairs above it. Counts of pairs only fall (but for tokens that are made twice), so most pairs, the rare ones, never
// need their places at all.
#pragma once

#include <utility>
#include <vector>

#include "neighbors.hpp"
#include "pair_queue.hpp"
#include "pair_table.hpp"
#include "place_lists.hpp"
#include "spelling.hpp"
#include "training.hpp"
#include "vocabulary.hpp"

namespace tokbench {

template <class Symbol, class Place>
class FrequencyMerger {
   public:
    FrequencyMerger(Spelling<Symbol> spelling, Vocabulary& vocabulary, const MergeOptions& options, Watch& watch)
        : slots_(std::move(spelling.slots)),
          runs_(std::move(spelling.runs)),
          vocabulary_(vocabulary),
          options_(options),
          watch_(watch),
          least_(std::max<std::int64_t>(1, options.min_frequency)),
          pairs_(vocabulary.size() * 16) {}

    std::vector<Pair> learn() {
        count_pairs();
        gather(first_threshold());
        std::vector<Pair> merges;
        Entry<Place> entry;
        while (vocabulary_.size() < options_.vocab_size && pop(entry)) {
            merges.emplace_back(left_of(entry.pair), right_of(entry.pair));
            merge(entry);
            if (merges.size() % 64 == 0) watch_.look(vocabulary_.size());
        }
        return merges;
    }

   private:
    // Every pair of neighbors, with the place where it begins and the count of its word.
    template <class Visit>
    void each_pair(Visit visit) const {
        std::size_t at = 1, seen = 0;
        for (const Run& run : runs_) {
            while (at < run.end) {
                if (++seen % kPatience == 0) watch_.look(vocabulary_.size());
                if (slots_[at] == kEdge) {
                    ++at;
                    continue;
                }
                const std::size_t next = at + slots_.length(at);
                if (slots_[next] != kEdge) visit(key_of(slots_[at], slots_[next]), at, run.count);
                at = next;
            }
        }
    }

    void count_pairs() {
        each_pair([&](PairKey key, std::size_t, std::int64_t count) {
            PairSlot& slot = pairs_.get(key);
            slot.count = slot.count + count;
            total_ += count;
        });
    }

    // Pairs that occur less often are seldom merged: the average merged pair occurs some ten times as often.
    std::int64_t first_threshold() const {
        if (options_.first_threshold) return std::max(least_, options_.first_threshold);
        const auto merges = static_cast<std::int64_t>(options_.vocab_size - std::min(vocabulary_.size(), options_.vocab_size));
        return std::max(least_, total_ / (32 * (merges + 1)));
    }

    // Queue the pairs that occur at least `threshold` times and are not listed, with all their places.
    void gather(std::int64_t threshold) {
        threshold_ = threshold;
        std::vector<PairSlot*> wanted;
        std::vector<std::pair<std::int64_t, PlaceList<Place>>> lists;
        pairs_.each([&](PairSlot& slot) {
            if (slot.listed || slot.count < threshold_) return;
            lists.push_back({slot.count, {}});
            wanted.push_back(&slot);
            slot.count = static_cast<std::int64_t>(lists.size() - 1);
            slot.gathering = slot.listed = 1;
        });
        const auto each_wanted = [&](auto visit) {
            each_pair([&](PairKey key, std::size_t at, std::int64_t) {
                const PairSlot* slot = pairs_.find(key);
                if (slot && slot->gathering) visit(lists[static_cast<std::size_t>(slot->count)].second, at);
            });
        };
        if (!wanted.empty()) {
            each_wanted([](PlaceList<Place>& list, std::size_t) { ++list.capacity; });
            for (auto& [count, list] : lists) list = pool_.take(list.capacity);
            each_wanted([](PlaceList<Place>& list, std::size_t at) { list.push(at); });
        }
        for (std::size_t i = 0; i < wanted.size(); ++i) {
            wanted[i]->count = lists[i].first;
            wanted[i]->gathering = 0;
            queue_.push(lists[i].first, wanted[i]->key, lists[i].second);
        }
    }

    // Take the next entry to merge; false where none occurs often enough.
    bool pop(Entry<Place>& entry) {
        for (;;) {
            while (threshold_ > least_ && (queue_.empty() || queue_.top().count < threshold_))
                gather(std::max(least_, threshold_ / 8));
            if (queue_.empty()) return false;
            const Entry<Place>& top = queue_.top();
            const PairSlot* slot = pairs_.find(top.pair);
            const std::int64_t count = slot ? slot->count : 0;
            if (count != top.count && count > 0) {
                queue_.move_top(count);
                continue;
            }
            if (count >= least_ && !top.places.begin && !slot->listed) {
                gather(std::max(least_, threshold_ / 8));
                continue;
            }
            entry = queue_.pop();
            if (count <= 0 || !entry.places.begin) {
                pool_.release(entry.places);
                continue;
            }
            return count >= least_;
        }
    }

    void merge(Entry<Place>& entry) {
        const Token left = left_of(entry.pair), right = right_of(entry.pair);
        const Token merged = vocabulary_.merge(left, right);
        if (pairs_.find(entry.pair)->again) spread_over_words(entry);
        auto run = runs_.begin();
        const Place* end = entry.places.begin + entry.places.size;
        for (const Place* place = entry.places.begin; place != end; ++place) {
            if ((place - entry.places.begin) % kPatience == kPatience - 1) watch_.look(vocabulary_.size());
            if (place + kAhead < end) __builtin_prefetch(slots_.address(place[kAhead]));
            if (*place >= run->end)
                run = std::upper_bound(run, runs_.end(), *place, [](Place at, const Run& r) { return at < r.end; });
            merge_at(*place, static_cast<Symbol>(left), static_cast<Symbol>(right), static_cast<Symbol>(merged), run->count);
        }
        pool_.release(entry.places);
        recount(left, right, merged);
    }

    // Merge the pair at a place, unless one of its tokens has gone into another since.
    void merge_at(std::size_t at, Symbol left, Symbol right, Symbol merged, std::int64_t count) {
        if (slots_[at] != left) return;
        const std::size_t middle = at + slots_.length(at);
        if (slots_[middle] != right) return;
        const std::size_t end = middle + slots_.length(middle);
        if (slots_[at - 1] != kEdge) {
            const std::size_t before = slots_.before(at);
            befores_.add(slots_[before], before, count);
        }
        if (slots_[end] != kEdge) afters_.add(slots_[end], at, count);
        slots_.merge(at, middle, end, merged);
    }

    // Bring the counts up to date, and queue the pairs that are new.
    void recount(Token left, Token right, Token merged) {
        // A pair may come and go in one word: abab → Xab → XX. So first what comes, then what goes.
        for (const Token before : befores_.seen())
            if (vocabulary_.fits(before, merged)) raise(key_of(before, merged), befores_[before]);
        for (const Token after : afters_.seen())
            if (vocabulary_.fits(merged, after)) raise(key_of(merged, after), afters_[after]);
        for (const Token before : befores_.seen()) lower(key_of(before, left), befores_[before].count);
        for (const Token after : afters_.seen()) lower(key_of(right, after), afters_[after].count);
        befores_.fill_lists();
        afters_.fill_lists();
        enqueue(befores_, [&](Token before) { return key_of(before, merged); });
        enqueue(afters_, [&](Token after) { return key_of(merged, after); });
        befores_.clear();
        afters_.clear();
    }

    // Pairs that max_token_length keeps out are in no slot.
    void lower(PairKey key, std::int64_t count) {
        if (PairSlot* slot = pairs_.find(key)) slot->count = slot->count - count;
    }

    // Count the new places of a pair, and take a list for them where it must be queued.
    void raise(PairKey key, typename Neighbors<Place>::Tally& tally) {
        PairSlot& slot = pairs_.get(key);
        const bool fresh = slot.count == 0 && !slot.listed;
        slot.count = slot.count + tally.count;
        if (slot.listed) slot.again = 1;
        if (slot.listed || (fresh && slot.count >= threshold_)) {
            slot.listed = 1;
            tally.list = pool_.take(tally.places);
        }
    }

    template <class KeyOf>
    void enqueue(Neighbors<Place>& neighbors, KeyOf key_of_neighbor) {
        for (const Token neighbor : neighbors.seen()) {
            const PairKey key = key_of_neighbor(neighbor);
            const PairSlot* slot = pairs_.find(key);
            PlaceList<Place>& list = neighbors[neighbor].list;
            if (slot && slot->count > 0 && (list.begin || (!slot->listed && slot->count >= threshold_))) {
                queue_.push(slot->count, key, list);
            } else {
                pool_.release(list);
            }
        }
    }

    // HF merges a pair everywhere in the words of an entry, also where another entry of the same pair points.
    void spread_over_words(Entry<Place>& entry) {
        std::vector<std::size_t> places;
        std::size_t done = 0;
        for (std::size_t i = 0; i < entry.places.size; ++i) {
            std::size_t at = entry.places.begin[i];
            if (at < done) continue;
            while (slots_[at - 1] != kEdge) --at;
            for (; slots_[at] != kEdge; ++at)
                if (slots_[at] == left_of(entry.pair)) places.push_back(at);
            done = at;
        }
        pool_.release(entry.places);
        entry.places = pool_.take(std::max<std::size_t>(1, places.size()));
        for (const std::size_t at : places) entry.places.push(at);
    }

    static constexpr Symbol kEdge = Slots<Symbol>::kEdge;
    static constexpr std::ptrdiff_t kAhead = 8;        // places fetched before they are needed
    static constexpr std::ptrdiff_t kPatience = 1 << 16;  // steps between two looks at the watch

    Slots<Symbol> slots_;
    std::vector<Run> runs_;
    Vocabulary& vocabulary_;
    const MergeOptions& options_;
    Watch& watch_;
    std::int64_t least_;
    std::int64_t threshold_ = 0;
    std::int64_t total_ = 0;
    PairTable pairs_;
    PairQueue<Place> queue_;
    PlacePool<Place> pool_;
    Neighbors<Place> befores_, afters_;
};

}  // namespace tokbench
