"""Questions from outside: `cx sql` on the published file and `cx trace` back to file and line. Read-only, all of it."""
