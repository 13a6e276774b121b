"""The rollout (开通进度): areas are connected, published and started, for all care or for some of it."""
