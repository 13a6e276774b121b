"""Agencies (经办机构): the tree of five levels, from which the right to command the registers follows."""
