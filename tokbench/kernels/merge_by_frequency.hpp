// Byte-pair encoding: learn_by_frequency of reference/merging.py.
//
// The reference keeps every pair and its places from the beginning. Here rare pairs are not known at all: pairs that
// come with less than a threshold are forgotten at once. When the queue has come down to the threshold, it is lowered,
// and a census finds the pairs above it. As the count of a pair falls from the day it comes, most pairs never need to
// be known.
//
// That holds as long as every merge makes a token that no word had before. Otherwise its pairs may rise: tokens that
// were neighbors once meet again. HF queues such pairs a second time, with the new places, and merges them when either
// entry comes up, in the order of the counts that they were queued with. To follow, all pairs must be known. Text that
// people write does not come to that, so training begins without, and anew, with all pairs known, where it does.
#pragma once

#include <algorithm>
#include <utility>
#include <vector>

#include "census.hpp"
#include "neighbors.hpp"
#include "pair_queue.hpp"
#include "pair_table.hpp"
#include "place_lists.hpp"
#include "spelling.hpp"
#include "training.hpp"
#include "vocabulary.hpp"

namespace tokbench {

// A merge made a token that words had before: begin anew, knowing all pairs.
struct MadeTwice {};

struct KnownPair {
    PairKey key : 48;
    std::uint64_t listed : 1;  // it is, or was, in the queue
    std::uint64_t again : 1;   // it was queued again after it was listed: its entries may share words
    std::uint64_t spent : 1;   // one of its entries has come down to 0 and left the queue
    std::int64_t count;
};

template <class Symbol, class Place>
class FrequencyMerger {
   public:
    FrequencyMerger(Spelling<Symbol> spelling, Vocabulary& vocabulary, const MergeOptions& options, Watch& watch)
        : words_(std::move(spelling)),
          vocabulary_(vocabulary),
          options_(options),
          watch_(watch),
          least_(std::max<std::int64_t>(1, options.min_frequency)) {}

    std::vector<Pair> learn() {
        begin();
        return merge_on();
    }

    // Go on after merges that were made up to a checkpoint, whose words these are; return what comes then.
    template <class Narrow>
    std::vector<Pair> resume(const std::vector<Pair>& merges, const Checkpoint<Narrow>& from) {
        for (Token token = 0; token < from.spelled.size(); ++token)
            if (from.spelled[token]) note(token, Origin::spelled);
        for (const auto& [left, right] : merges) note(vocabulary_.merge(left, right), Origin::merged);
        Census<Symbol, Place> census(words_, vocabulary_.size(), watch_);
        list(census, scaled(from.threshold, merges.size(), from.spelled.size()));
        return merge_on();
    }

    // Where learning stopped; only the words are left to be taken along. To be called last.
    Checkpoint<Symbol> stopped(std::size_t unmerged) const {
        Checkpoint<Symbol> checkpoint;
        checkpoint.threshold = threshold_;
        for (Token token = 0; token < unmerged; ++token)
            checkpoint.spelled.push_back(token < origins_.size() && origins_[token] == Origin::spelled);
        return checkpoint;
    }

    Spelling<Symbol> take_words() && { return std::move(words_); }

   private:
    using Tally = typename Neighbors<Symbol, Place>::Tally;

    std::vector<Pair> merge_on() {
        Entry<Place> entry;
        while (vocabulary_.size() < options_.vocab_size && pop(entry)) {
            merge(entry);
            if (merges_.size() % 64 == 0) watch_.look(vocabulary_.size());
        }
        if (vocabulary_.size() < options_.vocab_size && queue_.empty()) merge_spent();
        return std::move(merges_);
    }

    void begin() {
        Census<Symbol, Place> census(words_, vocabulary_.size(), watch_);
        std::int64_t total = 0;
        census.each([&](const auto& pair) {
            total += pair.count;
            note(left_of(pair.key), Origin::spelled);
            note(right_of(pair.key), Origin::spelled);
        });
        list(census, first_threshold(total));
    }

    // Where a token of the words comes from, or that no word has had it.
    enum class Origin : std::uint8_t { none, spelled, merged };

    Origin note(Token token, Origin origin) {
        if (token >= origins_.size()) origins_.resize(token + token / 2 + 256);
        return std::exchange(origins_[token], origin);
    }

    // HF holds only pairs that come with a merge against max_token_length.
    bool fits(Token left, Token right) const {
        return vocabulary_.fits(left, right) ||
               (origins_[left] == Origin::spelled && origins_[right] == Origin::spelled);
    }

    // The rarest pair that is merged occurs some 20 to 90 times less often than the average pair (measured).
    std::int64_t first_threshold(std::int64_t total) const {
        if (options_.knows_all) return 1;
        if (options_.first_threshold) return options_.first_threshold;
        const std::size_t merges = options_.vocab_size - std::min(vocabulary_.size(), options_.vocab_size);
        return std::max(least_, total / (128 * (static_cast<std::int64_t>(merges) + 1)));
    }

    // The threshold that would have been the first, had so many merges more been asked for.
    std::int64_t scaled(std::int64_t threshold, std::size_t merges, std::size_t unmerged) const {
        const std::size_t wanted = std::max(options_.vocab_size - std::min(unmerged, options_.vocab_size), merges);
        const unsigned __int128 share = static_cast<unsigned __int128>(threshold) * (merges + 1) / (wanted + 1);
        return std::max(least_, static_cast<std::int64_t>(share));
    }

    // Queue the pairs that occur at least `threshold` times and are not known, with all their places.
    void list(Census<Symbol, Place>& census, std::int64_t threshold) {
        threshold_ = threshold;
        const auto wanted = [&](const auto& pair) {
            return pair.count >= threshold_ && fits(left_of(pair.key), right_of(pair.key)) && !pairs_.find(pair.key);
        };
        const std::vector<Entry<Place>> entries = census.gather(pool_, wanted);
        pairs_.expect(entries.size());
        for (const Entry<Place>& entry : entries) {
            KnownPair& pair = pairs_.get(entry.pair);
            pair.count = entry.count;
            pair.listed = 1;
            queue_.push(entry.count, entry.pair, entry.places);
        }
    }

    void lower_threshold() {
        Census<Symbol, Place> census(words_, vocabulary_.size(), watch_);
        list(census, std::max(least_, threshold_ / 8));
    }

    // Take the next entry to merge; false where none occurs often enough.
    bool pop(Entry<Place>& entry) {
        for (;;) {
            while (threshold_ > least_ && (queue_.empty() || queue_.top().count < threshold_))
                lower_threshold();
            if (queue_.empty()) return false;
            KnownPair& pair = *pairs_.find(queue_.top().pair);
            if (pair.count == queue_.top().count) {
                if (pair.count < least_) return false;
                entry = queue_.pop();
                ask_for_next();
                return true;
            }
            if (pair.count > 0) {
                queue_.move_top(pair.count);
                continue;
            }
            pair.spent = 1;
            Entry<Place> gone = queue_.pop();
            pool_.release(gone.places);
        }
    }

    // The top is likely to be the next: what it needs is fetched while this one is merged.
    void ask_for_next() const {
        if (queue_.empty()) return;
        pairs_.ask(queue_.top().pair);
        __builtin_prefetch(queue_.top().places.begin);
    }

    void merge(Entry<Place>& entry) {
        const Token left = left_of(entry.pair), right = right_of(entry.pair);
        const Token merged = vocabulary_.merge(left, right);
        if (note(merged, Origin::merged) != Origin::none && !options_.knows_all) throw MadeTwice();
        merges_.emplace_back(left, right);
        if (pairs_.find(entry.pair)->again) spread_over_words(entry);
        befores_.expect(vocabulary_.size());
        afters_.expect(vocabulary_.size());
        words_.merge(entry.places, entry.pair, merged, watch_, [&](std::size_t at, std::size_t end, std::int64_t count) {
            meet(at, end, merged, count);
        });
        pool_.release(entry.places);
        if (!queue_.empty()) words_.fetch(queue_.top().places);
        recount(left, right, merged);
    }

    // Take down the neighbors of a pair that is about to be merged.
    void meet(std::size_t at, std::size_t end, Token merged, std::int64_t count) {
        const Slots<Symbol>& slots = words_.slots;
        const std::size_t before = slots.before(at);
        befores_.add(slots[before], before, count);
        if (slots[end] == merged) [[unlikely]] {
            befores_.add(slots[end], at, count);
            twins_ += count;
        } else {
            afters_.add(slots[end], at, count);
        }
    }

    // Bring the counts up to date, and queue the pairs that are new.
    void recount(Token left, Token right, Token merged) {
        for (const Token before : befores_.seen()) pairs_.ask(key_of(before, left));
        for (const Token after : afters_.seen()) pairs_.ask(key_of(right, after));
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

    // Pairs that are rare, or that max_token_length keeps out, are not known.
    void lower(PairKey key, std::int64_t count) {
        if (KnownPair* pair = pairs_.find(key)) pair->count -= count;
    }

    // Count the new places of a pair, and take a list for them, unless it is rare.
    void raise(PairKey key, Tally& tally) {
        if (tally.count < threshold_) return;
        KnownPair& pair = pairs_.get(key);
        pair.count += tally.count;
        pair.again |= pair.listed;
        pair.listed = 1;
        tally.list = pool_.take(tally.places);
    }

    // Queue the new places of a pair.
    void enqueue(PairKey key, PlaceList<Place> list) {
        if (!list.begin) return;
        KnownPair& pair = *pairs_.find(key);
        if (pair.count > 0) {
            queue_.push(pair.count, key, list);
        } else {
            // It went as it came.
            pool_.release(list);
            pair.listed = pair.again;
        }
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
        pairs_.each([&](const KnownPair& pair) {
            if (pair.spent) spent.emplace_back(pair.key, pair.count);
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
    std::int64_t threshold_ = 1;  // the least count with which a new pair becomes known
    std::vector<Origin> origins_;  // by token
    PairTable<KnownPair> pairs_;
    PairQueue<Place> queue_;
    PlacePool<Place> pool_;
    Neighbors<Symbol, Place> befores_, afters_;
    std::int64_t twins_ = 0;  // of befores_' count for the merged token, what stood after it
    std::vector<Pair> merges_;
};

}  // namespace tokbench
