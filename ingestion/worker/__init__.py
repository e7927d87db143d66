"""One file inside the process that opens it: drift, staging, counts, one transaction; never which file is next."""
