"""Answers that the firm keeps ready: texts by language with placeholders."""
