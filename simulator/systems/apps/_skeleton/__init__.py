"""What `simulator init-app` writes: an app that starts, with one kind of record, to begin from."""
