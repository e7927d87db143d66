"""One look at an unknown file and a first spec for it: the only place that sniffs. Nothing here runs at night."""
