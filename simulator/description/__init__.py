"""What `simulator describe` says: the document, its summary, settings for clients."""
