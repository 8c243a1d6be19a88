"""Salesforce: one org with its login hosts, objects with fields, SOQL, and the REST API."""
