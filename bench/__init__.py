"""How fast it reads and matches. It prints figures and judges none: a machine that is busy is no error."""
