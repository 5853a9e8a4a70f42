// Words as one row of slots, in which tokens grow over the slots of those they swallow.
//
// A token begins in the slot of its first character and covers the slots of all its characters. Its first slot holds
// its id; its second and its last hold its length, written as a mark; slots between them hold any mark. So the next
// and the previous token are one step away, an id is found only where a token begins, and merging moves nothing.
// Before and after every word stands an edge. `lower` with `low` and `er` merged, edges as |:
//
//     |  low  3  3  er  2  |
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <utility>

#include "mapped_memory.hpp"

namespace tokbench {

template <class Symbol>
class Slots {
   public:
    static constexpr Symbol kEdge = std::numeric_limits<Symbol>::max();
    // The highest 256 of 16-bit symbols are marks, the upper half of 32-bit ones.
    static constexpr Symbol kFirstMark = sizeof(Symbol) == 2 ? 0xFF00 : Symbol{1} << (8 * sizeof(Symbol) - 1);
    static constexpr std::size_t kLongest = kEdge - kFirstMark - 1;

    explicit Slots(std::size_t capacity) {
        expect_values(slots_, capacity);
        slots_.push_back(kEdge);
    }

    explicit Slots(MappedVector<Symbol> slots) : slots_(std::move(slots)) {}

    static constexpr bool is_token(Symbol symbol) { return symbol < kFirstMark; }

    void push(Symbol symbol) { slots_.push_back(symbol); }
    void pop() { slots_.pop_back(); }
    void put(std::size_t at, Symbol symbol) { slots_[at] = symbol; }
    MappedVector<Symbol> take(std::size_t size) && {
        slots_.resize(size);
        return std::move(slots_);
    }
    std::size_t size() const { return slots_.size(); }
    Symbol operator[](std::size_t at) const { return slots_[at]; }
    const Symbol* address(std::size_t at) const { return slots_.data() + at; }

    // How many slots the token that begins at `at` covers. What the mark is cannot be foretold: no branch hangs on it.
    [[gnu::always_inline]] std::size_t length(std::size_t at) const {
        const Symbol mark = slots_[at + 1];
        if (mark == kFirstMark) [[unlikely]] return walk_to_end(at) - at;
        return length_of(mark);
    }

    // Where the token before `at` begins, or the edge before a word.
    std::size_t before(std::size_t at) const {
        const Symbol mark = slots_[at - 1];
        if (mark == kFirstMark) [[unlikely]] return walk_to_begin(at);
        return at - length_of(mark);
    }

    // Let a token cover the slots from `left`, over `right`, to `end`.
    void merge(std::size_t left, std::size_t right, std::size_t end, Symbol merged) {
        const std::size_t length = end - left;
        // A length that a mark cannot tell is found by walking.
        const auto mark = static_cast<Symbol>(kFirstMark + (length <= kLongest ? length : 0));
        slots_[left] = merged;
        slots_[right] = kFirstMark;
        slots_[left + 1] = mark;
        slots_[end - 1] = mark;
    }

   private:
    static constexpr std::size_t length_of(Symbol mark) {
        const auto length = static_cast<std::size_t>(static_cast<Symbol>(mark - kFirstMark));
        return length < static_cast<std::size_t>(kEdge - kFirstMark) ? length : 1;
    }

    std::size_t walk_to_end(std::size_t at) const {
        std::size_t end = at + 1;
        while (!is_token(slots_[end]) && slots_[end] != kEdge) ++end;
        return end;
    }

    std::size_t walk_to_begin(std::size_t end) const {
        std::size_t begin = end - 1;
        while (!is_token(slots_[begin])) --begin;
        return begin;
    }

    MappedVector<Symbol> slots_;
};

}  // namespace tokbench
