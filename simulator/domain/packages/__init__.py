"""Workato packages in and out: read, checked, imported, exported again, and looked over (lint).

A package is what Workato exports of a project: files of JSON, one an asset, that refer to each
other by `zip_name`. Reading one (`reading`) needs no database; `importing` and `exporting` do.
"""
