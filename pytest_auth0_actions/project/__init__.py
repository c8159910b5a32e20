"""What lies on disk: the files of Actions."""
