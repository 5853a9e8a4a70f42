// The ways to spell the texts with pieces: the twin of reference/lattice.py.
//
// Which pieces stand where is found once, and kept: for each place how many begin there, and each as an edge, the
// shortest first, which is always a single character. Texts are worked on in blocks, whose sums are whole numbers.
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
    Position begin, end;
    std::uint8_t* degrees;  // by place from `begin`: how many edges begin there
    Edge* edges;
};

// Replace the ids of pieces; edges of those that are gone go.
void rename(const Block& block, const std::vector<PieceId>& renamed);

// What the texts of blocks are spelled with; each thread has its own.
class Speller {
   public:
    Speller(const std::vector<Position>& ends, const std::vector<std::int64_t>& counts) : ends_(ends), counts_(counts) {}

    // Add how often each piece is expected, in units of 2^-bits.
    void add_expected(const Block& block, const Model& model, int bits, std::vector<std::int64_t>& expected);

    // Add how often each piece is used in the likeliest spelling of each text.
    void add_used(const Block& block, const Model& model, std::vector<std::int64_t>& used);

    // Call `visit(id, score, spelled)` for every piece of two characters and more whose place is in the block, with
    // its likeliest spelling by other pieces.
    template <class Visit>
    void each_other(const Block& block, const Model& model, Visit visit) {
        each_text(block, [&](std::size_t, std::size_t length, Position place) {
            for (std::size_t start = 0; start < length; ++start)
                for (std::size_t i = offsets_[start]; i < offsets_[start + 1]; ++i) {
                    const Edge edge = edges_[i];
                    if (edge.length < 2 || model.places[edge.id] != place + start) continue;
                    const double score = likeliest(model, start, edge.length, edge.id);
                    visit(edge.id, score, path_);
                }
        });
    }

   private:
    struct Scaled {
        double value;
        int steps;
    };
    struct Best {
        double score;
        PieceId piece;
        std::uint32_t length;  // of the last piece; 0 where there is no spelling yet
    };

    // Calls `visit(text, length, place)` with edges_ and offsets_ those of the text.
    template <class Visit>
    void each_text(const Block& block, Visit visit) {
        edges_ = block.edges;
        const std::uint8_t* degrees = block.degrees;
        Position place = block.begin;
        for (std::size_t text = block.first_text; text < block.last_text; ++text) {
            const std::size_t length = ends_[text] - place;
            if (offsets_.size() <= length) offsets_.resize(2 * length + 16);
            offsets_[0] = 0;
            for (std::size_t i = 0; i < length; ++i) offsets_[i + 1] = offsets_[i] + degrees[i];
            visit(text, length, place);
            edges_ += offsets_[length];
            degrees += length;
            place = ends_[text];
        }
    }

    bool forward(const Model& model, std::size_t length);
    bool backward_holds(const Model& model, std::size_t length);
    void backward(const Model& model, std::size_t length, double weight, std::vector<std::int64_t>& expected);
    void scaled(const Model& model, std::size_t length, double weight, std::vector<std::int64_t>& expected);
    double likeliest(const Model& model, std::size_t start, std::size_t length, PieceId without);

    const std::vector<Position>& ends_;
    const std::vector<std::int64_t>& counts_;
    const Edge* edges_ = nullptr;           // of the text
    std::vector<std::size_t> offsets_;      // where those of each place begin
    std::vector<double> begins_, rests_;    // by place: the sums over all spellings before and behind it
    std::vector<Scaled> scaled_begins_, scaled_rests_;
    std::vector<Best> best_;
    std::vector<PieceId> path_;
};

}  // namespace tokbench
