"""Our codecs beside the official Python builder and object API."""
