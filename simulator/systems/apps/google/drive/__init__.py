"""Google Drive: files and folders of accounts, and how they are searched."""
