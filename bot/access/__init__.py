"""Who may ask what where, which accounts they may see, and which account a question means."""
