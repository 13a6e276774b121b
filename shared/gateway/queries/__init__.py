"""Questions about a visit in the national form (查询, 5201, 5203, 5204); pure."""
