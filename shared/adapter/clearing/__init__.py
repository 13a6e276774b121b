"""What a clearing center asks, by what it is about; `Center` has all of it."""
