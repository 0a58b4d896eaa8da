"""What is delivered to whom and when, as values, and the rules of their states."""
