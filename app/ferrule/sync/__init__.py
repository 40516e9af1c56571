"""Running a connector: from a descriptor and a checkpoint to pages of signals."""
