// Words as slots of ids, the most frequent first: where merging starts.
#pragma once

#include <algorithm>
#include <cstdint>
#include <type_traits>
#include <utility>
#include <vector>

#include "alphabet.hpp"
#include "pair_table.hpp"
#include "place_lists.hpp"
#include "slots.hpp"
#include "training.hpp"
#include "utf8.hpp"

namespace tokbench {

// All slots from the previous run's end to this one's belong to words that occur `count` times.
struct Run {
    std::size_t end;
    std::int64_t count;
};

template <class Symbol>
struct Spelling {
    static constexpr Symbol kEdge = Slots<Symbol>::kEdge;

    Slots<Symbol> slots;
    std::vector<Run> runs;
    std::vector<std::uint32_t> first_runs;  // of every kStretch slots, the run that the first of them belongs to
    bool unmerged = true;                   // each token covers one slot

    // Every pair of neighbors, with the place where it begins and the count of its word.
    template <class Visit>
    void each_pair(Watch& watch, Visit visit) const {
        if (unmerged) return each_slot(watch, visit);
        std::size_t at = 1, steps = 0;
        for (const Run& run : runs) {
            while (at < run.end) {
                if (++steps % Watch::kSteps == 0) watch.look(0);
                if (slots[at] == kEdge) {
                    ++at;
                    continue;
                }
                const std::size_t next = at + slots.length(at);
                if (slots[next] != kEdge) visit(key_of(slots[at], slots[next]), at, run.count);
                at = next;
            }
        }
    }

    // Merge a pair wherever it stands among rising places; `visit` sees each, its end, and its count, before.
    template <class Place, class Visit>
    void merge(const PlaceList<Place>& places, PairKey pair, Token merged, Watch& watch, Visit visit) {
        unmerged = false;
        const Run* run = runs.data();
        fetch(places);
        for (std::size_t i = 0; i < places.size; ++i) {
            if (i % Watch::kSteps == Watch::kSteps - 1) watch.look(0);
            if (i + kAhead < places.size) __builtin_prefetch(slots.address(places.begin[i + kAhead]));
            const std::size_t at = places.begin[i];
            // A place is out of date where one of the two tokens has gone into another since.
            if (slots[at] != left_of(pair)) continue;
            const std::size_t middle = at + slots.length(at);
            if (slots[middle] != right_of(pair)) continue;
            if (at >= run->end) run = run_at(at);
            const std::size_t end = middle + slots.length(middle);
            visit(at, end, run->count);
            slots.merge(at, middle, end, static_cast<Symbol>(merged));
        }
    }

    // Ask for the slots of the first places, so that they are there when they are needed.
    template <class Place>
    void fetch(const PlaceList<Place>& places) const {
        const std::size_t first = std::min<std::size_t>(places.size, kAhead);
        for (std::size_t i = 0; i < first; ++i) __builtin_prefetch(slots.address(places.begin[i]));
    }

    // Where runs are found; to be called when all are known.
    void find_runs() {
        first_runs.clear();
        for (std::size_t run = 0; run < runs.size(); ++run)
            while (first_runs.size() * kStretch < runs[run].end) first_runs.push_back(static_cast<std::uint32_t>(run));
    }

    // Write the words to a checkpoint, a slot for each token; a word of one token has no part in merging any more.
    void write(Checkpoint<Symbol>& checkpoint) && {
        std::size_t at = 1, to = 1;  // what is read is never behind what is written
        for (const Run& run : runs) {
            const std::size_t begin = to;
            while (at < run.end) {
                const std::size_t word = to;
                for (std::size_t next; slots[at] != kEdge; at = next) {
                    next = at + slots.length(at);
                    slots.put(to++, slots[at]);
                }
                ++at;
                if (to - word > 1) slots.put(to++, kEdge);
                else to = word;
            }
            if (to == begin) continue;
            checkpoint.ends.push_back(static_cast<std::int64_t>(to));
            checkpoint.counts.push_back(run.count);
        }
        checkpoint.symbols = std::move(slots).take(to);
    }

   private:
    static constexpr std::size_t kAhead = 16;  // places fetched before they are needed

    static constexpr std::size_t kStretch = 256;

    // The same where it is known how far each token goes, so that no step waits for the one before.
    template <class Visit>
    void each_slot(Watch& watch, Visit visit) const {
        std::size_t at = 1, steps = 0;
        for (const Run& run : runs) {
            for (; at < run.end; ++at) {
                if (++steps % Watch::kSteps == 0) watch.look(0);
                const Symbol left = slots[at - 1], right = slots[at];
                if ((left != kEdge) & (right != kEdge)) visit(key_of(left, right), at - 1, run.count);
            }
        }
    }

    const Run* run_at(std::size_t at) const {
        const Run* run = &runs[first_runs[at / kStretch]];
        while (at >= run->end) ++run;
        return run;
    }
};

// The words of a checkpoint, in symbols that may be wider than its own.
template <class Symbol, class Narrow>
Spelling<Symbol> spelling_of(Checkpoint<Narrow>& from) {
    MappedVector<Symbol> symbols;
    if constexpr (std::is_same_v<Symbol, Narrow>) {
        symbols = std::move(from.symbols);
    } else {
        symbols.reserve(from.symbols.size());
        for (const Narrow symbol : from.symbols)
            symbols.push_back(symbol == Slots<Narrow>::kEdge ? Slots<Symbol>::kEdge : symbol);
    }
    Spelling<Symbol> spelling{Slots<Symbol>(std::move(symbols))};
    for (std::size_t run = 0; run < from.ends.size(); ++run)
        spelling.runs.push_back({static_cast<std::size_t>(from.ends[run]), from.counts[run]});
    spelling.find_runs();
    return spelling;
}

// The words' indices, higher counts first, equal counts in the words' own order.
inline MappedVector<std::uint32_t> by_count(const WordsView& words) {
    // Few words occur often: all others are put in place by counting.
    constexpr std::int64_t kOften = 1 << 12;
    std::vector<std::uint32_t> starts(kOften + 2, 0);
    const auto bucket = [&](std::size_t word) {
        return static_cast<std::size_t>(kOften - std::min(words.counts[word], kOften));
    };
    for (std::size_t word = 0; word < words.size; ++word) ++starts[bucket(word) + 1];
    for (std::size_t i = 1; i < starts.size(); ++i) starts[i] += starts[i - 1];
    const std::size_t often = starts[1];
    MappedVector<std::uint32_t> order(words.size);
    for (std::size_t word = 0; word < words.size; ++word)
        order[starts[bucket(word)]++] = static_cast<std::uint32_t>(word);
    std::stable_sort(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(often),
                     [&](std::uint32_t left, std::uint32_t right) { return words.counts[left] > words.counts[right]; });
    return order;
}

// Spell every word that has at least `least` characters; others have no part in merging.
template <class Symbol>
Spelling<Symbol> spell_words(const WordsView& words, Alphabet& alphabet, std::size_t least, Watch& watch) {
    Spelling<Symbol> spelling{Slots<Symbol>(alphabet.characters + words.size + 1)};
    auto& slots = spelling.slots;
    auto& runs = spelling.runs;
    std::size_t steps = 0;
    for (const std::uint32_t index : by_count(words)) {
        const std::string_view word = words.word(index);
        const std::size_t begin = slots.size();
        for (std::size_t at = 0; at < word.size();) {
            const bool first = at == 0;
            if (++steps % Watch::kSteps == 0) watch.look(0);
            const char32_t point = read_code_point(word, at);
            const Token id = alphabet.table[point].ids[place_in_word(first, at == word.size())];
            if (id != kNoToken) slots.push(static_cast<Symbol>(id));
        }
        if (slots.size() - begin < least) {
            while (slots.size() > begin) slots.pop();
            continue;
        }
        slots.push(Slots<Symbol>::kEdge);
        if (!runs.empty() && runs.back().count == words.counts[index]) {
            runs.back().end = slots.size();
        } else {
            runs.push_back({slots.size(), words.counts[index]});
        }
    }
    spelling.find_runs();
    return spelling;
}

}  // namespace tokbench
