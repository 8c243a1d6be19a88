"""The objects of an org: which fields they have, and who may see their records."""
