"""Parts that measure a tokenizer on text: all metrics of a run share one stream of encodings."""
