#include "table.hpp"

#include <algorithm>

namespace tokbench {

std::uint64_t Arena::add(Span bytes) {
    const std::size_t needed = bytes.size() + sizeof(std::uint64_t);
    if (kBlock - used_ < needed || needed > kBlock) {
        blocks_.emplace_back(std::max(needed, kBlock));
        bytes_ += std::max(needed, kBlock);
        used_ = 0;
    }
    const std::uint64_t place = (static_cast<std::uint64_t>(blocks_.size() - 1) << 21) | used_;
    const std::uint64_t size = bytes.size();
    Byte *to = blocks_.back().data() + used_;
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
    std::size_t slot = 0;
    Entry *found = find(hash, slot, [&](const Key &known) {
        if (known.low != hash || !known.is_long() || known.flag() != flag) return false;
        const Span same = arena_.get(known.high & kPlace);
        return same.size() == bytes.size() && std::memcmp(same.begin, bytes.begin, bytes.size()) == 0;
    });
    if (found == nullptr) insert({hash, arena_.add(bytes) | Key::kLong | (flag ? Key::kFlag : 0)}, hash, count, slot);
    else add_count(found->count, count);
    return found == nullptr;
}

void CountTable::absorb(CountTable &other) {
    if (other.size() > size()) std::swap(*this, other);
    reserve(other.size());
    for (std::size_t number = 1; number < other.entries_.size(); ++number) {
        if (number + kAhead < other.entries_.size()) ask_slot(other.entries_[number + kAhead].key.hash());
        const auto &[key, count] = other.entries_[number];
        if (key.is_long()) add_long(other.arena_.get(key.high & kPlace), key.flag(), key.low, count);
        else add_short(key, key.hash(), count);
    }
}

// Makes an entry for a new string; at most half of the slots are taken.
void CountTable::insert(const Key &key, std::uint64_t hash, std::int64_t count, std::size_t slot) {
    index_[slot] = static_cast<std::uint32_t>(hash << bits_ | entries_.size());
    entries_.push_back({key, count});
    if (size() * 2 > index_.size()) grow();
}

void CountTable::grow() {
    if (bits_ == 32) throw std::length_error("more than 2^31 distinct strings in one table");
    index_ = {};  // let go of before the larger one is made
    index_.resize(std::size_t{1} << ++bits_);
    const std::size_t mask = index_.size() - 1;
    for (std::size_t number = 1; number < entries_.size(); ++number) {
        const std::uint64_t hash = entries_[number].key.hash();
        std::size_t slot = place(hash);
        while (index_[slot] != 0) slot = (slot + 1) & mask;
        index_[slot] = static_cast<std::uint32_t>(hash << bits_ | number);
    }
}

}  // namespace tokbench
