// Where a piece stands, all pieces that begin it stand too: they are its chain.
#pragma once

#include "unigram_model.hpp"

namespace tokbench {

struct Link {
    double value;  // of a piece
    PieceId id;
    std::uint32_t length;
};

// Chains are looked through a group of links at a time: most have one group, so that processors guess rightly where they
// end. What a group lacks is filled with links whose value adds nothing to what is sought.
constexpr std::size_t kGroup = 4;

struct Chain {
    const Link* begin;
    const Link* end;
};

// The chains of all pieces, the shortest piece first, one behind the other. As long as they would take too much memory
// there are none: pieces are then followed from one to the next, which waits for memory at each.
class Chains {
   public:
    // Lay the chains, if they have no more than `most` groups; fill groups with links of the value `nothing`.
    template <class EachPiece>
    void lay(const Model& model, std::size_t most, double nothing, EachPiece each_piece) {
        begins_.resize(model.size() + 1);
        begins_.front() = 0;
        each_piece([&](PieceId id) {
            std::size_t length = 0;
            for (PieceId link = id; link != kNone; link = model.pieces[link].begun_by) ++length;
            begins_[id + 1] = static_cast<std::uint32_t>((length + kGroup - 1) / kGroup);
        });
        std::size_t groups = 0;
        for (std::size_t i = 1; i < begins_.size() && groups <= most; ++i)
            begins_[i] = static_cast<std::uint32_t>(groups += begins_[i]);
        if (groups > most) {
            begins_ = {};
            return;
        }
        links_.resize(groups * kGroup);
        each_piece([&](PieceId id) { write(model, id, links_.data() + kGroup * begins_[id + 1], nothing); });
    }

    bool laid() const { return !begins_.empty(); }

    Chain of(PieceId id) const {
        return {links_.data() + kGroup * begins_[id], links_.data() + kGroup * begins_[id + 1]};
    }

    void ask_where(PieceId id) const { __builtin_prefetch(&begins_[id]); }
    void ask(PieceId id) const { __builtin_prefetch(links_.data() + kGroup * begins_[id]); }

    // Write a chain to before `end`; returns where it begins.
    static Link* write(const Model& model, PieceId id, Link* const end, double nothing) {
        Link* begin = end;
        const Link pad = {nothing, id, model.pieces[id].length};
        do {
            const Piece piece = model.pieces[id];
            *--begin = {piece.value, id, piece.length};
            id = piece.begun_by;
        } while (id != kNone);
        while ((end - begin) % kGroup != 0) *--begin = pad;
        return begin;
    }

   private:
    UnsetMappedVector<std::uint32_t> begins_;  // by piece, in groups, and the end
    UnsetMappedVector<Link> links_;
};

}  // namespace tokbench
