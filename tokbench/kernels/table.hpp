// A table of byte strings and how often each occurs, for many short strings.
//
// An entry is 24 bytes. A string of up to 15 bytes lies in its entry, so that a lookup touches one place in memory;
// a longer one lies in the arena, and its entry keeps its hash. Two strings that differ in their flag alone differ.
#pragma once

#include <bit>
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <vector>

#include "large_pages.hpp"
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
    void prefetch(std::uint64_t place) const { __builtin_prefetch(at(place)); }
    std::size_t bytes() const { return bytes_; }

  private:
    static constexpr std::size_t kBlock = 1 << 20;

    const Byte *at(std::uint64_t place) const { return blocks_[place >> 21].get() + (place & ((1u << 21) - 1)); }

    std::vector<std::unique_ptr<Byte[]>> blocks_;
    std::size_t used_ = kBlock;
    std::size_t bytes_ = 0;
};

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
        key.high |= (static_cast<std::uint64_t>(size) << 56) | (flag ? kFlag : 0);
        return key;
    }

    // The same, faster: reads sixteen bytes, which must be readable.
    static Key of_readable(Span bytes, bool flag) {
        const std::size_t size = bytes.size();
        Key key{load8(bytes.begin), load8(bytes.begin + 8)};
        key.low &= size >= 8 ? ~0ull : (1ull << (8 * size)) - 1;
        key.high &= size > 8 ? (1ull << (8 * (size - 8))) - 1 : 0;
        key.high |= (static_cast<std::uint64_t>(size) << 56) | (flag ? kFlag : 0);
        return key;
    }
};

static_assert(std::endian::native == std::endian::little, "keys are laid out for little-endian machines");

class CountTable {
  public:
    // Tables that are filled from one another need different spreads (odd numbers): a table that is read in the order
    // of its places would fill one of the same spread from one end, and every search there would grow long.
    explicit CountTable(std::uint64_t spread) : spread_(spread) {}

    // Makes room for more strings, so that they may come in any order.
    void reserve(std::size_t more) {
        while (entries_.empty() || (size_ + more) * 10 >= entries_.size() * 7) grow();
    }

    struct Entry {
        Key key;
        std::int64_t count = 0;
    };

    // Adds to the count of a string of at most Key::kShort bytes, or of more; returns whether it is new.
    bool add_short(const Key &key, std::uint64_t hash, std::int64_t count);
    bool add_long(Span bytes, bool flag, std::uint64_t hash, std::int64_t count);

    void prefetch(std::uint64_t hash) const {
        if (!entries_.empty()) __builtin_prefetch(&entries_[place(hash)]);
    }

    // Adds all the counts of another table of the same spread, which is of no use afterwards.
    void absorb(CountTable &other);


    std::size_t size() const { return size_; }
    std::size_t bytes() const { return entries_.capacity() * sizeof(Entry) + arena_.bytes(); }

    // Calls visit(bytes, entry) for the strings in one of `parts` equal parts of the table, in no order; the
    // bytes live until the call returns.
    template <class Visit> void each(std::size_t part, std::size_t parts, Visit visit) const {
        const std::size_t last = entries_.size() * (part + 1) / parts;
        for (std::size_t index = entries_.size() * part / parts; index < last; ++index) {
            if (index + kAhead < last) prefetch_bytes(entries_[index + kAhead].key);
            const Entry &entry = entries_[index];
            if (!entry.key.used()) continue;
            Byte inline_bytes[16];
            visit(bytes_of(entry.key, inline_bytes), entry);
        }
    }
    Span bytes_of(const Key &key, Byte (&inline_bytes)[16]) const;
    void prefetch_bytes(const Key &key) const {
        if (key.is_long()) arena_.prefetch(key.high & kPlace);
    }

    static std::uint64_t hash_long(Span bytes);

  private:
    static constexpr std::size_t kAhead = 32;
    static constexpr std::uint64_t kPlace = (1ull << 56) - 1;

    std::size_t place(std::uint64_t hash) const { return (hash * spread_) >> shift_; }
    Entry &insert(Entry &slot, const Key &key, std::uint64_t hash);
    void grow();

    std::vector<Entry, LargePages<Entry>> entries_;
    Arena arena_;
    std::size_t size_ = 0;
    int shift_ = 64;
    std::uint64_t spread_;
};

inline void add_count(std::int64_t &sum, std::int64_t count) {
    if (__builtin_add_overflow(sum, count, &sum)) throw CountOverflow();
}

inline bool CountTable::add_short(const Key &key, std::uint64_t hash, std::int64_t count) {
    if (entries_.empty()) grow();
    const std::size_t mask = entries_.size() - 1;
    for (std::size_t index = place(hash);; index = (index + 1) & mask) {
        Entry &entry = entries_[index];
        if (entry.key == key) {
            add_count(entry.count, count);
            return false;
        }
        if (!entry.key.used()) {
            insert(entry, key, hash).count = count;
            return true;
        }
    }
}

}  // namespace tokbench
