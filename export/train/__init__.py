"""Trains the project's own checkpoints, one command each:

    python -m explainer.export.train.sorter                          minutes on a laptop
    python -m explainer.export.train.storyteller CORPUS_FOLDER       a folder of books; an hour on 2 idle cores
    python -m explainer.export.train.probe CHECKPOINT_FOLDER         look at the result

Both trainings plot their loss into the run folder and leave a checkpoint there that `explainer export` can read.
The untrained twin needs no training: `export/checkpoint/untrained.py` draws it from a seed.
"""
