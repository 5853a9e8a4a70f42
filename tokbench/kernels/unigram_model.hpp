// Pieces with their probabilities.
#pragma once

#include <algorithm>
#include <numeric>
#include <string>
#include <vector>

#include "unigram_numbers.hpp"
#include "unigram_texts.hpp"

namespace tokbench {

using PieceId = std::uint32_t;
constexpr PieceId kNone = 0xFFFFFFFF;

// A piece, and the way to the shorter ones: where a piece stands, all pieces that begin it stand too.
struct Piece {
    double value;          // what lattices look up: its probability, or its score
    PieceId begun_by;      // the longest other piece that begins it; none begins a character
    std::uint32_t length;  // in characters
};

struct Model {
    MappedVector<Piece> pieces;
    MappedVector<Position> places;  // where each piece stands in the texts, once

    std::size_t size() const { return pieces.size(); }
};

using Renamed = MappedVector<PieceId>;

// Cut a vector short; where that leaves much memory unused, let go of it.
template <class Value>
void cut_to(MappedVector<Value>& values, std::size_t size) {
    values.resize(size);
    if (size < values.capacity() / 2) values = MappedVector<Value>(values);
}

// Keep the pieces that a flag is set for, all characters among them; returns the new id of each, and for those that
// are gone that of the longest piece left that begins them. Nothing, if all are kept.
inline Renamed keep(Model& model, const std::vector<bool>& kept) {
    if (std::find(kept.begin(), kept.end(), false) == kept.end()) return {};
    Renamed renamed(model.size());
    PieceId next = 0;
    for (PieceId id = 0; id < model.size(); ++id)
        if (kept[id]) renamed[id] = next++;
    for (PieceId id = 0; id < model.size(); ++id) {
        PieceId left = id;
        while (!kept[left]) left = model.pieces[left].begun_by;
        renamed[id] = renamed[left];
    }
    next = 0;
    for (PieceId id = 0; id < model.size(); ++id) {
        if (!kept[id]) continue;
        const Piece& piece = model.pieces[id];
        model.pieces[next] = {piece.value, piece.begun_by == kNone ? kNone : renamed[piece.begun_by], piece.length};
        model.places[next++] = model.places[id];
    }
    cut_to(model.pieces, next);
    cut_to(model.places, next);
    return renamed;
}

}  // namespace tokbench
