"""How fast the site answers, while its index reads."""
