// The lattice of a block of texts: which pieces begin at which place, and what the ways to spell the texts add up to.
//
// The specification is reference/lattice.py. Texts are held backwards, so a piece ends at a place before the one where
// it begins, and a place that several texts share is spelled once. Edges are kept in the order of their places, in one
// array; a block of neighboring texts is worked on as a whole, by any thread, independently of all other blocks, whose
// sums are whole numbers.
#pragma once

#include "unigram_model.hpp"

namespace tokbench {

struct Edge {
    std::uint32_t id : 24;
    std::uint32_t length : 8;
};
constexpr PieceId kMostPieces = 1 << 24;

// Neighboring texts with their edges, which lie in arrays that others own.
struct Block {
    std::size_t first_text, last_text;  // half open
    std::size_t edge_count;
    Edge* edges;
    std::uint8_t* degrees;  // by place: how many edges begin there
};

// What the texts of blocks are spelled with; each thread has its own.
class Speller {
   public:
    explicit Speller(const Texts& texts) : texts_(texts) {}

    // Add how often each piece is expected, in units of 2^-bits. `chances` are by the ids that the edges have; these
    // become the new ones, and edges of pieces that are gone go.
    void add_expected(Block& block, const std::vector<Named>& chances, int bits, std::vector<std::int64_t>& expected);

    // Add how often each piece is used in the likeliest spelling of each text; edges are renamed likewise.
    void add_used(Block& block, const std::vector<Named>& scores, std::vector<std::int64_t>& used);

    // Call `visit(id, score, spelled)` for every piece of two characters and more whose place is in the block and
    // which is used, with its likeliest spelling by other pieces.
    template <class Visit>
    void each_other(const Block& block, const Model& model, const std::vector<std::int64_t>& used, Visit visit) {
        const Edge* edge = block.edges;
        for (std::size_t text = block.first_text; text < block.last_text; ++text) {
            std::size_t length = texts_.shared[text];
            grow(path_, texts_.ends[text] - texts_.begin_of(text));
            for (Position place = texts_.places_of(text); place < texts_.ends[text]; ++place) {
                const Edge* const end = edge + block.degrees[place];
                path_[++length] = {edge, end};
                for (; edge < end; ++edge) {
                    if (edge->length < 2 || model.places[edge->id] != place || used[edge->id] == 0) continue;
                    const double score = likeliest(model, length, edge->length, edge->id);
                    visit(edge->id, score, spelled_);
                }
            }
        }
    }

   private:
    // A piece at a place: its chance, and that of it and all that follows, in the units of the two places.
    struct Product {
        double chance, rest;
    };
    // The number value · 2^(-512 · steps).
    struct Scaled {
        double value;
        int steps;
        std::size_t since;  // the least length from which on all steps are these
    };
    struct Best {
        double score;
        PieceId piece;  // the first one
        std::uint32_t length;
    };
    struct Edges {
        const Edge *begin, *end;
    };

    template <class Value>
    static void grow(std::vector<Value>& values, std::size_t length) {
        if (values.size() <= length) values.resize(2 * length + 16);
    }

    void sum_rests(Block& block, const std::vector<Named>& chances);
    void settle(const Edge* begin, const Edge* end, Product* products, std::size_t length);
    void spread(const Block& block, int bits, std::vector<std::int64_t>& expected);
    double likeliest(const Model& model, std::size_t length, std::size_t piece_length, PieceId without);

    const Texts& texts_;
    // By the length of the end of a text, from the last place on which there was one so long:
    std::vector<Scaled> rests_;         // the sum over its spellings
    std::vector<double> shares_;        // how often a spelling breaks before it, but for what is not yet added
    std::vector<double> best_;          // the score of its likeliest spelling
    std::vector<std::int64_t> uses_;    // how often the likeliest spelling breaks before it, likewise
    std::vector<Edges> path_;
    // Of the block:
    std::vector<double> wholes_;        // by text: the sum over its spellings
    std::vector<Product> products_;     // by edge
    std::vector<Edge> choices_;         // by place: the first piece of the likeliest spelling
    // Of a piece:
    std::vector<Best> others_;
    std::vector<PieceId> spelled_;
};

}  // namespace tokbench
