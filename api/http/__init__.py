"""The service: routes, and what every request goes through."""
