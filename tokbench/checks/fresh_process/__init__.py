"""The proofs that run in a fresh process, with stock `transformers` and `tokenizers`.

    python -I -c "…; runpy.run_module('fresh_process')" < job.json

It reads a job (see `tokbench.checks.running`) and writes one line of JSON for each proof, as it ends. It imports
nothing of tokbench: what it sees is what anyone sees who loads the folder. A function called `check_…` returns what
it covered, or raises `Failed` with the first example that shows the fault.
"""
