// A table of byte strings and how often each occurs, for many short strings.
//
// Entries, of 24 bytes, stand in the order in which they came, so that the frequent ones, which come early, share the
// fast part of memory; an open-addressing index of four bytes a slot finds them. A string of up to 15 bytes lies in
// its entry; a longer one lies in the arena, and its entry keeps its hash. Two strings that differ in their flag alone
// differ.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <stdexcept>
#include <vector>

#include "mapped_memory.hpp"
#include "text.hpp"

namespace tokbench {

struct CountOverflow : std::overflow_error {
    CountOverflow() : std::overflow_error("a count is over 2^63 - 1") {}
};

// Bytes that are never moved or freed one by one.
class Arena {
  public:
    Arena() = default;
    Arena(Arena &&) = default;
    Arena &operator=(Arena &&) = default;

    std::uint64_t add(Span bytes);
    Span get(std::uint64_t place) const;
    [[gnu::always_inline]] void prefetch(std::uint64_t place) const { __builtin_prefetch(at(place)); }
    std::size_t bytes() const { return bytes_; }

  private:
    static constexpr std::size_t kBlock = 1 << 20;

    const Byte *at(std::uint64_t place) const { return blocks_[place >> 21].data() + (place & ((1u << 21) - 1)); }

    std::vector<MappedVector<Byte>> blocks_;
    std::size_t used_ = kBlock;
    std::size_t bytes_ = 0;
};

// Of sixteen bytes, those that belong to a string of a length below 16.
struct BytesOf {
    std::uint64_t low, high;
};
constexpr auto kBytesOf = [] {
    std::array<BytesOf, 16> masks{};
    for (std::size_t size = 0; size < 16; ++size) {
        masks[size].low = size < 8 ? (1ull << (8 * size)) - 1 : ~0ull;
        masks[size].high = size > 8 ? (1ull << (8 * (size - 8))) - 1 : 0;
    }
    return masks;
}();

// Keys as the table compares them. The top byte of `high` holds the length, the flag, and whether the key is long.
struct Key {
    std::uint64_t low = 0;
    std::uint64_t high = 0;

    static constexpr std::size_t kShort = 15;
    static constexpr std::uint64_t kFlag = 0x40ull << 56, kLong = 0x80ull << 56;

    bool operator==(const Key &) const = default;
    bool used() const { return high != 0; }
    bool is_long() const { return (high & kLong) != 0; }
    bool flag() const { return (high & kFlag) != 0; }
    std::size_t length() const { return (high >> 56) & 0x0F; }
    std::uint64_t hash() const { return is_long() ? low : mix(low ^ 0x9E3779B97F4A7C15, high ^ 0xD1B54A32D192ED03); }

    static std::uint64_t mix(std::uint64_t one, std::uint64_t other) {
        const auto product = static_cast<unsigned __int128>(one) * other;
        return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
    }

    static Key of_short(Span bytes, bool flag) {
        const std::size_t size = bytes.size();
        Key key;
        if (size >= 8) {
            key.low = load8(bytes.begin);
            if (size > 8) key.high = load8(bytes.end - 8) >> (8 * (16 - size));
        } else if (size >= 4) {
            key.low = load4(bytes.begin) | (load4(bytes.end - 4) << (8 * (size - 4)));
        } else if (size > 0) {
            const std::size_t middle = size / 2;
            key.low = bytes.begin[0] | (static_cast<std::uint64_t>(bytes.begin[middle]) << (8 * middle)) |
                      (static_cast<std::uint64_t>(bytes.begin[size - 1]) << (8 * (size - 1)));
        }
        key.high |= head(size, flag);
        return key;
    }

    // The same, faster: reads sixteen bytes, which must be readable.
    static Key of_readable(Span bytes, bool flag) {
        const std::size_t size = bytes.size();
        return {load8(bytes.begin) & kBytesOf[size].low,
                (load8(bytes.begin + 8) & kBytesOf[size].high) | head(size, flag)};
    }

  private:
    static std::uint64_t head(std::size_t size, bool flag) {
        return (static_cast<std::uint64_t>(size) << 56) | (flag ? kFlag : 0);
    }
};

static_assert(std::endian::native == std::endian::little, "keys are laid out for little-endian machines");

class CountTable {
  public:
    struct Entry {
        Key key;
        std::int64_t count;
    };

    // Makes room for more strings.
    void reserve(std::size_t more) {
        while ((size() + more) * 2 > index_.size()) grow();
    }

    // The number of an entry, from 1; 0 for none. It may be a guess, which is looked at before all other entries.
    using Number = std::uint32_t;

    // Adds to the count of a string of at most Key::kShort bytes, or of more; returns whether it is new.
    bool add_short(const Key &key, std::uint64_t hash, std::int64_t count, Number guess = 0);
    bool add_long(Span bytes, bool flag, std::uint64_t hash, std::int64_t count);

    // A lookup that is told of ahead does not wait for memory: first the slot is asked for, then the entry, then the
    // bytes of a long string. (What only asks must be inlined: compilers take it for doing nothing.)
    [[gnu::always_inline]] void ask_slot(std::uint64_t hash) const { __builtin_prefetch(&index_[place(hash)]); }
    [[gnu::always_inline]] Number ask_entry(std::uint64_t hash) const {
        const std::uint32_t slot = index_[place(hash)];
        const Number guess = slot & (is_tagged(slot, hash) ? static_cast<Number>(index_.size() - 1) : 0);
        __builtin_prefetch(&entries_[guess]);
        return guess;
    }
    [[gnu::always_inline]] void ask_bytes(Number guess) const { ask_bytes(entries_[guess].key); }
    [[gnu::always_inline]] void ask_bytes(const Key &key) const {
        if (key.is_long()) arena_.prefetch(key.high & kPlace);
    }

    // Adds all the counts of another table, which is of no use afterwards.
    void absorb(CountTable &other);

    std::size_t size() const { return entries_.size() - 1; }
    std::size_t bytes() const {
        return index_.size() * sizeof(index_[0]) + entries_.capacity() * sizeof(Entry) + arena_.bytes();
    }

    // Entries by their numbers, which are not the numbers of other tables.
    const Entry &entry(Number number) const { return entries_[number]; }
    Number number(const Entry &entry) const { return static_cast<Number>(&entry - entries_.data()); }

    // Calls visit(bytes, entry) for the strings in one of `parts` equal parts of the table, in the order in which they
    // came; the bytes live until the call returns.
    template <class Visit> void each(std::size_t part, std::size_t parts, Visit visit) const {
        const std::size_t last = size() * (part + 1) / parts + 1;
        for (std::size_t number = size() * part / parts + 1; number < last; ++number) {
            if (number + kAhead < last) ask_bytes(entries_[number + kAhead].key);
            Byte inline_bytes[16];
            visit(bytes_of(entries_[number].key, inline_bytes), entries_[number]);
        }
    }
    Span bytes_of(const Key &key, Byte (&inline_bytes)[16]) const {
        if (key.is_long()) return arena_.get(key.high & kPlace);
        std::memcpy(inline_bytes, &key.low, 8);
        std::memcpy(inline_bytes + 8, &key.high, 8);
        return {inline_bytes, inline_bytes + key.length()};
    }

    static std::uint64_t hash_long(Span bytes);

  private:
    static constexpr std::size_t kAhead = 32;
    static constexpr std::uint64_t kPlace = (1ull << 56) - 1;

    // The highest bits of hashes tell the parts of a dump apart: within one part they are all alike.
    std::size_t place(std::uint64_t hash) const { return (hash << 6) >> (64 - bits_); }

    // A slot holds the number of an entry, from 1, in as many bits as number the slots, and above them bits of its hash.
    bool is_tagged(std::uint32_t slot, std::uint64_t hash) const {
        return (slot != 0) & ((static_cast<std::uint64_t>(slot ^ static_cast<std::uint32_t>(hash << bits_)) >> bits_ == 0));
    }
    template <class Same> Entry *find(std::uint64_t hash, std::size_t &slot, Same same);
    void insert(const Key &key, std::uint64_t hash, std::int64_t count, std::size_t slot);
    void grow();

    MappedVector<std::uint32_t> index_ = MappedVector<std::uint32_t>(1 << 10);
    int bits_ = 10;  // of a slot's number
    MappedVector<Entry> entries_ = MappedVector<Entry>(1);  // the first is none
    Arena arena_;
};

inline void add_count(std::int64_t &sum, std::int64_t count) {
    if (__builtin_add_overflow(sum, count, &sum)) throw CountOverflow();
}

// The entry with that hash for which `same` is true, or null, with the slot where it would stand.
template <class Same> CountTable::Entry *CountTable::find(std::uint64_t hash, std::size_t &slot, Same same) {
    const std::size_t mask = index_.size() - 1;
    for (slot = place(hash); index_[slot] != 0; slot = (slot + 1) & mask) {
        if (!is_tagged(index_[slot], hash)) continue;
        Entry &found = entries_[index_[slot] & mask];
        if (same(found.key)) return &found;
    }
    return nullptr;
}

inline bool CountTable::add_short(const Key &key, std::uint64_t hash, std::int64_t count, Number guess) {
    if (entries_[guess].key == key) {
        add_count(entries_[guess].count, count);
        return false;
    }
    std::size_t slot = 0;
    Entry *found = find(hash, slot, [&key](const Key &known) { return known == key; });
    if (found == nullptr) insert(key, hash, count, slot);
    else add_count(found->count, count);
    return found == nullptr;
}

}  // namespace tokbench
