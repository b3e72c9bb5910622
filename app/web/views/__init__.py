"""What the pages show: storage → frozen values."""
