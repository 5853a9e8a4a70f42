// Counting the words of documents straight away, where a pipeline has a kernel and nobody needs the chunks.
#pragma once

#include "chunks.hpp"
#include "texts.hpp"
#include "words.hpp"

namespace tokbench {

// Counts the words of documents: of all, or where there is a normalizer of plain stretches between two cuts. All other
// chunks go to `others`, where they are counted as ever. After an error the counts are of no use.
void count_documents(const Texts &texts, const Pipeline &pipeline, WordCounter &words, ChunkCounter &others,
                     const Poll &poll);

}  // namespace tokbench
