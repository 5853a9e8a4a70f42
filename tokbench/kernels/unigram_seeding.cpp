#include "unigram_seeding.hpp"

#include <set>
#include <utility>

#include "parallel.hpp"
#include "unigram_suffixes.hpp"
#include "utf8.hpp"

namespace tokbench {
namespace {

using Word = std::vector<Symbol>;

// Which candidates are fixed tokens.
class Fixed {
   public:
    Fixed(const Texts& texts, const UnigramOptions& options) : texts_(texts), begins_(texts.characters.size()) {
        for (const auto* tokens : {&options.reserved, &options.user_defined})
            for (const std::string& token : *tokens) add(token);
    }

    std::size_t size() const { return words_.size(); }

    bool contains(Position place, std::size_t length) const {
        if (!begins_[texts_.symbols[place]]) return false;
        Word word;
        for (std::size_t i = 0; i < length; ++i) word.push_back(texts_.symbols[place - i]);
        return words_.contains(word);
    }

   private:
    // Tokens with characters that the texts lack are no candidates.
    void add(const std::string& token) {
        Word word;
        for (std::size_t at = 0; at < token.size();) {
            const char32_t point = read_code_point(token, at);
            const auto found = std::lower_bound(texts_.characters.begin() + 1, texts_.characters.end(), point);
            if (found == texts_.characters.end() || *found != point) return;
            word.push_back(static_cast<Symbol>(found - texts_.characters.begin()));
        }
        if (word.empty()) return;
        begins_[word.front()] = true;
        words_.insert(std::move(word));
    }

    const Texts& texts_;
    std::vector<bool> begins_;  // by symbol: whether a token begins with it
    std::set<Word> words_;
};

struct Ranked {
    Symbol symbol;
    std::uint64_t count;
    Position place;
};

// The characters, the most frequent first.
std::vector<Ranked> ranked_characters(const Texts& texts) {
    std::vector<Ranked> ranked(texts.characters.size());
    for (Symbol symbol = 0; symbol < ranked.size(); ++symbol) ranked[symbol] = {symbol, 0, 0};
    for (std::size_t text = 0; text < texts.size(); ++text)
        for (Position at = texts.begin_of(text); at < texts.ends[text]; ++at) {
            ranked[texts.symbols[at]].count += static_cast<std::uint64_t>(texts.counts[text]);
            ranked[texts.symbols[at]].place = at;
        }
    ranked.erase(ranked.begin());
    std::stable_sort(ranked.begin(), ranked.end(),
                     [](const Ranked& left, const Ranked& right) { return left.count > right.count; });
    return ranked;
}

// The numbers of candidates that come by code point, from `first` on: the heaviest first, equal ones as they come. Most
// weigh little, and are counted out.
class Ranks {
   public:
    Ranks(const MappedVector<Candidate>& candidates, PieceId first) {
        for (std::uint32_t at = 0; at < candidates.size(); ++at) {
            const std::uint64_t weight = candidates[at].weight();
            if (weight < kLight) ++light_[weight];
            else heavy_.push_back({weight, at, 0});
        }
        std::stable_sort(heavy_.begin(), heavy_.end(),
                         [](const Heavy& left, const Heavy& right) { return left.weight > right.weight; });
        for (Heavy& heavy : heavy_) heavy.rank = first++;
        const auto as_they_come = [](const Heavy& left, const Heavy& right) { return left.at < right.at; };
        std::sort(heavy_.begin(), heavy_.end(), as_they_come);
        for (std::size_t weight = kLight; weight-- > 0;) first += std::exchange(light_[weight], first);
    }

    // The number of the next candidate, as they come.
    PieceId next(std::uint64_t weight) { return weight < kLight ? light_[weight]++ : heavy_[passed_++].rank; }

   private:
    static constexpr std::size_t kLight = 1 << 16;
    struct Heavy {
        std::uint64_t weight;
        std::uint32_t at;
        PieceId rank;
    };

    std::vector<PieceId> light_ = std::vector<PieceId>(kLight);  // by weight: how many, then the next number
    std::vector<Heavy> heavy_;
    std::size_t passed_ = 0;
};

// All seeds, the characters before the others; from then on candidates are known by their ids.
Model weighed(const std::vector<Ranked>& characters, MappedVector<Candidate>& candidates, const Suffixes& suffixes) {
    unsigned __int128 sum = 0;
    for (const Ranked& character : characters) sum += character.count;
    for (const Candidate& candidate : candidates) sum += candidate.weight();
    const auto total = static_cast<double>(sum);
    Model model;
    model.pieces.reserve(characters.size() + candidates.size());
    model.places.reserve(characters.size() + candidates.size());
    for (const Ranked& character : characters) {
        model.pieces.push_back({static_cast<double>(character.count) / total, kNone, 1});
        model.places.push_back(character.place);
    }
    Ranks ranks(candidates, static_cast<PieceId>(characters.size()));
    model.pieces.resize(characters.size() + candidates.size());
    model.places.resize(characters.size() + candidates.size());
    for (Candidate& candidate : candidates) {
        const PieceId id = ranks.next(candidate.weight());
        const auto length = static_cast<std::uint32_t>(candidate.length);
        model.pieces[id] = {static_cast<double>(candidate.weight()) / total, kNone, length};
        model.places[id] = suffixes.places[candidate.left];
        candidate.count = id & kMostCounted;
    }
    return model;
}

// Give every place its longest piece, in the place of its symbol, and every piece the longest one that begins it.
// Candidates come by code point.
void nest(const Suffixes& suffixes, MappedVector<Candidate> candidates, const std::vector<PieceId>& characters,
          std::size_t threads, Watch& watch, Model& model, MappedVector<PieceId>& longest) {
    struct Open {
        Position right;
        PieceId id;
    };
    in_parallel(suffixes.buckets.size() - 1, threads, watch, 0, [&](std::size_t symbol, std::size_t) {
        const Position end = suffixes.buckets[symbol + 1];
        auto next = std::lower_bound(candidates.begin(), candidates.end(), suffixes.buckets[symbol],
                                     [](const Candidate& candidate, Position at) { return candidate.left < at; });
        std::vector<Open> open = {{end, characters[symbol]}};
        for (Position i = suffixes.buckets[symbol]; i < end; ++i) {
            while (open.back().right <= i) open.pop_back();
            for (; next != candidates.end() && next->left == i; ++next) {
                const auto id = static_cast<PieceId>(next->count);
                model.pieces[id].begun_by = open.back().id;
                open.push_back({next->right, id});
            }
            longest[suffixes.places[i]] = open.back().id;
        }
    });
}

}  // namespace

Seeds find_seeds(Texts texts, const UnigramOptions& options, Watch& watch) {
    watch.enter("strings");
    const Fixed fixed(texts, options);
    Suffixes suffixes;
    MappedVector<Candidate> candidates = find_candidates(texts, options.max_piece_length,
                                                         options.seed_size + fixed.size(), options.threads, suffixes,
                                                         watch);
    watch.enter("seeds");
    if (fixed.size() > 0)
        std::erase_if(candidates, [&](const Candidate& candidate) {
            return fixed.contains(suffixes.places[candidate.left], candidate.length);
        });
    if (candidates.size() > options.seed_size) keep_heaviest(candidates, options.seed_size);
    sort_in_parallel(candidates.begin(), candidates.end(), outer_first, options.threads, watch);

    Seeds seeds;
    std::vector<PieceId> ids(texts.characters.size());
    const std::vector<Ranked> characters = ranked_characters(texts);
    for (const Ranked& character : characters) {
        ids[character.symbol] = static_cast<PieceId>(seeds.characters.size());
        seeds.characters.push_back(texts.characters[character.symbol]);
    }
    if (characters.size() + candidates.size() >= kNone)
        throw BadWords("there are 2^32 seeds or more; lower seed_size");
    seeds.model = weighed(characters, candidates, suffixes);
    MappedVector<PieceId> longest = std::move(texts.symbols);
    for (PieceId& piece : longest) piece = ids[piece];
    nest(suffixes, std::move(candidates), ids, options.threads, watch, seeds.model, longest);
    seeds.lattices = {std::move(texts), std::move(longest)};
    return seeds;
}

}  // namespace tokbench
