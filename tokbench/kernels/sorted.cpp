#include "sorted.hpp"

#include <algorithm>
#include <array>
#include <numeric>
#include <string>

namespace tokbench {

namespace {

// The code points that GPT-2's alphabet gives to bytes: printable Latin-1 is itself, the rest follows from U+0100.
std::array<char32_t, 256> byte_alphabet() {
    std::array<char32_t, 256> codes{};
    char32_t next = 0x100;
    for (char32_t byte = 0; byte < 256; ++byte) {
        const bool itself = (byte >= 0x21 && byte <= 0x7E) || (byte >= 0xA1 && byte != 0xAD);
        codes[byte] = itself ? byte : next++;
    }
    return codes;
}

std::string encode(char32_t code) {
    if (code < 0x80) return {static_cast<char>(code)};
    return {static_cast<char>(0xC0 | (code >> 6)), static_cast<char>(0x80 | (code & 0x3F))};
}

// What each byte is written as, and its place in the order of what is written.
struct Writing {
    bool plain;
    std::array<std::string, 256> written;
    std::array<Byte, 256> rank;

    explicit Writing(Alphabet alphabet) : plain(alphabet == Alphabet::plain) {
        std::array<char32_t, 256> codes;
        std::iota(codes.begin(), codes.end(), 0);
        std::array<int, 256> order;
        std::iota(order.begin(), order.end(), 0);
        if (alphabet == Alphabet::bytes) {
            codes = byte_alphabet();
            std::sort(order.begin(), order.end(), [&](int one, int other) { return codes[one] < codes[other]; });
        }
        for (int place = 0; place < 256; ++place) rank[order[place]] = static_cast<Byte>(place);
        for (int byte = 0; byte < 256; ++byte) {
            written[byte] = alphabet == Alphabet::bytes ? encode(codes[byte]) : std::string(1, static_cast<char>(byte));
        }
    }
};

struct Row {
    std::uint64_t prefix;  // the ranks of the first eight bytes, the first one highest
    const CountTable::Entry *entry;
};

class Sorter {
  public:
    Sorter(const CountTable &table, Alphabet alphabet) : table_(table), writing_(alphabet) {}

    std::vector<Row> rows(bool flag, const std::function<bool(Span)> &wanted) const {
        std::vector<Row> rows;
        for (const CountTable::Entry &entry : table_.entries()) {
            if (!entry.key.used() || entry.key.flag() != flag) continue;
            Byte inline_bytes[16];
            if (!wanted || wanted(table_.bytes_of(entry.key, inline_bytes))) rows.push_back({prefix(entry), &entry});
        }
        std::sort(rows.begin(), rows.end(), [this](const Row &one, const Row &other) {
            return one.prefix != other.prefix ? one.prefix < other.prefix : less(*one.entry, *other.entry);
        });
        return rows;
    }

    void write(const CountTable::Entry &entry, std::vector<Byte> &data) const {
        Byte inline_bytes[16];
        const Span bytes = table_.bytes_of(entry.key, inline_bytes);
        if (writing_.plain) {
            data.insert(data.end(), bytes.begin, bytes.end);
            return;
        }
        for (const Byte *at = bytes.begin; at < bytes.end; ++at) {
            for (const char byte : writing_.written[*at]) data.push_back(static_cast<Byte>(byte));
        }
    }

  private:
    std::uint64_t prefix(const CountTable::Entry &entry) const {
        Byte inline_bytes[16];
        const Span bytes = table_.bytes_of(entry.key, inline_bytes);
        std::uint64_t ranks = 0;
        for (std::size_t index = 0; index < 8; ++index) {
            ranks = (ranks << 8) | (index < bytes.size() ? writing_.rank[bytes.begin[index]] : 0);
        }
        return ranks;
    }

    bool less(const CountTable::Entry &one, const CountTable::Entry &other) const {
        Byte inline_one[16], inline_other[16];
        const Span left = table_.bytes_of(one.key, inline_one), right = table_.bytes_of(other.key, inline_other);
        return std::lexicographical_compare(
            left.begin, left.end, right.begin, right.end,
            [this](Byte a, Byte b) { return writing_.rank[a] < writing_.rank[b]; });
    }

    const CountTable &table_;
    Writing writing_;
};

}  // namespace

SortedCounts sorted_counts(const CountTable &table, bool flag, Alphabet alphabet,
                           const std::function<bool(Span)> &wanted) {
    const Sorter sorter(table, alphabet);
    const std::vector<Row> rows = sorter.rows(flag, wanted);
    SortedCounts sorted;
    sorted.offsets.reserve(rows.size() + 1);
    sorted.counts.reserve(rows.size());
    sorted.offsets.push_back(0);
    for (const Row &row : rows) {
        sorter.write(*row.entry, sorted.data);
        sorted.offsets.push_back(static_cast<std::int64_t>(sorted.data.size()));
        sorted.counts.push_back(row.entry->count);
    }
    return sorted;
}

}  // namespace tokbench
