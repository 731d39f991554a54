"""Reading and writing files: guarded child processes, encodings, profiles, quarantine rows, atomic writing."""
