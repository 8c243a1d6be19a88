"""SOQL: read a query, and find what it asks for, as one person may see it."""
