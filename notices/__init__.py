"""What is sent out: one message for each department and period."""
