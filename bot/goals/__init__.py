"""Goals: how they are typed, how far they are, and the message when one is reached."""
