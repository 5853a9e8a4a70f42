"""tiktoken for tokbench: an exporter and an importer."""

from tokbench_tiktoken.exporter import TiktokenExporter
from tokbench_tiktoken.importer import TiktokenImporter

__all__ = ["TiktokenExporter", "TiktokenImporter"]
