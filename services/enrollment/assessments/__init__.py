"""The yearly assessment of institutions (年度考核): recorded by the place that holds them, told to all."""
