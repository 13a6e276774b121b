"""Differences (对账差异) of two lists of settlements: which keys differ, why, and what to do about each.

Pure. The clearing month and a hospital's day ask the same rule (`cause`); a month's lists are compared whole
(`differences`), ours from its statements (`ours`), the other side's from its file (`listing`).
"""
