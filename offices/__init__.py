"""Who works here: offices, departments, roles, the rules in force and the audit trail."""
