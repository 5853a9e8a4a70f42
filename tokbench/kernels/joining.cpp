#include "joining.hpp"

#include <algorithm>
#include <numeric>

namespace tokbench {

SortedCounts joined_chunks(const Texts &chunks, Cut where, std::size_t size) {
    std::vector<std::size_t> order(chunks.rows);
    std::iota(order.begin(), order.end(), 0);
    std::sort(order.begin(), order.end(), [&chunks](std::size_t one, std::size_t other) {
        return std::pair(chunks.weight(one), one) < std::pair(chunks.weight(other), other);
    });
    SortedCounts joined;
    joined.data.reserve(static_cast<std::size_t>(chunks.offsets[chunks.rows] - chunks.offsets[0]));
    joined.offsets.push_back(0);
    for (std::size_t place = 0; place < order.size(); ++place) {
        const Span chunk = chunks.document(order[place]);
        const std::int64_t weight = chunks.weight(order[place]);
        joined.data.insert(joined.data.end(), chunk.begin, chunk.end);
        const auto end = static_cast<std::int64_t>(joined.data.size());
        const bool last = place + 1 == order.size() || chunks.weight(order[place + 1]) != weight;
        if (last || end - joined.offsets.back() >= static_cast<std::int64_t>(size) || !may_end(chunk, where)) {
            joined.offsets.push_back(end);
            joined.counts.push_back(weight);
        }
    }
    return joined;
}

}  // namespace tokbench
