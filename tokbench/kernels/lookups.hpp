// Strings on their way into a table: they wait until their places have come from memory.
#pragma once

#include <array>

#include "table.hpp"

namespace tokbench {

class Lookups {
  public:
    explicit Lookups(CountTable &table) : table_(table) {}

    // Takes a string, which must live until the lookups are settled, unless it is short. Whether sixteen bytes may be
    // read from its beginning is for the caller to know.
    template <class OnNew> void add(Span bytes, bool flag, std::int64_t count, bool readable, OnNew on_new) {
        const std::size_t at = waiting_;
        bytes_[at] = bytes;
        counts_[at] = count;
        if (bytes.size() > Key::kShort) {
            // Of a long string the key is made when it is new; until then it is a mere sign of the flag.
            keys_[at] = {flag, 0};
            hashes_[at] = CountTable::hash_long(bytes);
            any_long_ = true;
        } else {
            const Key key = readable ? Key::of_readable(bytes, flag) : Key::of_short(bytes, flag);
            keys_[at] = key;
            hashes_[at] = key.hash();
        }
        table_.ask_slot(hashes_[at]);
        waiting_ = at + 1;
        if (waiting_ == kMost) settle(on_new);
    }

    // Counts all that waits; calls on_new(bytes) for each string that is new.
    template <class OnNew> void settle(OnNew on_new) {
        std::array<CountTable::Number, kMost> guesses;
        for (std::size_t at = 0; at < waiting_; ++at) guesses[at] = table_.ask_entry(hashes_[at]);
        for (std::size_t at = 0; any_long_ && at < waiting_; ++at) table_.ask_bytes(guesses[at]);
        for (std::size_t at = 0; at < waiting_; ++at) {
            const bool is_new = keys_[at].used()
                                    ? table_.add_short(keys_[at], hashes_[at], counts_[at], guesses[at])
                                    : table_.add_long(bytes_[at], keys_[at].low != 0, hashes_[at], counts_[at]);
            if (is_new) on_new(bytes_[at]);
        }
        waiting_ = 0;
        any_long_ = false;
    }

    // Whether a string waits that must live until it is settled.
    bool any_long() const { return any_long_; }

  private:
    static constexpr std::size_t kMost = 64;

    CountTable &table_;
    std::array<Key, kMost> keys_;
    std::array<std::uint64_t, kMost> hashes_;
    std::array<Span, kMost> bytes_;
    std::array<std::int64_t, kMost> counts_;
    std::size_t waiting_ = 0;
    bool any_long_ = false;
};

}  // namespace tokbench
