"""Database, files, tables and types, and the functions that load and save."""
