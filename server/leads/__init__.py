"""A contact's place in the pipeline: the score with its reasons, the stage."""
