"""What people would use instead, each at its documented best, beside Pincite on the same texts and questions."""
