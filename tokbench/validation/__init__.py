"""Proof on a real task: a model is fine-tuned with each tokenizer, and what it learns is told with its uncertainty.

    labelled set ──► candidates × seeds ──► fine_tune ──► Run ──► scores, errors, bootstrap ──► Answer

`outcome` is what a fine-tuning leaves; what comes before it is about models (`tuning`), what comes after it needs no
torch. The two sides meet in these calls of `tuning`, which the answer's side makes:

    prepare(settings, candidates, data, seeds, budget, report) -> Settings, paces
        measures a few steps of each candidate, says by `report` how long all runs will take, and fits them into the
        budget (None: as they are): the same number of epochs for every candidate
    fine_tune(settings, candidate, data, task, seed, folder, report, until) -> Run
        one run; its predictions are of `data.test`, or of `data.dev` where there is no test; resumes from `folder`
"""
