#include "alphabet.hpp"

#include <algorithm>
#include <string>

#include "utf8.hpp"

namespace tokbench {
namespace {

// A merge brings at most two pairs for every place, and does not lower its own pair's count (HF's oddity), so that
// counts of pairs stay below four times this, which 60 bits hold.
constexpr unsigned __int128 kMostCharacters = std::uint64_t{1} << 57;

void count_characters(const WordsView& words, Alphabet& alphabet, Watch& watch) {
    unsigned __int128 total = 0;
    std::size_t steps = 0;
    watch.look(0);
    for (std::size_t index = 0; index < words.size; ++index) {
        const std::string_view word = words.word(index);
        std::size_t length = 0;
        for (std::size_t at = 0; at < word.size(); ++length) {
            const std::size_t begin = at;
            if (++steps % Watch::kSteps == 0) watch.look(0);
            const char32_t point = read_code_point(word, at);
            if (point == kNotUtf8)
                throw BadWords("word " + std::to_string(index) + " is not UTF-8 at its byte " + std::to_string(at));
            Character& character = alphabet.table[point];
            character.count += static_cast<std::uint64_t>(words.counts[index]);
            character.seen[place_in_word(begin == 0, at == word.size())] = true;
        }
        alphabet.characters += length;
        total += static_cast<unsigned __int128>(words.counts[index]) * length;
        if (total > kMostCharacters) throw BadWords("the words hold more than 2^57 characters; scale the counts down");
    }
}

void limit(CodePointTable<Character>& table, std::optional<std::size_t> most) {
    std::vector<std::pair<char32_t, Character*>> ranked;
    table.each([&](char32_t point, Character& character) {
        if (character.count || character.initial) ranked.emplace_back(point, &character);
    });
    std::sort(ranked.begin(), ranked.end(), [](const auto& left, const auto& right) {
        if (left.second->initial != right.second->initial) return left.second->initial;
        if (left.second->count != right.second->count) return left.second->count > right.second->count;
        return left.first < right.first;
    });
    if (most && *most < ranked.size()) ranked.resize(*most);
    for (const auto& [point, character] : ranked) character->kept = true;
}

// Give ids to the characters as they are marked in words: ##w, w</w>, ##w</w>.
void add_marked(CodePointTable<Character>& table, const MergeOptions& options, Vocabulary& vocabulary) {
    std::vector<std::pair<std::string, Token*>> marked;
    table.each([&](char32_t point, Character& character) {
        if (!character.kept) return;
        for (std::size_t place = 0; place < kPlaces; ++place)
            if (character.seen[place])
                marked.emplace_back((place & 1 ? options.prefix : "") + write_code_point(point) +
                                        (place & 2 ? options.suffix : ""),
                                    &character.ids[place]);
    });
    std::sort(marked.begin(), marked.end());
    for (const auto& [text, id] : marked) *id = vocabulary.add(text, 1);
}

}  // namespace

std::size_t count_code_points(std::string_view text) {
    return static_cast<std::size_t>(
        std::count_if(text.begin(), text.end(), [](char byte) { return (byte & 0xC0) != 0x80; }));
}

Alphabet read_alphabet(const WordsView& words, const MergeOptions& options, Vocabulary& vocabulary, Watch& watch) {
    Alphabet alphabet;
    for (const char32_t point : options.initial_alphabet) alphabet.table[point].initial = true;
    count_characters(words, alphabet, watch);
    limit(alphabet.table, options.limit_alphabet);
    for (const std::string& token : options.reserved) vocabulary.add(token, count_code_points(token));
    alphabet.table.each([&](char32_t point, Character& character) {
        if (character.kept) vocabulary.add(write_code_point(point), 1);
    });
    // A reserved token of one character admits it, as it does in HF.
    for (const std::string& token : options.reserved) {
        std::size_t at = 0;
        const char32_t point = token.empty() ? kNotUtf8 : read_code_point(token, at);
        if (point != kNotUtf8 && at == token.size()) alphabet.table[point].kept = true;
    }
    add_marked(alphabet.table, options, vocabulary);
    return alphabet;
}

}  // namespace tokbench
