// Byte-pair encoding: learn_by_frequency of reference/merging.py.
//
// The reference keeps every pair's places from the beginning. Here rare pairs are only counted: they are not queued
// until the queue has come down to a threshold, which is then lowered, and one walk over all slots gathers the places
// of the pairs above it. As the count of a pair falls from the day it comes, most pairs never need their places.
//
// The exception are pairs whose tokens meet again, because a merge made a token that was there before. HF queues them
// a second time, with the new places, and merges them when either entry comes up, in the order of the counts that
// they were queued with. To follow, an unlisted pair remembers that count (its own and what it lost since).
//
// Lists of places go out of date as tokens go into others. Those of pairs of two characters, which are all the places
// there are in the beginning, are cleared of such places from time to time; only a token that is made can come again.
#pragma once

#include <algorithm>
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

// Tokens met again of which too much was forgotten: begin anew with all pairs listed, and all places kept.
struct LostTrack {};
constexpr std::int64_t kForgetNothing = 1;  // as first_threshold

template <class Symbol, class Place>
class FrequencyMerger {
   public:
    FrequencyMerger(Spelling<Symbol> spelling, Vocabulary& vocabulary, const MergeOptions& options, Watch& watch)
        : words_(std::move(spelling)),
          vocabulary_(vocabulary),
          options_(options),
          watch_(watch),
          least_(std::max<std::int64_t>(1, options.min_frequency)),
          pairs_(vocabulary.size() * 16) {}

    std::vector<Pair> learn() {
        count_pairs();
        gather(first_threshold());
        Entry<Place> entry;
        while (vocabulary_.size() < options_.vocab_size && pop(entry)) {
            merge(entry);
            if (merges_.size() % 64 == 0) watch_.look(vocabulary_.size());
        }
        if (vocabulary_.size() < options_.vocab_size && queue_.empty()) merge_spent();
        return std::move(merges_);
    }

   private:
    using Tally = typename Neighbors<Place>::Tally;

    void count_pairs() {
        words_.each_pair(watch_, [&](PairKey key, std::size_t, std::int64_t count) {
            PairSlot& slot = pairs_.get(key);
            slot.count = slot.count + count;
            total_ += count;
            ++live_;
        });
        live_when_cleared_ = live_;
    }

    // The rarest pair that is merged occurs some 20 to 90 times less often than the average pair (measured).
    std::int64_t first_threshold() const {
        if (options_.first_threshold) return options_.first_threshold;
        const std::size_t merges = options_.vocab_size - std::min(vocabulary_.size(), options_.vocab_size);
        return std::max(least_, total_ / (128 * (static_cast<std::int64_t>(merges) + 1)));
    }

    // Queue the pairs that came with a count of at least `threshold` and are not listed, with all their places.
    void gather(std::int64_t threshold) {
        threshold_ = threshold;
        std::vector<Entry<Place>> entries;
        pairs_.each([&](PairSlot& slot) {
            const std::int64_t count = slot.count + static_cast<std::int64_t>(slot.lost);
            if (slot.listed || count < threshold_) return;
            entries.push_back({slot.count, slot.key, 0, {}});
            slot.count = static_cast<std::int64_t>(entries.size() - 1);
            slot.gathering = slot.listed = 1;
        });
        if (entries.empty()) return;
        const auto each_place = [&](auto visit) {
            words_.each_pair(watch_, [&](PairKey key, std::size_t at, std::int64_t) {
                const PairSlot* slot = pairs_.find(key);
                if (slot && slot->gathering) visit(entries[static_cast<std::size_t>(slot->count)].places, at);
            });
        };
        each_place([](PlaceList<Place>& places, std::size_t) { ++places.capacity; });
        for (Entry<Place>& entry : entries) entry.places = pool_.take(entry.places.capacity);
        each_place([](PlaceList<Place>& places, std::size_t at) { places.push(at); });
        for (const Entry<Place>& entry : entries) {
            PairSlot& slot = *pairs_.find(entry.pair);
            slot.count = entry.count;
            slot.gathering = 0;
            queue_.push(entry.count + static_cast<std::int64_t>(slot.lost), entry.pair, entry.places);
            if (slot.lost < PairSlot::kMostLost) slot.lost = 0;
        }
    }

    // Take the next entry to merge; false where none occurs often enough.
    bool pop(Entry<Place>& entry) {
        for (;;) {
            while (threshold_ > least_ && (queue_.empty() || queue_.top().count < threshold_))
                gather(std::max(least_, threshold_ / 8));
            if (queue_.empty() && threshold_ > 1) gather(1);
            if (queue_.empty()) return false;
            PairSlot& slot = *pairs_.find(queue_.top().pair);
            slot.lost = 0;
            if (slot.count > queue_.top().count && queue_.top().count < threshold_) {
                // Its tokens met again. Whether it is still merged depends on pairs that were too rare to be listed.
                gather(1);
                continue;
            }
            if (slot.count == queue_.top().count) {
                if (slot.count < least_) return false;
                entry = queue_.pop();
                return true;
            }
            if (slot.count > 0) {
                queue_.move_top(slot.count);
                continue;
            }
            slot.spent = 1;
            Entry<Place> gone = queue_.pop();
            pool_.release(gone.places);
        }
    }

    void merge(Entry<Place>& entry) {
        const Token left = left_of(entry.pair), right = right_of(entry.pair);
        const Token merged = vocabulary_.merge(left, right);
        if (vocabulary_.length(merged) == 1) remade_ = true;  // where a prefix or suffix is a character too
        if (remade_ && cleared_) throw LostTrack();
        merges_.emplace_back(left, right);
        if (!entry.places.begin) {
            gather_one(entry);
        } else if (pairs_.find(entry.pair)->again) {
            spread_over_words(entry);
        }
        words_.merge(entry.places, entry.pair, merged, watch_, [&](std::size_t at, std::size_t end, std::int64_t count) {
            meet(at, end, merged, count);
        });
        pool_.release(entry.places);
        recount(left, right, merged);
        if (live_ * 8 < live_when_cleared_ * 5) clear_places();
    }

    // Take down the neighbors of a pair that is about to be merged.
    void meet(std::size_t at, std::size_t end, Token merged, std::int64_t count) {
        const Slots<Symbol>& slots = words_.slots;
        --live_;
        if (slots[at - 1] != kEdge) {
            const std::size_t before = slots.before(at);
            befores_.add(slots[before], before, count);
        }
        if (slots[end] == merged) {
            befores_.add(merged, at, count);
            twins_ += count;
        } else if (slots[end] != kEdge) {
            afters_.add(slots[end], at, count);
        }
    }

    // Bring the counts up to date, and queue the pairs that are new.
    void recount(Token left, Token right, Token merged) {
        for (const Token before : befores_.seen()) pairs_.ask(key_of(before, merged)), pairs_.ask(key_of(before, left));
        for (const Token after : afters_.seen()) pairs_.ask(key_of(merged, after)), pairs_.ask(key_of(right, after));
        // A pair may come and go in one word: abab → Xab → XX. So first what comes, then what goes.
        for (const Token before : befores_.seen())
            if (vocabulary_.fits(before, merged)) raise(key_of(before, merged), befores_[before]);
        for (const Token after : afters_.seen())
            if (vocabulary_.fits(merged, after)) raise(key_of(merged, after), afters_[after]);
        for (const Token before : befores_.seen())
            lower(key_of(before, left), befores_[before].count - (before == merged ? twins_ : 0));
        for (const Token after : afters_.seen()) lower(key_of(right, after), afters_[after].count);
        lower(key_of(right, merged), twins_);
        befores_.fill_lists();
        afters_.fill_lists();
        for (const Token before : befores_.seen()) enqueue(key_of(before, merged), befores_[before].list);
        for (const Token after : afters_.seen()) enqueue(key_of(merged, after), afters_[after].list);
        befores_.clear();
        afters_.clear();
        twins_ = 0;
    }

    // Pairs that max_token_length keeps out have no slot.
    void lower(PairKey key, std::int64_t count) {
        if (PairSlot* slot = pairs_.find(key)) slot->lose(count);
    }

    // Count the new places of a pair, and take a list for them where it must be queued.
    void raise(PairKey key, Tally& tally) {
        PairSlot& slot = pairs_.get(key);
        if (slot.lost == PairSlot::kMostLost) throw LostTrack();
        const std::int64_t came_with = slot.count + static_cast<std::int64_t>(slot.lost);
        const bool known = slot.listed || came_with > 0;
        if (known && !slot.listed) queue_.push(came_with, key, {});
        slot.count = slot.count + tally.count;
        slot.again = slot.again || known;
        slot.listed = known || slot.count >= threshold_;
        if (slot.listed) {
            slot.lost = 0;
            tally.list = pool_.take(tally.places);
        }
    }

    // Queue the new places of a pair.
    void enqueue(PairKey key, PlaceList<Place> list) {
        PairSlot* slot = pairs_.find(key);
        if (!slot) return;
        if (list.begin && slot->count > 0) {
            queue_.push(slot->count, key, list);
        } else {
            // It went as it came, or is too rare to be listed: what it lost in this merge does not count.
            pool_.release(list);
            slot->listed = slot->again;
            slot->lost = 0;
        }
    }

    // Let go of the places of two characters at which they do not stand any more.
    void clear_places() {
        live_when_cleared_ = live_;
        if (remade_ || options_.first_threshold == kForgetNothing) return;
        const Slots<Symbol>& slots = words_.slots;
        queue_.each([&](Entry<Place>& entry) {
            const Token left = left_of(entry.pair), right = right_of(entry.pair);
            if (!entry.places.begin || vocabulary_.length(left) > 1 || vocabulary_.length(right) > 1) return;
            const auto gone = [&](Place at) { return slots[at] != left || slots[at + 1] != right; };
            Place* end = std::remove_if(entry.places.begin, entry.places.begin + entry.places.size, gone);
            entry.places.size = static_cast<std::size_t>(end - entry.places.begin);
            pool_.shrink(entry.places);
        });
        cleared_ = true;
    }

    // The places of a pair that was not listed when its tokens met again.
    void gather_one(Entry<Place>& entry) {
        std::vector<std::size_t> places;
        words_.each_pair(watch_, [&](PairKey key, std::size_t at, std::int64_t) {
            if (key == entry.pair) places.push_back(at);
        });
        set_places(entry, places);
    }

    // HF merges a pair everywhere in the words of an entry, also where another entry of the same pair points.
    void spread_over_words(Entry<Place>& entry) {
        std::vector<std::size_t> places;
        std::size_t done = 0;
        for (std::size_t i = 0; i < entry.places.size; ++i) {
            std::size_t at = entry.places.begin[i];
            if (at < done) continue;
            while (words_.slots[at - 1] != kEdge) --at;
            for (; words_.slots[at] != kEdge; ++at)
                if (words_.slots[at] == left_of(entry.pair)) places.push_back(at);
            done = at;
        }
        set_places(entry, places);
    }

    void set_places(Entry<Place>& entry, const std::vector<std::size_t>& places) {
        pool_.release(entry.places);
        entry.places = pool_.take(places.size());
        for (const std::size_t at : places) entry.places.push(at);
    }

    // HF keeps entries that have come down to 0, and takes them at the very end, by their ids, as long as their
    // pairs' counts have risen since; nothing is left to merge for them, but their pairs' ranks change.
    void merge_spent() {
        std::vector<std::pair<PairKey, std::int64_t>> spent;
        pairs_.each([&](const PairSlot& slot) {
            if (slot.spent) spent.emplace_back(slot.key, slot.count);
        });
        std::sort(spent.begin(), spent.end());
        for (const auto& [key, count] : spent) {
            if (count < least_) return;
            merges_.emplace_back(left_of(key), right_of(key));
        }
    }

    static constexpr Symbol kEdge = Slots<Symbol>::kEdge;

    Spelling<Symbol> words_;
    Vocabulary& vocabulary_;
    const MergeOptions& options_;
    Watch& watch_;
    std::int64_t least_;          // the least count of a pair that is merged
    std::int64_t threshold_ = 1;  // the least count with which a new pair is listed
    std::int64_t total_ = 0;      // the counts of all pairs, at the beginning
    std::size_t live_ = 0;        // places where any pair stands, now and when lists were last cleared
    std::size_t live_when_cleared_ = 0;
    bool cleared_ = false;  // of places
    bool remade_ = false;   // a token of one character
    PairTable pairs_;
    PairQueue<Place> queue_;
    PlacePool<Place> pool_;
    Neighbors<Place> befores_, afters_;
    std::int64_t twins_ = 0;  // of befores_' count for the merged token, what stood after it
    std::vector<Pair> merges_;
};

}  // namespace tokbench
