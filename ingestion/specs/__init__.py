"""What an export is: the TOML files, their models, mistakes and reference. No file of a shop is opened here."""
