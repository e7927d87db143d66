"""From a cell's text to a typed value, as SQL for every reader alike. No file is read here and nothing is stored."""
