"""How scenarios watch what happens."""
