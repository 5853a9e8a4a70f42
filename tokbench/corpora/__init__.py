"""Where text comes from: files, datasets, word–count tables, and what Python hands over, streamed in Arrow batches."""
