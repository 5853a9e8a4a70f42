#include "lines.hpp"

#include <algorithm>
#include <array>
#include <numeric>

namespace tokbench {

Lines split_lines(Span before, Span text) {
    Lines lines{{0}, UnsetVector<Byte>(before.size() + text.size())};
    Byte *begin = lines.data.data();  // of the line
    Byte *to = std::copy(before.begin, before.end, begin);
    const auto end_line = [&] {
        lines.offsets.push_back(to - lines.data.data());
        begin = to;
    };
    for (const Byte *at = text.begin; at < text.end;) {
        const auto *end = static_cast<const Byte *>(std::memchr(at, '\n', static_cast<std::size_t>(text.end - at)));
        const std::size_t size = static_cast<std::size_t>((end == nullptr ? text.end : end) - at);
        std::memcpy(to, at, size);
        to += size;
        if (end != nullptr && to > begin && to[-1] == '\r') --to;
        end_line();
        at = end == nullptr ? text.end : end + 1;
    }
    if (to > begin) end_line();  // of `before` alone
    lines.data.resize(static_cast<std::size_t>(to - lines.data.data()));
    return lines;
}

std::size_t count_lines(Span text) {
    // Each of sixty-four bytes counts for itself as long as its count is a byte, which compilers do at once.
    constexpr std::size_t kMost = 255;
    std::size_t count = 0;
    const Byte *at = text.begin;
    while (text.end - at >= 64) {
        const std::size_t blocks = std::min(static_cast<std::size_t>(text.end - at) / 64, kMost);
        std::array<Byte, 64> ends{};
        for (const Byte *end = at + 64 * blocks; at < end; at += 64)
            for (std::size_t i = 0; i < 64; ++i) ends[i] += at[i] == '\n';
        count = std::accumulate(ends.begin(), ends.end(), count);
    }
    return count + static_cast<std::size_t>(std::count(at, text.end, Byte{'\n'}));
}

bool is_clean(const Texts &texts, std::int64_t longest) {
    const Span all{texts.data.begin + texts.offsets[0], texts.data.begin + texts.offsets[texts.rows]};
    if (all.size() != 0 && std::memchr(all.begin, 0, all.size()) != nullptr) return false;
    for (std::size_t row = 0; row < texts.rows; ++row) {
        const Span document = texts.document(row);
        if (static_cast<std::int64_t>(document.size()) > longest) return false;
        if (invalid_utf8(document) != document.end) return false;
    }
    return true;
}

bool is_clean(const Lines &lines, std::int64_t longest) {
    const Byte *data = lines.data.data();
    return is_clean({{data, data + lines.data.size()}, lines.offsets.data(), lines.offsets.size() - 1, nullptr}, longest);
}

}  // namespace tokbench
