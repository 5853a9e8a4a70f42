#include "table.hpp"

#include <algorithm>

namespace tokbench {

std::uint64_t Arena::add(Span bytes) {
    const std::size_t needed = bytes.size() + sizeof(std::uint64_t);
    if (kBlock - used_ < needed || needed > kBlock) {
        blocks_.emplace_back(new Byte[std::max(needed, kBlock)]);
        bytes_ += std::max(needed, kBlock);
        used_ = 0;
    }
    const std::uint64_t place = (static_cast<std::uint64_t>(blocks_.size() - 1) << 21) | used_;
    const std::uint64_t size = bytes.size();
    Byte *to = blocks_.back().get() + used_;
    std::memcpy(to, &size, sizeof size);
    std::memcpy(to + sizeof size, bytes.begin, bytes.size());
    used_ = std::min(used_ + needed, kBlock);
    return place;
}

Span Arena::get(std::uint64_t place) const {
    const std::uint64_t size = load8(at(place));
    const Byte *begin = at(place) + sizeof size;
    return {begin, begin + size};
}

std::uint64_t CountTable::hash_long(Span bytes) {
    std::uint64_t state = bytes.size() ^ 0xA0761D6478BD642F;
    const Byte *at = bytes.begin;
    for (; bytes.end - at > 16; at += 16) {
        state = Key::mix(load8(at) ^ 0xE7037ED1A0B428DB, load8(at + 8) ^ state);
    }
    // The last 16 bytes, which may overlap the ones before: a long string has 16 at least.
    state = Key::mix(load8(bytes.end - 16) ^ 0x8EBC6AF09C88C6E3, load8(bytes.end - 8) ^ state);
    return Key::mix(state ^ 0x589965CC75374CC3, 0x1D8E4E27C47D124F);
}

bool CountTable::add_long(Span bytes, bool flag, std::uint64_t hash, std::int64_t count) {
    if (entries_.empty()) grow();
    const std::size_t mask = entries_.size() - 1;
    for (std::size_t index = place(hash);; index = (index + 1) & mask) {
        Entry &entry = entries_[index];
        if (!entry.key.used()) {
            Key key{hash, arena_.add(bytes) | Key::kLong | (flag ? Key::kFlag : 0)};
            insert(entry, key, hash).count = count;
            return true;
        }
        if (entry.key.low != hash || !entry.key.is_long() || entry.key.flag() != flag) continue;
        Byte unused[16];
        const Span known = bytes_of(entry.key, unused);
        if (known.size() == bytes.size() && std::memcmp(known.begin, bytes.begin, bytes.size()) == 0) {
            add_count(entry.count, count);
            return false;
        }
    }
}

Span CountTable::bytes_of(const Key &key, Byte (&inline_bytes)[16]) const {
    if (key.is_long()) return arena_.get(key.high & kPlace);
    std::memcpy(inline_bytes, &key.low, 8);
    std::memcpy(inline_bytes + 8, &key.high, 8);
    return {inline_bytes, inline_bytes + key.length()};
}

void CountTable::absorb(CountTable &other) {
    // The smaller goes into the larger: it is read in the order of its places, see the constructor.
    if (other.size_ > size_) std::swap(*this, other);
    for (const Entry &entry : other.entries_) {
        if (!entry.key.used()) continue;
        if (entry.key.is_long()) {
            Byte unused[16];
            add_long(other.bytes_of(entry.key, unused), entry.key.flag(), entry.key.low, entry.count);
        } else {
            add_short(entry.key, entry.key.hash(), entry.count);
        }
    }
}

// Takes a free slot for a new key; the table grows when seven tenths are taken.
CountTable::Entry &CountTable::insert(Entry &slot, const Key &key, std::uint64_t hash) {
    slot.key = key;
    if (++size_ * 10 < entries_.size() * 7) return slot;
    grow();
    const std::size_t mask = entries_.size() - 1;
    std::size_t index = place(hash);
    while (entries_[index].key != key) index = (index + 1) & mask;
    return entries_[index];
}

void CountTable::grow() {
    decltype(entries_) old(entries_.empty() ? 1024 : entries_.size() * 2);
    old.swap(entries_);
    shift_ = 64 - __builtin_ctzll(entries_.size());
    const std::size_t mask = entries_.size() - 1;
    for (const Entry &entry : old) {
        if (!entry.key.used()) continue;
        std::size_t index = place(entry.key.hash());
        while (entries_[index].key.used()) index = (index + 1) & mask;
        entries_[index] = entry;
    }
}

}  // namespace tokbench
