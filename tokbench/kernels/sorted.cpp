#include "sorted.hpp"

#include <algorithm>
#include <array>
#include <compare>
#include <numeric>
#include <span>
#include <tuple>

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

// One or two bytes of UTF-8.
struct Written {
    Byte bytes[2];
    Byte size;
};

Written encode(char32_t code) {
    if (code < 0x80) return {{static_cast<Byte>(code), 0}, 1};
    return {{static_cast<Byte>(0xC0 | (code >> 6)), static_cast<Byte>(0x80 | (code & 0x3F))}, 2};
}

// What each byte is written as, and its place in the order of what is written.
struct Writing {
    bool plain;
    std::array<Written, 256> written;
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
            written[byte] = plain ? Written{{static_cast<Byte>(byte), 0}, 1} : encode(codes[byte]);
        }
    }
};

// A string on its way to its place. Strings are compared sixteen bytes at a time, which are fetched once: here lie
// those from a multiple of sixteen on.
struct Row {
    std::array<std::uint64_t, 2> ranks;  // of these bytes, the first one highest; 0 behind the end
    CountTable::Number entry;
    std::uint8_t size;  // how many these bytes are

    Byte rank(std::size_t index) const { return static_cast<Byte>(ranks[index / 8] >> (56 - 8 * (index % 8))); }

    // Where the ranks are equal the shorter string comes first: behind its end the other has bytes of rank 0 only.
    auto operator<=>(const Row &other) const {
        return std::tie(ranks, size) <=> std::tie(other.ranks, other.size);
    }
    bool operator==(const Row &other) const { return ranks == other.ranks && size == other.size; }
};

using Rows = std::span<Row>;

class Sorter {
  public:
    Sorter(const CountTable &table, Alphabet alphabet) : table_(table), writing_(alphabet) {}

    MappedVector<Row> rows(bool flag, const std::function<bool(Span)> &wanted) {
        MappedVector<Row> rows;
        if (!wanted && !flag) expect_values(rows, table_.size());  // few have the flag
        table_.each(0, 1, [&](Span bytes, const CountTable::Entry &entry) {
            if (entry.key.flag() != flag || (wanted && !wanted(bytes))) return;
            rows.push_back(row(bytes, table_.number(entry)));
            size_ += written_size(bytes);
        });
        sort(rows, 0);
        return rows;
    }

    // How many bytes the strings of the rows have, as written.
    std::size_t size() const { return size_; }

    // Entries and their strings lie anywhere in memory: asks for those of the rows to come.
    [[gnu::always_inline]] void expect(const MappedVector<Row> &rows, std::size_t index) const {
        if (index + 16 < rows.size()) __builtin_prefetch(&table_.entry(rows[index + 16].entry));
        if (index + 8 < rows.size()) table_.ask_bytes(table_.entry(rows[index + 8].entry).key);
    }

    // Writes a string, and returns where the next one goes. A byte more than that may be written.
    Byte *write(const CountTable::Entry &entry, Byte *to) const {
        Byte inline_bytes[16];
        const Span bytes = table_.bytes_of(entry.key, inline_bytes);
        if (writing_.plain) return std::copy(bytes.begin, bytes.end, to);
        const Byte *at = bytes.begin;
        // Bytes that are not ASCII are written as two each, so where all are such, where they go is known.
        for (; bytes.end - at >= 8 && (load8(at) & kHighBits) == kHighBits; at += 8, to += 16)
            for (int index = 0; index < 8; ++index) std::memcpy(to + 2 * index, writing_.written[at[index]].bytes, 2);
        for (; at < bytes.end; ++at) {
            const Written &written = writing_.written[*at];
            std::memcpy(to, written.bytes, 2);
            to += written.size;
        }
        return to;
    }

  private:
    // Sorts rows whose strings are the same before `from`, where the bytes of the rows begin.
    void sort(Rows rows, std::size_t from) const {
        if (from >= kFar) return sort_whole(rows);
        sort_from(rows, 0);
        for (std::size_t begin = 0, end = 0; begin < rows.size(); begin = end) {
            while (++end < rows.size() && rows[end] == rows[begin]) continue;
            if (end - begin > 1) sort_further(rows.subspan(begin, end - begin), from + kStep);
        }
    }

    // Sorts rows whose first ranks, so many, are the same: by the next rank into its place, in place (the American flag
    // sort of McIlroy, Bostic and McIlroy, 1993), and few by comparisons.
    static void sort_from(Rows rows, std::size_t rank) {
        constexpr std::size_t kFew = 64;
        if (rows.size() <= kFew || rank == kStep) return std::sort(rows.begin(), rows.end());
        std::array<std::size_t, 257> starts{};
        for (const Row &row : rows) ++starts[row.rank(rank) + 1];
        if (starts[rows.front().rank(rank) + 1] == rows.size()) return sort_from(rows, rank + 1);
        std::partial_sum(starts.begin(), starts.end(), starts.begin());
        std::array<std::size_t, 257> next = starts;
        for (std::size_t value = 0; value < 256; ++value) {
            while (next[value] < starts[value + 1]) {
                Row &here = rows[next[value]];
                const Byte its = here.rank(rank);
                if (its == value) ++next[value];
                else std::swap(here, rows[next[its]++]);
            }
        }
        for (std::size_t value = 0; value < 256; ++value) {
            const std::size_t size = starts[value + 1] - starts[value];
            if (size > 1) sort_from(rows.subspan(starts[value], size), rank + 1);
        }
    }

    void sort_further(Rows rows, std::size_t from) const {
        for (std::size_t index = 0; index < rows.size(); ++index) {
            if (index + 8 < rows.size()) table_.ask_bytes(table_.entry(rows[index + 8].entry).key);
            Byte inline_bytes[16];
            const Span bytes = table_.bytes_of(table_.entry(rows[index].entry).key, inline_bytes);
            rows[index] = row({bytes.begin + from, bytes.end}, rows[index].entry);
        }
        sort(rows, from);
    }

    // Few strings have so much in common; there may be no end to it.
    void sort_whole(Rows rows) const {
        std::sort(rows.begin(), rows.end(), [this](const Row &one, const Row &other) {
            Byte unused_one[16], unused_other[16];
            const Span left = table_.bytes_of(table_.entry(one.entry).key, unused_one);
            const Span right = table_.bytes_of(table_.entry(other.entry).key, unused_other);
            return std::lexicographical_compare(
                left.begin, left.end, right.begin, right.end,
                [this](Byte a, Byte b) { return writing_.rank[a] < writing_.rank[b]; });
        });
    }

    Row row(Span rest, CountTable::Number entry) const {
        const std::size_t size = std::min(rest.size(), kStep);
        std::array<Byte, kStep> ranks{};
        for (std::size_t index = 0; index < size; ++index) ranks[index] = writing_.rank[rest.begin[index]];
        return {{highest_first(ranks.data()), highest_first(ranks.data() + 8)}, entry, static_cast<std::uint8_t>(size)};
    }

    std::size_t written_size(Span bytes) const {
        if (writing_.plain) return bytes.size();
        // Printable ASCII is written as itself.
        return bytes.size() + static_cast<std::size_t>(std::count_if(
                                  bytes.begin, bytes.end, [](Byte byte) { return byte < 0x21 || byte > 0x7E; }));
    }

    static std::uint64_t highest_first(const Byte *ranks) { return __builtin_bswap64(load8(ranks)); }

    static constexpr std::size_t kStep = 16, kFar = 1024;
    static constexpr std::uint64_t kHighBits = 0x8080808080808080;

    const CountTable &table_;
    Writing writing_;
    std::size_t size_ = 0;
};

}  // namespace

SortedCounts sorted_counts(const CountTable &table, bool flag, Alphabet alphabet,
                           const std::function<bool(Span)> &wanted) {
    Sorter sorter(table, alphabet);
    const MappedVector<Row> rows = sorter.rows(flag, wanted);
    SortedCounts sorted;
    expect_values(sorted.offsets, rows.size() + 1);
    expect_values(sorted.counts, rows.size());
    sorted.data.resize(sorter.size() + 1);
    touch_memory(sorted.data.data(), sorted.data.size());
    sorted.offsets.push_back(0);
    Byte *to = sorted.data.data();
    for (std::size_t index = 0; index < rows.size(); ++index) {
        sorter.expect(rows, index);
        const CountTable::Entry &entry = table.entry(rows[index].entry);
        to = sorter.write(entry, to);
        sorted.offsets.push_back(to - sorted.data.data());
        sorted.counts.push_back(entry.count);
    }
    sorted.data.pop_back();
    return sorted;
}

}  // namespace tokbench
