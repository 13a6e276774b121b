"""What comes from outside (外来报文): a record's envelope and the ids in it, until they are checked. Pure."""
