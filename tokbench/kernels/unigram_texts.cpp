#include "unigram_texts.hpp"

#include <algorithm>
#include <limits>
#include <unordered_map>

#include "alphabet.hpp"
#include "utf8.hpp"

namespace tokbench {
namespace {

constexpr std::uint64_t kMostCharacters = 1ULL << 55;  // MOST_CHARACTERS of unigram.py
constexpr char32_t kSpaceMark = 0x2581;                // SPACE_MARK of unigram.py
constexpr std::size_t kPatience = 1 << 14;             // words between two looks at the watch

using Points = std::vector<char32_t>;
using Tally = CodePointTable<std::uint64_t>;

[[noreturn]] void refuse_text(std::size_t word, std::size_t byte) {
    throw BadWords("word " + std::to_string(word) + " is not UTF-8 at its byte " + std::to_string(byte));
}

void count_characters(const WordsView& words, Tally& tally, Watch& watch) {
    std::uint64_t total = 0;
    for (std::size_t index = 0; index < words.size; ++index) {
        if (index % kPatience == 0) watch.look(0);
        const std::string_view word = words.word(index);
        const auto count = static_cast<std::uint64_t>(words.counts[index]);
        for (std::size_t at = 0; at < word.size();) {
            const char32_t point = read_code_point(word, at);
            if (point == kNotUtf8) refuse_text(index, at);
            tally[point] += count;
            // Below 2^63 before, and so below 2^64 now.
            if ((total += count) >= kMostCharacters)
                throw BadWords("the words have 2^55 characters or more in all; scale the counts down");
        }
    }
}

Points points_of(const std::string& text) {
    Points points;
    for (std::size_t at = 0; at < text.size();) {
        points.push_back(read_code_point(text, at));
        if (points.back() == kNotUtf8) throw BadWords("an option is not UTF-8");
    }
    return points;
}

// User-defined pieces by their first character, the longest first.
class Wholes {
   public:
    explicit Wholes(const std::vector<std::string>& pieces) {
        for (const std::string& piece : pieces) {
            Points points = points_of(piece);
            if (!points.empty()) by_first_[points.front()].push_back(std::move(points));
        }
        for (auto& [first, sharing] : by_first_)
            std::stable_sort(sharing.begin(), sharing.end(),
                             [](const Points& left, const Points& right) { return left.size() > right.size(); });
    }

    // The length of the longest piece that stands there, 0 if none does.
    std::size_t at(const Points& word, std::size_t place) const {
        if (by_first_.empty()) return 0;
        const auto found = by_first_.find(word[place]);
        if (found == by_first_.end()) return 0;
        for (const Points& piece : found->second)
            if (piece.size() <= word.size() - place && std::equal(piece.begin(), piece.end(), word.begin() + place))
                return piece.size();
        return 0;
    }

   private:
    std::unordered_map<char32_t, std::vector<Points>> by_first_;
};

// Which characters may stand in one piece.
class Groups {
   public:
    explicit Groups(const UnigramOptions& options) {
        for (const std::string& characters : options.apart) {
            ++last_;
            for (const char32_t point : points_of(characters)) groups_[point] = last_;
        }
        for (const char32_t point : points_of(options.alone)) groups_[point] = kAlone;
    }

    // Calls `visit(begin, end)` with the parts between `begin` and `end` that are not apart.
    template <class Visit>
    void each_part(const Points& word, std::size_t begin, std::size_t end, Visit visit) {
        std::uint16_t current = kNone;
        for (std::size_t at = begin; at < end; ++at) {
            const std::uint16_t group = groups_[word[at]];
            std::size_t cut = begin;
            if (group == kAlone || current == kAlone) {
                cut = at;
            } else if (group != kNone && current != kNone && group != current) {
                for (cut = at; cut > begin && word[cut - 1] == kSpaceMark;) --cut;
            }
            if (cut > begin) {
                visit(begin, cut);
                begin = cut;
                current = kNone;
            }
            if (group != kNone) current = group;
        }
        if (begin < end) visit(begin, end);
    }

   private:
    static constexpr std::uint16_t kNone = 0, kAlone = 0xFFFF;

    CodePointTable<std::uint16_t> groups_;
    std::uint16_t last_ = kNone;
};

// Cuts words into texts.
class Cutter {
   public:
    Cutter(const std::vector<char32_t>& alphabet, const UnigramOptions& options, Texts& texts)
        : whole_(options.user_defined.empty() && options.apart.empty() && options.alone.empty() &&
                 options.character_coverage >= 1.0),
          wholes_(options.user_defined),
          groups_(options),
          texts_(texts) {
        for (const char32_t point : alphabet) kept_[point] = true;
    }

    void cut(const Points& word, std::int64_t count) {
        if (whole_ && !word.empty()) return add(word, 0, word.size(), count);
        std::size_t begin = 0;
        const auto end_at = [&](std::size_t end) {
            groups_.each_part(word, begin, end, [&](std::size_t from, std::size_t to) { add(word, from, to, count); });
        };
        for (std::size_t at = 0; at < word.size();) {
            const std::size_t whole = wholes_.at(word, at);
            if (whole == 0 && kept_[word[at]]) {
                ++at;
                continue;
            }
            end_at(at);
            begin = at += std::max<std::size_t>(whole, 1);
        }
        end_at(word.size());
    }

   private:
    void add(const Points& word, std::size_t begin, std::size_t end, std::int64_t count) {
        texts_.symbols.insert(texts_.symbols.end(), word.rend() - static_cast<std::ptrdiff_t>(end),
                              word.rend() - static_cast<std::ptrdiff_t>(begin));
        if (texts_.symbols.size() >= std::numeric_limits<Position>::max())
            throw BadWords("the distinct words have 2^32 characters or more; leave out the rarest");
        texts_.ends.push_back(static_cast<Position>(texts_.symbols.size()));
        texts_.counts.push_back(count);
        texts_.total += count * static_cast<std::int64_t>(end - begin);
    }

    bool whole_;  // whether no word is cut
    Wholes wholes_;
    Groups groups_;
    CodePointTable<bool> kept_;
    Texts& texts_;
};

// Replace code points by their ranks among those that occur.
void rank_symbols(Texts& texts) {
    CodePointTable<Symbol> ranks;
    for (const Symbol point : texts.symbols) ranks[point] = 1;
    texts.characters = {0};
    ranks.each([&](char32_t point, Symbol& rank) {
        if (rank == 0) return;
        rank = static_cast<Symbol>(texts.characters.size());
        texts.characters.push_back(point);
    });
    for (Symbol& symbol : texts.symbols) symbol = ranks[symbol];
}

}  // namespace

std::vector<char32_t> covered(const WordsView& words, const UnigramOptions& options, Watch& watch) {
    Tally tally;
    count_characters(words, tally, watch);
    std::vector<std::pair<std::uint64_t, char32_t>> ranked;
    std::uint64_t total = 0, so_far = 0;
    tally.each([&](char32_t point, std::uint64_t count) {
        if (count > 0) ranked.emplace_back(count, point);
        total += count;
    });
    std::sort(ranked.begin(), ranked.end(), [](const auto& left, const auto& right) {
        return left.first != right.first ? left.first > right.first : left.second < right.second;
    });
    std::vector<char32_t> kept = options.initial_alphabet;
    for (const auto& [count, point] : ranked) {
        const double share = static_cast<double>(so_far) / static_cast<double>(total);
        if (options.character_coverage < 1.0 && share >= options.character_coverage) break;
        kept.push_back(point);
        so_far += count;
    }
    std::sort(kept.begin(), kept.end());
    kept.erase(std::unique(kept.begin(), kept.end()), kept.end());
    return kept;
}

Texts cut_texts(const WordsView& words, const std::vector<char32_t>& alphabet, const UnigramOptions& options,
                Watch& watch) {
    Texts texts;
    // More than is needed, which takes no memory before it is used.
    texts.symbols.reserve(static_cast<std::size_t>(words.offsets[words.size] - words.offsets[0]));
    texts.ends.reserve(words.size);
    texts.counts.reserve(words.size);
    Cutter cutter(alphabet, options, texts);
    Points points;
    for (std::size_t index = 0; index < words.size; ++index) {
        if (index % kPatience == 0) watch.look(0);
        const std::string_view word = words.word(index);
        points.clear();
        for (std::size_t at = 0; at < word.size();) points.push_back(read_code_point(word, at));
        cutter.cut(points, words.counts[index]);
    }
    rank_symbols(texts);
    watch.enter("sorting");
    if (texts.size() > 0) sort_texts(texts, options.threads, watch);
    return texts;
}

}  // namespace tokbench
