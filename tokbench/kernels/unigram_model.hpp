// Pieces with their probabilities.
#pragma once

#include <algorithm>
#include <numeric>
#include <string>
#include <vector>

#include "unigram_texts.hpp"

namespace tokbench {

using PieceId = std::uint32_t;
constexpr PieceId kGone = 0xFFFFFFFF;

struct Model {
    std::vector<double> scores;   // natural logarithms of the probabilities
    std::vector<double> chances;  // the probabilities
    std::vector<Position> places;  // where each piece stands in the texts, once
    std::vector<std::uint32_t> origins;  // its number among the seeds

    std::size_t size() const { return chances.size(); }
};

// Keep the pieces that a flag is set for; returns the new id of each, kGone for the others.
inline std::vector<PieceId> keep(Model& model, const std::vector<bool>& kept) {
    std::vector<PieceId> renamed(model.size(), kGone);
    PieceId next = 0;
    for (PieceId id = 0; id < model.size(); ++id) {
        if (!kept[id]) continue;
        if (!model.scores.empty()) model.scores[next] = model.scores[id];
        model.chances[next] = model.chances[id];
        model.places[next] = model.places[id];
        model.origins[next] = model.origins[id];
        renamed[id] = next++;
    }
    if (!model.scores.empty()) model.scores.resize(next);
    model.chances.resize(next);
    model.places.resize(next);
    model.origins.resize(next);
    return renamed;
}

// What edges look up, by the id that a piece had when they last did: its number, and what it is called now.
struct Named {
    double value;
    PieceId id;
};

// The values of pieces by their old ids; `gone` for those that are gone. No `renamed`: the ids are as they were.
inline std::vector<Named> named(const std::vector<double>& values, const std::vector<PieceId>& renamed, double gone) {
    std::vector<Named> found(renamed.empty() ? values.size() : renamed.size());
    for (PieceId old = 0; old < found.size(); ++old) {
        const PieceId id = renamed.empty() ? old : renamed[old];
        found[old] = {id == kGone ? gone : values[id], id};
    }
    return found;
}

}  // namespace tokbench
