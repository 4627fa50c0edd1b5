"""Dirty files generated from the real layouts, each with its true table: the reader is judged by them from outside."""
