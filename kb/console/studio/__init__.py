"""The page where editors keep the knowledge: one file for each of its parts."""
