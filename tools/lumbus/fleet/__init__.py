"""`lumbus fleet`: many simulated gateways with the application's own publishing and journal, while things fail."""
