#include "dump.hpp"

#include <numeric>

namespace tokbench {

namespace {

std::size_t part_of(const Key &key) { return key.hash() >> 58; }

}  // namespace

Dump dump(const CountTable &table) {
    Dump dump;
    dump.starts.assign(kParts + 1, 0);
    std::vector<std::int64_t> sizes(kParts + 1, 0);
    table.each(0, 1, [&](Span bytes, const CountTable::Entry &entry) {
        ++dump.starts[part_of(entry.key) + 1];
        sizes[part_of(entry.key) + 1] += static_cast<std::int64_t>(bytes.size());
    });
    std::partial_sum(dump.starts.begin(), dump.starts.end(), dump.starts.begin());
    std::partial_sum(sizes.begin(), sizes.end(), sizes.begin());
    dump.offsets.resize(table.size() + 1);
    dump.counts.resize(table.size());
    dump.flags.resize(table.size());
    dump.data.resize(static_cast<std::size_t>(sizes.back()));
    std::vector<std::int64_t> next = dump.starts, place = sizes;
    table.each(0, 1, [&](Span bytes, const CountTable::Entry &entry) {
        const std::size_t part = part_of(entry.key);
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
