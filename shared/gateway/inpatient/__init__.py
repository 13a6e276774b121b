"""Stays in the national form (住院, 2301-2305, 2401-2405): each transaction a file, pure."""
