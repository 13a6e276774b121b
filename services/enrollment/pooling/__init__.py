"""Who pools for an area (统筹层次): levels of pooling, and pools that are merged."""
