#include "unigram_seeding.hpp"

#include <unordered_set>

#include "parallel.hpp"
#include "unigram_suffixes.hpp"
#include "utf8.hpp"

namespace tokbench {
namespace {

constexpr Position kStride = 64;  // places between two whose first edge is noted

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

// Writes pieces of the texts in UTF-8, which run from a place towards the beginning.
class Writer {
   public:
    explicit Writer(const Texts& texts) : texts_(texts) {
        for (const char32_t point : texts.characters) letters_.push_back(write_code_point(point));
    }

    // Valid until the next call.
    const std::string& operator()(Position place, std::size_t length) {
        text_.clear();
        for (std::size_t i = 0; i < length; ++i) text_ += letters_[texts_.symbols[place - i]];
        return text_;
    }

   private:
    const Texts& texts_;
    std::vector<std::string> letters_;
    std::string text_;
};

// Collects pieces: their text, one place of each, and their weights.
class Collector {
   public:
    void add(Seeds& seeds, std::string_view text, Position place, std::uint64_t weight) {
        seeds.text.insert(seeds.text.end(), text.begin(), text.end());
        seeds.ends.push_back(static_cast<std::uint32_t>(seeds.text.size()));
        seeds.model.origins.push_back(static_cast<std::uint32_t>(seeds.model.places.size()));
        seeds.model.places.push_back(place);
        weights_.push_back(weight);
        total_ += weight;
    }

    void weigh(Model& model) const {
        for (const std::uint64_t weight : weights_)
            model.chances.push_back(static_cast<double>(weight) / static_cast<double>(total_));
    }

   private:
    std::vector<std::uint64_t> weights_;
    unsigned __int128 total_ = 0;
};

// Leave out the candidates that are fixed tokens, and those past `seed_size`.
void leave_out(std::vector<Candidate>& candidates, Writer& spelled, const Suffixes& suffixes,
               const std::unordered_set<std::string>& fixed, std::size_t seed_size) {
    if (!fixed.empty())
        std::erase_if(candidates, [&](const Candidate& candidate) {
            return fixed.contains(spelled(suffixes.places[candidate.left], candidate.length));
        });
    if (candidates.size() > seed_size) candidates.resize(seed_size);
}

struct Interval {
    Position left, right;
    PieceId id;
    std::uint32_t length;
};

// Calls `visit(place, intervals)` with the pieces that stand at each place of a suffix, the shortest first.
template <class Visit>
void each_place(const Suffixes& suffixes, std::vector<Interval>& intervals, std::size_t threads, Watch& watch,
                Visit visit) {
    in_parallel(suffixes.buckets.size() - 1, threads, watch, 0, [&](std::size_t bucket, std::size_t) {
        const Position end = suffixes.buckets[bucket + 1];
        auto next = std::lower_bound(intervals.begin(), intervals.end(), suffixes.buckets[bucket],
                                     [](const Interval& interval, Position at) { return interval.left < at; });
        std::vector<Interval> open;
        for (Position i = suffixes.buckets[bucket]; i < end; ++i) {
            while (!open.empty() && open.back().right <= i) open.pop_back();
            for (; next != intervals.end() && next->left == i; ++next) open.push_back(*next);
            if (!open.empty()) visit(suffixes.places[i], open);
        }
    });
}

std::vector<Interval> sorted_intervals(const std::vector<Candidate>& candidates, std::size_t first_id) {
    std::vector<Interval> intervals;
    intervals.reserve(candidates.size());
    for (const Candidate& candidate : candidates)
        intervals.push_back({candidate.left, candidate.right, static_cast<PieceId>(first_id + intervals.size()),
                             candidate.length});
    std::sort(intervals.begin(), intervals.end(), [](const Interval& left, const Interval& right) {
        return left.left != right.left ? left.left < right.left : left.length < right.length;
    });
    return intervals;
}

// Where the edges of places begin.
class EdgeIndex {
   public:
    explicit EdgeIndex(const std::vector<std::uint8_t>& degrees) : degrees_(degrees) {
        for (std::size_t place = 0; place < degrees.size(); ++place) {
            if (place % kStride == 0) noted_.push_back(size_);
            size_ += degrees[place];
        }
    }

    std::size_t operator[](Position place) const {
        std::size_t index = noted_[place / kStride];
        for (Position i = place - place % kStride; i < place; ++i) index += degrees_[i];
        return index;
    }

    std::size_t size() const { return size_; }

   private:
    const std::vector<std::uint8_t>& degrees_;
    std::vector<std::size_t> noted_;
    std::size_t size_ = 0;
};

void add_blocks(Lattices& lattices, const EdgeIndex& index) {
    const Texts& texts = lattices.texts;
    for (std::size_t block = 0; block + 1 < texts.blocks.size(); ++block) {
        const std::size_t first = texts.blocks[block], last = texts.blocks[block + 1];
        const std::size_t begin = index[texts.begin_of(first)];
        const std::size_t end = last < texts.size() ? index[texts.begin_of(last)] : index.size();
        lattices.blocks.push_back({first, last, end - begin, lattices.edges.get() + begin, lattices.degrees.data()});
    }
}

void add_edges(Lattices& lattices, const Suffixes& suffixes, std::vector<Interval> intervals,
               const std::vector<PieceId>& characters, std::size_t threads, Watch& watch) {
    const Texts& texts = lattices.texts;
    lattices.degrees.assign(texts.symbols.size(), 0);
    for (std::size_t text = 0; text < texts.size(); ++text)
        std::fill(lattices.degrees.begin() + texts.places_of(text), lattices.degrees.begin() + texts.ends[text], 1);
    each_place(suffixes, intervals, threads, watch, [&](Position place, const std::vector<Interval>& open) {
        lattices.degrees[place] += static_cast<std::uint8_t>(open.size());
    });
    const EdgeIndex index(lattices.degrees);
    lattices.edges = std::make_unique_for_overwrite<Edge[]>(index.size());
    std::size_t at = 0;
    for (std::size_t place = 0; place < texts.symbols.size(); at += lattices.degrees[place++])
        if (lattices.degrees[place] > 0) lattices.edges[at] = {characters[texts.symbols[place]] & (kMostPieces - 1), 1};
    each_place(suffixes, intervals, threads, watch, [&](Position place, const std::vector<Interval>& open) {
        Edge* edge = lattices.edges.get() + index[place];
        for (const Interval& interval : open)
            *++edge = {interval.id & (kMostPieces - 1), static_cast<std::uint8_t>(interval.length)};
    });
    add_blocks(lattices, index);
}

}  // namespace

Seeds find_seeds(Texts texts, const UnigramOptions& options, Watch& watch) {
    std::unordered_set<std::string> fixed(options.reserved.begin(), options.reserved.end());
    fixed.insert(options.user_defined.begin(), options.user_defined.end());
    Suffixes suffixes;
    std::vector<Candidate> candidates = find_candidates(texts, options.max_piece_length,
                                                        options.seed_size + fixed.size(), options.threads, suffixes,
                                                        watch);
    Writer spelled(texts);
    leave_out(candidates, spelled, suffixes, fixed, options.seed_size);

    Seeds seeds;
    Collector collector;
    std::vector<PieceId> ids(texts.characters.size());
    for (const Ranked& character : ranked_characters(texts)) {
        ids[character.symbol] = static_cast<PieceId>(seeds.characters++);
        collector.add(seeds, write_code_point(texts.characters[character.symbol]), character.place, character.count);
    }
    if (seeds.characters + candidates.size() >= kMostPieces)
        throw BadWords("there are 2^24 seeds or more; lower seed_size");
    for (const Candidate& candidate : candidates) {
        const Position place = suffixes.places[candidate.left];
        collector.add(seeds, spelled(place, candidate.length), place, candidate.weight);
    }
    collector.weigh(seeds.model);

    Lattices& lattices = seeds.lattices;
    lattices.texts = std::move(texts);
    std::vector<Interval> intervals = sorted_intervals(candidates, seeds.characters);
    candidates = {};
    add_edges(lattices, suffixes, std::move(intervals), ids, options.threads, watch);
    lattices.texts.symbols = {};
    return seeds;
}

}  // namespace tokbench
