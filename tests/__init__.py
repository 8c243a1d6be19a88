"""The proofs that are not scenarios."""
