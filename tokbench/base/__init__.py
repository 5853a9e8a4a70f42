"""Start from an existing tokenizer: keep all of it but the vocabulary, and learn that anew from other text.

    base = load_base("org/name")                    # a folder, or the id of a repository on the Hub
    model = trainer.train(words, base.model(), base.reserved, report)
    tokenizer = rebuild(base, model)                # a PreTrainedTokenizerFast

A recipe with `[base]` does this by `retrain(recipe)`, which gives the blueprint of a build.

What `PreTrainedTokenizerFast.train_new_from_iterator` does, less what goes wrong there: ids inside a `Sequence` of
post-processors are left stale (huggingface/transformers#30752), plain tokens added since loading are dropped, byte
tokens are lost, sentinels change their end of the vocabulary, and where the base cuts no words, tokens reach across.
"""

from tokbench.base.loading import load_base
from tokbench.base.rebuilding import rebuild, retrained
from tokbench.base.retraining import Retraining, retrain
from tokbench.base.tokenizer import BaseTokenizer

__all__ = ["BaseTokenizer", "Retraining", "load_base", "rebuild", "retrain", "retrained"]
