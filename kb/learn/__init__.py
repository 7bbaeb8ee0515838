"""What is run once, offline: training of the shipped model."""
