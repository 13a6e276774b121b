"""Cases as they are played (用例执行): on two brokers, with the real services and a real adapter."""
