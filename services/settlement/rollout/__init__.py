"""How far areas are (开通进度), as enrollment tells it: what has not started is not open at the desk."""
