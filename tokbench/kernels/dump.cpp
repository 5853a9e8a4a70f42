#include "dump.hpp"

#include <numeric>

namespace tokbench {

namespace {

std::size_t part_of(const Key &key) { return key.hash() >> 58; }

}  // namespace

Dump dump(const CountTable &table, std::size_t first, std::size_t last) {
    const auto each = [&](auto visit) {
        table.each(0, 1, [&](Span bytes, const CountTable::Entry &entry) {
            const std::size_t part = part_of(entry.key);
            if (part >= first && part < last) visit(part - first, bytes, entry);
        });
    };
    Dump dump;
    dump.starts.assign(last - first + 1, 0);
    std::vector<std::int64_t> sizes(last - first + 1, 0);
    each([&](std::size_t part, Span bytes, const CountTable::Entry &) {
        ++dump.starts[part + 1];
        sizes[part + 1] += static_cast<std::int64_t>(bytes.size());
    });
    std::partial_sum(dump.starts.begin(), dump.starts.end(), dump.starts.begin());
    std::partial_sum(sizes.begin(), sizes.end(), sizes.begin());
    const auto rows = static_cast<std::size_t>(dump.starts.back());
    dump.offsets.resize(rows + 1);
    dump.counts.resize(rows);
    dump.flags.resize(rows);
    dump.data.resize(static_cast<std::size_t>(sizes.back()));
    std::vector<std::int64_t> next = dump.starts, place = sizes;
    each([&](std::size_t part, Span bytes, const CountTable::Entry &entry) {
        const auto row = static_cast<std::size_t>(next[part]++);
        dump.offsets[row] = place[part];
        dump.counts[row] = entry.count;
        dump.flags[row] = entry.key.flag();
        std::memcpy(dump.data.data() + place[part], bytes.begin, bytes.size());
        place[part] += static_cast<std::int64_t>(bytes.size());
    });
    dump.offsets.back() = sizes.back();
    return dump;
}

}  // namespace tokbench
