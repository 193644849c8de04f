"""What was promised: 任务项 and their targets, corrections, 目标清单."""
