"""Files in, text out: one small reader a format behind one table."""
