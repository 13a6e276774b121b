"""A simulated month of cross-region care: invented people, hospitals and centers, on the bus by the adapters.

Every random draw is a visit's own and every id derives from its visit and step, so that a seed gives the
same month whatever happens to the processes that decide it.
"""
