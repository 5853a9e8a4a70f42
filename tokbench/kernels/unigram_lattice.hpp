// The lattice of a block of texts: which pieces stand at which place, and what the ways to spell the texts add up to.
//
// The specification is reference/lattice.py. Texts are held backwards, so a piece ends at a place before the one where
// it begins, and a place that several texts share is spelled once. For each place only the longest piece is held that
// stands there; it knows the shorter ones. A block of neighboring texts is worked on as a whole, by any thread,
// independently of all other blocks, whose sums are whole numbers.
#pragma once

#include "unigram_chains.hpp"

namespace tokbench {

struct Lattices {
    Texts texts;  // without symbols: these have become `longest`
    MappedVector<PieceId> longest;  // by position: the longest piece there; between places, the character

    std::size_t blocks() const { return texts.blocks.size() - 1; }
};

using Tallies = MappedVector<std::int64_t>;  // a number for each piece

// What the texts of blocks are spelled with; each thread has its own.
class Speller {
   public:
    Speller(Lattices& lattices, const Model& model, const Chains& chains)
        : lattices_(lattices), texts_(lattices.texts), model_(model), chains_(chains) {}

    // Add how often each piece is expected in a block, in units of 2^-bits, where pieces look up probabilities. Where
    // `renamed` are any, the block's pieces are first given their new names.
    void add_expected(std::size_t block, const Renamed& renamed, int bits, Tallies& expected);

    // Add how often each piece is used in the likeliest spelling of each text, where pieces look up scores.
    void add_used(std::size_t block, const Renamed& renamed, Tallies& used);

    // Call `visit(id, score, spelled)` for every piece of two characters and more whose place is in the block and
    // which is used, with its likeliest spelling by other pieces. At other places than those `marked`, there is none.
    template <class Visit>
    void each_other(std::size_t block, const Tallies& used, const std::vector<bool>& marked, Visit visit) {
        each_text(block, [&](std::size_t text) {
            std::size_t length = texts_.shared[text];
            grow(path_, texts_.ends[text] - texts_.begin_of(text));
            for (Position place = texts_.places_of(text); place < texts_.ends[text]; ++place) {
                path_[++length] = lattices_.longest[place];
                if (!marked[place]) continue;
                for (PieceId id = path_[length]; id != kNone; id = model_.pieces[id].begun_by) {
                    if (model_.places[id] != place || model_.pieces[id].length < 2 || used[id] == 0) continue;
                    const double score = likeliest(length, id);
                    visit(id, score, spelled_);
                }
            }
        });
    }

   private:
    static constexpr Position kAhead = 12;

    // A number beside it is so many steps of 2^-512 smaller.
    struct Scale {
        int steps;
        Position since;  // the least length from which on all steps are these
    };
    struct Choice {
        PieceId id;  // the first piece of the likeliest spelling
        std::uint32_t length;
    };
    struct Best {
        double score;
        Choice first;
    };

    template <class Value>
    static void grow(std::vector<Value>& values, std::size_t length) {
        if (values.size() <= length) values.resize(2 * length + 16);
    }

    template <class Visit>
    void each_text(std::size_t block, Visit visit) const {
        for (std::size_t text = texts_.blocks[block]; text < texts_.blocks[block + 1]; ++text) visit(text);
    }

    // The pieces that stand at a place. Also fetches what will be looked up soon, in this block: another thread may be
    // at work on the next.
    Chain<Chains::Link> chain_at(const Chains& chains, Position place, double) const {
        const PieceId* const longest = lattices_.longest.data();
        if (place + 2 * kAhead < end_) chains.ask_where(longest[place + 2 * kAhead]);
        if (place + kAhead < end_) chains.ask(longest[place + kAhead]);
        return chains.of(longest[place]);
    }
    Chain<Followed::Link> chain_at(Followed& followed, Position place, double nothing) const {
        const PieceId* const longest = lattices_.longest.data();
        if (place + kAhead < end_) __builtin_prefetch(&model_.pieces[longest[place + kAhead]]);
        return followed.follow(model_, longest[place], nothing);
    }

    // The same once more, from the last place back to the first.
    Chain<Chains::Link> chain_again(const Chains& chains, Position place) const {
        return chains.of(lattices_.longest[place]);
    }
    static Chain<Followed::Link> chain_again(Followed& followed, Position) { return followed.take_back(); }

    template <class Source>
    void add_expected_from(Source& source, std::size_t block, int bits, Tallies& expected);
    template <class Source>
    void choose(Source& source, std::size_t block);
    template <class Source>
    bool sum_rests(Source& source, std::size_t block);
    template <class Spread>
    void share_out(std::size_t block, int bits, Spread spread);
    template <class Source>
    void spread(Source& source, std::size_t block, int bits, Tallies& expected);
    template <class Source>
    void sum_scaled_rests(Source& source, std::size_t block);
    template <class Source, class Link>
    void settle(const Source& source, const Chain<Link>& chain, std::size_t length);
    template <class Source>
    void spread_scaled(Source& source, std::size_t block, int bits, Tallies& expected);
    void begin(std::size_t block, const Renamed& renamed);
    double likeliest(std::size_t length, PieceId piece);

    Lattices& lattices_;
    const Texts& texts_;
    const Model& model_;
    const Chains& chains_;
    // By the length of the end of a text, from the last place on which there was one so long:
    std::vector<double> rests_;        // the sum over its spellings
    std::vector<Scale> scales_;        // the unit of that
    std::vector<double> shares_;       // how often a spelling breaks before it, but for what is not yet added
    std::vector<double> best_;         // the score of its likeliest spelling
    std::vector<std::int64_t> uses_;   // how often the likeliest spelling breaks before it, likewise
    std::vector<PieceId> path_;        // the longest piece there
    // Of the block, by place:
    Position end_ = 0;                    // behind the last
    std::vector<double> rests_before_;    // what rests_ held before, of texts that came first
    std::vector<Scale> scales_before_;    // likewise
    std::vector<Choice> choices_;
    Followed followed_;
    // Of a piece:
    std::vector<Best> others_;
    std::vector<PieceId> spelled_;
};

}  // namespace tokbench
